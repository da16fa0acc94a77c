"""What became of the security check of a call (R-SEC): its result, which travels with the call. Pure."""

from __future__ import annotations

from enum import StrEnum


class SecurityResult(StrEnum):
    """The names are fixed."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_DONE = "not_done"

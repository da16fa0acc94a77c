"""How long a test waits for what it waits for: a limit of a test's says when to give up, and costs time only then.

Limits of the service are another matter: a story has those from its helpline's configuration.
"""

from __future__ import annotations

from typing import Final

PATIENCE: Final = 4
"""How many times its limit a test waits: the limits are those of a machine at ease."""


def patiently(limit_s: float) -> float:
    """How long to wait, in seconds, for what takes less than ``limit_s`` on a machine at ease."""
    return limit_s * PATIENCE

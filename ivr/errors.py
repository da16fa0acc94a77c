"""The one tree of errors.

::

    IvrError                       error_id
    ├── ConfigError                config.invalid      every mistake found, each with file, key, found, expected
    ├── PrerequisiteError          setup.missing       names what is missing and the command that brings it
    ├── PbxError                   pbx.failed
    │   ├── PbxUnavailable         pbx.unavailable     Asterisk cannot be reached, or did not answer in time
    │   ├── NotFound               pbx.not_found       404: the channel, bridge or playback is gone
    │   ├── Conflict               pbx.conflict        409: not in this state (not in Stasis, already claimed)
    │   └── Refused                pbx.refused         any other refusal, with status and text
    ├── StoreError                 store.failed
    │   └── StoreUnavailable       store.unavailable   the database did not answer in time
    └── RequestError               request.refused     what a person or program asked for cannot be done, and why

What a caller does (keys nothing, hangs up) is a value, never one of these. ``web`` alone maps them to HTTP.
"""

from __future__ import annotations


class IvrError(Exception):
    """Any error of this service. ``error_id`` is stable and safe to show; the message has the particulars."""

    error_id = "ivr.error"


class ConfigError(IvrError):
    """One or more mistakes in configuration; ``mistakes`` holds a line for each, ready to print."""

    error_id = "config.invalid"

    def __init__(self, mistakes: list[str]) -> None:
        """``mistakes``: one line each: file, key, what was found, what was expected."""
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class PrerequisiteError(IvrError):
    """Something must be there before the service can be set up; the message names the command that brings it."""

    error_id = "setup.missing"


class PbxError(IvrError):
    """Asterisk could not do what was asked."""

    error_id = "pbx.failed"


class PbxUnavailable(PbxError):
    """Asterisk cannot be reached, or did not answer within the limit."""

    error_id = "pbx.unavailable"


class NotFound(PbxError):
    """The channel, bridge or playback is gone (ARI 404)."""

    error_id = "pbx.not_found"


class Conflict(PbxError):
    """The resource is not in the state the request needs (ARI 409)."""

    error_id = "pbx.conflict"


class Refused(PbxError):
    """Any other refusal by Asterisk; ``status`` is the HTTP status."""

    error_id = "pbx.refused"

    def __init__(self, status: int, message: str) -> None:
        """``status``: the HTTP status; ``message``: what Asterisk said."""
        super().__init__(f"{status}: {message}")
        self.status = status


class StoreError(IvrError):
    """The database refused or failed."""

    error_id = "store.failed"


class StoreUnavailable(StoreError):
    """The database did not answer within the limit."""

    error_id = "store.unavailable"


class RequestError(IvrError):
    """What was asked cannot be done now; the message says why in words for the person who asked."""

    error_id = "request.refused"

    def __init__(self, message: str, *, error_id: str | None = None) -> None:
        """``error_id``: a more precise stable id, e.g. ``agent.not_logged_in``."""
        super().__init__(message)
        if error_id is not None:
            self.error_id = error_id

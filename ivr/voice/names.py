"""The names of the prompts that the service plays; both catalogues must have every one of them.

A flow says ``Prompt.ASK_SCIN``, so a name that does not exist is found by the type checker; a name that comes from
configuration (a line's greeting or closed message) is checked against the built prompts when they are loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, auto
from types import MappingProxyType


class _KebabCase(StrEnum):
    """``auto()`` gives ``ASK_SCIN`` the value ``ask-scin``."""

    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[str]) -> str:  # noqa: ARG004 - enum's
        return name.lower().replace("_", "-")


class Prompt(_KebabCase):
    """Every prompt by name; the texts are in ``prompts/en-GB.toml`` and ``prompts/cy-GB.toml``."""

    GREETING = auto()
    WELSH_OFFER = auto()
    RECORDING_ANNOUNCEMENT = auto()
    MENU_EXISTING_CASE = auto()
    MENU_NEW_APPLICATION = auto()
    MENU_THIRD_PARTY = auto()
    MENU_WELSH = auto()
    MENU_WRONG = auto()
    MENU_NONE = auto()
    ASK_SCIN = auto()
    SCIN_INVALID_AGAIN = auto()
    SCIN_INCOMPLETE_AGAIN = auto()
    SCIN_NONE_AGAIN = auto()
    ASK_DATE_OF_BIRTH = auto()
    DATE_OF_BIRTH_INVALID_AGAIN = auto()
    DATE_OF_BIRTH_INCOMPLETE_AGAIN = auto()
    DATE_OF_BIRTH_NONE_AGAIN = auto()
    DATE_OF_BIRTH_AMBIGUOUS_AGAIN = auto()
    ASK_ERN = auto()
    ERN_INVALID_AGAIN = auto()
    ERN_INCOMPLETE_AGAIN = auto()
    ERN_NONE_AGAIN = auto()
    ASK_TRN = auto()
    TRN_INVALID_AGAIN = auto()
    TRN_INCOMPLETE_AGAIN = auto()
    TRN_NONE_AGAIN = auto()
    PLEASE_HOLD = auto()
    THANK_YOU = auto()
    TRANSFERRING = auto()
    CONNECTING_OWNER = auto()
    CONNECTING_ACCOUNT_MANAGER = auto()
    CONNECTING_TEAM = auto()
    CONNECTING_APPLICATIONS = auto()
    CONNECTING_EMPLOYER_TEAM = auto()
    CONNECTING_THIRD_PARTY_TEAM = auto()
    CONNECTING_WELSH_UNIT = auto()
    CONNECTING_DIRECT = auto()
    CONNECTING_DEPUTY = auto()
    GOING_TO_ADVISER = auto()
    NO_CASE_FOUND = auto()
    CASE_SYSTEM_DOWN = auto()
    WAITING_BUSY = auto()
    WAITING_THANKS = auto()
    WAITING_NEXT = auto()
    WAITING_POSITION = auto()
    WAITING_UNDER_TWO_MINUTES = auto()
    WAITING_EXPECTED = auto()
    WAITING_OVER_AN_HOUR = auto()
    NOBODY_FREE_NOW = auto()
    WLU_NOT_STAFFED = auto()
    CALLBACK_OFFER = auto()
    CALLBACK_CONFIRM_NUMBER = auto()
    CALLBACK_CONFIRM_KEYS = auto()
    CALLBACK_ASK_NUMBER = auto()
    CALLBACK_NUMBER_INVALID_AGAIN = auto()
    CALLBACK_NUMBER_NONE_AGAIN = auto()
    CALLBACK_ACCEPTED = auto()
    CALLBACK_NOT_ARRANGED = auto()
    CALLBACK_WITHDRAWN = auto()
    CALLBACK_GREETING = auto()
    CLOSED = auto()
    CLOSED_HOLIDAY = auto()
    CLOSED_WHILE_WAITING = auto()
    NOT_IN_USE = auto()
    APOLOGY_FAULT = auto()
    APOLOGY_GOODBYE = auto()
    APOLOGY_LOST_LINE = auto()
    FALLBACK_APOLOGY = auto()
    GOODBYE = auto()
    WHISPER_CALLER_HAS_GONE = auto()
    WHISPER_CALL_BACK = auto()
    WHISPER_WELSH_CALL = auto()
    WHISPER_LEADER_JOINED = auto()
    WHISPER_RECORDING_OFF = auto()
    WHISPER_RECORDING_ON = auto()
    AGENT_LOGGED_IN = auto()
    AGENT_LOGGED_OUT = auto()
    AGENT_AVAILABLE = auto()
    AGENT_NOT_READY = auto()
    AGENT_AFTER_THIS_CALL = auto()
    AGENT_REFUSED = auto()
    AGENT_UNKNOWN = auto()
    AGENT_ASK_CODE = auto()
    AGENT_CODE_WRONG = auto()
    AGENT_ASK_PIN = auto()
    AGENT_PIN_AGAIN = auto()
    AGENT_PIN_WRONG = auto()
    AGENT_TOO_MANY = auto()
    AGENT_ELSEWHERE = auto()
    AGENT_PHONE_TAKEN = auto()
    AGENT_NOBODY_HERE = auto()
    AGENT_RESERVED = auto()
    AGENT_ON_CALL = auto()
    AGENT_AFTER_CALL_WORK = auto()
    AGENT_CHANGE_WAITS = auto()
    AGENT_NO_SERVICE = auto()
    AGENT_NUMBER_REFUSED = auto()
    REASON_BREAK = auto()
    REASON_COACHING = auto()
    REASON_COMMUNICATIONS = auto()
    REASON_CUSTOMER_RELATED_CLERICAL_WORK = auto()
    REASON_EMOTIONAL_BREAK = auto()
    REASON_LUNCH = auto()
    REASON_NON_CUSTOMER_RELATED_WORK = auto()
    REASON_OUTBOUND_CALL_PREPARATION = auto()
    REASON_TEAM_LEADER = auto()
    REASON_TRAINING = auto()
    REASON_REDIRECT_ON_NO_ANSWER = auto()
    REASON_PHONE_UNREACHABLE = auto()
    REASON_NODE_LOST = auto()
    AGENT_LOGOUT_SOON = auto()
    AGENT_LEADER_ALERTED = auto()


DIGITS = tuple(f"digit-{digit}" for digit in range(10))
"""The ten digits, spoken one by one; in the catalogues like every other prompt."""

REQUIRED = (*Prompt, *DIGITS)
"""What both catalogues must have. More may be added, for example a closed message of one line."""

SLOTS: Mapping[str, str] = MappingProxyType(
    {
        Prompt.WELSH_OFFER: "key",
        Prompt.MENU_WELSH: "key",
        Prompt.WAITING_POSITION: "position",
        Prompt.WAITING_EXPECTED: "minutes",
        Prompt.CALLBACK_CONFIRM_NUMBER: "digits",
    }
)
"""The placeholder that a text must have once, because the flow gives it a value; ``{brand}`` may be anywhere."""

"""The words in which a call is told to whoever placed it. Pure: phones' events and journey steps in, text out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ivr.domain.ids import Brand, Language
from ivr.softphone.place_call import CALLER, PhoneEvent
from ivr.voice.names import SLOTS, Prompt
from ivr.voice.prompts import Prompts

Data = Mapping[str, str]
WELSH_KEY: Final = "4"

SEEN: Final[Mapping[str, str]] = {
    "ringing": "hears the ringing tone",
    "early media": "hears something before any answer",
    "answered": "is answered",
    "holds": "holds",
    "resumes": "resumes",
}
"""What the caller's phone sees; what is not here is for machines, or told better by the service."""
SEEN_BY_AGENT: Final[Mapping[str, str]] = {"ringing": "the phone rings", "answered": "answers"}
OUTCOMES: Final[Mapping[str, str]] = {
    "recognised": "it is on record",
    "invalid": "it is not on record",
    "incomplete": "digits are missing",
    "none": "nothing was keyed",
    "ambiguous": "it fits several cases",
    "noted": "it is noted, for the case system is down",
    "slow": "the system of record took too long to answer",
    "down": "the system of record does not answer",
    "unclear": "the system of record answered what cannot be read",
}
NAMES_OF: Final[Mapping[str, str]] = {
    "scin": "the client's reference number (SCIN)",
    "ern": "the employer's reference number (ERN, EARN)",
    "trn": "the third party reference number (TRN)",
    "date_of_birth": "the date of birth",
}
OPTIONS: Final[Mapping[str, str]] = {
    "1": "an existing case, or a letter",
    "2": "a new application",
    "3": "calling for someone else",
    "4": "a service in Welsh",
}
ENDS: Final[Mapping[str, str]] = {
    "answered": "an agent talked with the caller",
    "abandoned_menu": "the caller left before reaching a queue",
    "abandoned_queue": "the caller left while waiting",
    "closed": "the line is closed",
    "unknown_number": "no line has this number",
    "sent_outside": "somebody outside talked with the caller",
    "called_back": "the caller took a call back instead of waiting",
    "fault": "a fault of ours; the PBX's own plan took the call",
}
FAILED: Final[Mapping[str, str]] = {
    "answered": "answered",
    "no_answer": "did not answer",
    "busy": "is busy",
    "rejected": "rejected the call",
    "unreachable": "has no phone that can be reached",
}
BACK: Final[Mapping[str, str]] = {
    **{outcome: f"the caller {words}" for outcome, words in FAILED.items()},
    "unreachable": "the caller could not be reached",
    "closed": "the line has closed",
    "agent_gone": "the agent's phone ended it",
    "lost": "nobody knows, the service was restarted",
    "not_allowed": "the number may not be dialled",
    "suppressed": "the contact is not to be rung",
    "fault": "a fault of ours",
}
OPENED: Final[Mapping[str, str]] = {
    "overflow": "the caller has waited long enough for them too",
    "redirect": "the call came back from a phone",
}
ROLES: Final[Mapping[str, str]] = {
    "consulted": "to be consulted",
    "interpreter": "to interpret",
    "listening": "to listen",
    "whispering": "to whisper to the agent",
    "joined": "to join in",
}
OWN: Final[Mapping[str, str]] = {"employer": "the account manager"}
STATES: Final[Mapping[str, str]] = {
    "logged_out": "Logged out",
    "not_ready": "Not Ready",
    "available": "Available",
    "reserved": "Reserved",
    "on_call": "On call",
    "on_hold": "On hold",
    "after_call_work": "After Call Work",
}


@dataclass(slots=True)
class Words:
    """Says things of one call. ``names``: the staff's, by staff number; ``brand`` and ``kind`` become known on the way.

    What the service does is told from its side, what a phone sees from the phone's.
    """

    prompts: Prompts
    names: Mapping[str, str] = field(default_factory=dict)
    brand: Brand = "cmg"
    kind: str = ""

    def of_phone(self, event: PhoneEvent) -> str | None:
        """What a phone sees; None for what need not be told."""
        if event.what == "ended" and event.ending is not None:
            if event.ending.how == "refused":
                return event.detail
            return "hangs up" if event.ending.by == "us" else "hears the other side hang up"
        if event.what == "keyed":
            return f"keys {event.detail}"
        return (SEEN if event.who == CALLER else SEEN_BY_AGENT).get(event.what)

    def of_step(self, step: str, data: Data) -> str | None:
        """A step of the call's journey; None for one that is told otherwise."""
        if step == "queued":
            self.kind = data.get("kind", "")
        return _STEPS[step](self, data) if step in _STEPS else f"{step} {dict(data) or ''}".rstrip()

    def of_state(self, state: str, code: str | None) -> str:
        """An agent's state."""
        return f"is {STATES.get(state, state)}" + (f" ({code})" if code else "")

    def agent(self, staff: str) -> str:
        """An agent by number and name."""
        return f"{staff} {self.names.get(staff, '')}".rstrip()

    def scopes(self, keys: str) -> str:
        """Scopes as people name them: ``agent:1, team:Maintenance 1`` is the owner, the team Maintenance 1."""
        own = OWN.get(self.kind, "the owner")
        named = (key.partition(":") for key in keys.split(", "))
        return ", ".join(own if kind == "agent" else f"the {kind} {name}" for kind, _colon, name in named)

    def _played(self, data: Data) -> str:
        """The words of each prompt, in the language it is spoken in; for Welsh also what they mean."""
        language: Language = "cy" if data.get("language") == "cy" else "en"
        said = [self._said(language, name, data) for name in data.get("prompts", "").split(", ")]
        return "says: " + " ".join(said)

    def _said(self, language: Language, name: str, data: Data) -> str:
        if name == Prompt.WELSH_OFFER:
            language, name = "cy", Prompt.MENU_WELSH
        slot = SLOTS.get(name)
        if slot is not None and slot not in data and slot != "key":
            return f"“{name}”"
        values: dict[str, int | str] = {"key": data.get("key", WELSH_KEY)} if slot == "key" else {}
        if slot is not None and slot in data:
            values[slot] = int(data[slot]) if slot != "digits" else data[slot]
        try:
            text, meaning = (self.prompts.text(code, name, brand=self.brand, **values) for code in (language, "en"))
        except KeyError:
            return f"“{name}”"
        return f"“{text}”" if language == "en" else f"“{text}” (Welsh: {meaning})"

    def _attempted(self, data: Data) -> str:
        what, keyed = NAMES_OF.get(data["what"], data["what"]), data.get("keyed", "")
        looks = (
            f"looks up {what} {keyed}".rstrip() if data["outcome"] in {"recognised", "invalid"} else f"asked for {what}"
        )
        return f"{looks}: {OUTCOMES.get(data['outcome'], data['outcome'])}"

    def _queued(self, data: Data) -> str:
        return f"puts the call into the queue; it is for, in this order: {self.scopes(data['scopes'])}"

    def _opened(self, data: Data) -> str | None:
        why = OPENED.get(data.get("why", ""))
        return None if why is None else f"looks further, among: {self.scopes(data['scopes'])}; {why}"

    def _offered(self, data: Data) -> str:
        return f"reserves {self.agent(data['agent'])} through {self.scopes(data['scope'])}, and rings the phone"

    def _rang(self, data: Data) -> str:
        return f"{self.agent(data['agent'])} {FAILED.get(data['outcome'], data['outcome'])}; their state is as before"

    def _redirected(self, data: Data) -> str:
        return (
            f"{self.agent(data['agent'])} {FAILED.get(data['outcome'], data['outcome'])}: Not Ready; the call goes on"
        )


_STEPS: Final[Mapping[str, Callable[[Words, Data], str | None]]] = {
    "arrived": lambda _words, data: f"has a call on the line “{data['line']}”",
    "played": Words._played,  # noqa: SLF001 - its own table
    "chose": lambda _words, data: f"takes {data['option']}: {OPTIONS.get(data['option'], 'an option of the menu')}",
    "no_choice": lambda _words, data: f"got {'no key' if data['why'] == 'none' else 'a key that is no choice'}",
    "attempted": Words._attempted,  # noqa: SLF001 - its own table
    "identified": lambda _words, data: (
        "selects the case on it" if "case_id" in data else "finds the record that the agent will see"
    ),
    "queued": Words._queued,  # noqa: SLF001 - its own table
    "opened": Words._opened,  # noqa: SLF001 - its own table
    "overflowed": lambda _words, _data: None,
    "offered": Words._offered,  # noqa: SLF001 - its own table
    "answered": lambda words, data: f"notes that {words.agent(data['agent'])} answered",
    "bridged": lambda words, data: f"connects the caller with {words.agent(data['agent'])}: they can talk",
    "call_back_raised": lambda _words, _data: "promises the caller to ring back, within 24 hours",
    "call_back_offered": lambda _words, _data: "offers a call back instead of waiting",
    "call_back_taken": lambda _words, data: (
        f"notes that the caller keeps the place for a call back, on {data['number']}"
    ),
    "call_back_rung": lambda _words, _data: "rings the caller, who asked for a call back",
    "called_back": lambda _words, data: f"notes how that call back ended: {BACK.get(data['outcome'], data['outcome'])}",
    "call_back_withdrawn": lambda _words, _data: "ends the call back: the caller has rung again",
    "place_taken": lambda _words, _data: "gives the caller the place in the queue that they had for a call back",
    "rings": lambda words, data: f"rings {words.agent(data['agent'])}, whatever their state",
    "rang": Words._rang,  # noqa: SLF001 - its own table
    "redirected": Words._redirected,  # noqa: SLF001 - its own table
    "withdrawn": lambda words, data: f"{words.agent(data['agent'])} is not there any more; the call goes on",
    "sent_outside": lambda _words, data: f"rings outside: {FAILED.get(data['outcome'], data['outcome'])}",
    "requeued": lambda words, data: f"lost the phone of {words.agent(data['agent'])}; the caller waits again, in place",
    "asked": lambda words, data: f"rings {words.agent(data['who'])} {ROLES.get(data['role'], '')}".rstrip(),
    "came_in": lambda words, data: (
        f"has {words.agent(data['who'])} in the talk, {ROLES.get(data['role'], data['role'])}"
    ),
    "left": lambda words, data: f"has {words.agent(data['who'])} no more in the talk",
    "handed_over": lambda words, data: f"hands the call over to {words.agent(data['to'])}",
    "muted": lambda words, data: f"lets nobody hear {words.agent(data['agent'])}",
    "unmuted": lambda words, data: f"lets {words.agent(data['agent'])} be heard again",
    "alerted": lambda words, data: f"tells the team leader that {words.agent(data['agent'])} needs one",
    "alert_acknowledged": lambda words, data: f"notes that {words.agent(data['leader'])} has seen the alert",
    "ended": lambda _words, data: f"notes the end of the call: {ENDS.get(data['end'], data['end'])}",
}
"""Each step of a journey in words. A step that is not here is told by its name."""

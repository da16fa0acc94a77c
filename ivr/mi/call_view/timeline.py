"""A call's facts, one after another, become a time line: who was with whom, from when to when. Pure.

Enters: `Told`. Leaves: `Timeline`. Holds and After Call Work are agents' states; everything else is the call's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from ivr.domain.agents import AgentState
from ivr.domain.outbound import Progress
from ivr.domain.routes import CallKind
from ivr.domain.talking import PartyRole
from ivr.mi.call_view.lanes import Lanes
from ivr.mi.call_view.told import (
    AGENT,
    CALLER,
    IVR,
    OUTSIDE,
    QUEUE,
    During,
    Fact,
    Prompt,
    StateFact,
    Timeline,
    Told,
)

_ANSWERED: Final = "answered"
_BACK: Final = frozenset({_ANSWERED, "withdrawn", "caller_gone"})
"""How a consultation ends that was not in vain."""
_ROLES: Final[Mapping[str, During]] = {
    PartyRole.CONSULTED: During.CONSULTED,
    PartyRole.INTERPRETER: During.INTERPRETER,
    PartyRole.LISTENING: During.LISTENING,
    PartyRole.WHISPERING: During.WHISPERING,
    PartyRole.JOINED: During.JOINED,
}
_SLOTS: Final = ("position", "minutes", "key")
"""The values of prompts that a journey tells; a telephone number that is said is not among them."""
_AT_ONCE: Final = timedelta(seconds=1)
_UNTOLD: Final = frozenset({"bridged", "overflowed", "recording_kept"})
"""Told by another fact of the same moment, or by what else a page shows of the call."""


def timeline(told: Told) -> Timeline:
    """The call's time line."""
    drawn = _Drawn(told)
    drawn.draw()
    lanes, call = drawn.lanes, told.call
    spans = lanes.all_spans()
    is_over = call.ended_at is not None and not lanes.busy
    ends = [span.end for span in spans if span.end is not None]
    end = max([call.ended_at, *ends]) if is_over and call.ended_at is not None else None
    return Timeline(call, call.arrived_at, end, lanes.names(), spans, tuple(lanes.marks), told.names)


def agent_lane(staff_number: str) -> str:
    """An agent's lane."""
    return f"{AGENT}{staff_number}"


def _party_lane(fact: Fact) -> str:
    who = fact.data.get("who", "")
    return f"{OUTSIDE}{fact.data.get('role', PartyRole.CONSULTED)}" if who == "outside" else agent_lane(who)


class _Drawn:
    """What is known on the way: whose call it is, whom they consult, and who of the two has the agent's ear."""

    def __init__(self, told: Told) -> None:
        self.lanes = Lanes(told.call.arrived_at)
        self._told = told
        self._owner: str | None = None
        self._guest: str | None = None
        self._guest_is_in = False
        self._with = "guest"
        """The consulted alone (``guest``), the caller alone (``caller``), or both (``all``)."""

    def draw(self) -> None:
        """Take every fact in the order it happened; of one moment the call's own first."""
        every: list[Fact | StateFact] = [*self._told.facts, *self._told.states]
        for one in sorted(every, key=lambda one: (one.at, isinstance(one, StateFact))):
            self.lanes.at = max(one.at, self._told.call.arrived_at)
            if isinstance(one, Fact):
                self._fact(one)
            else:
                self._state(one)

    def _fact(self, fact: Fact) -> None:
        lane = self._lane_of(fact)
        if _is_told(fact):
            self.lanes.mark(lane, fact.step, fact.data, _prompts(fact))
        if fact.step in _RULES:
            _RULES[fact.step](self, fact, lane)

    def _lane_of(self, fact: Fact) -> str:
        if fact.step in _LANES:
            return _LANES[fact.step]
        if fact.step in {"asked", "came_in", "left"}:
            return _party_lane(fact)
        if fact.step == "handed_over":
            to = fact.data.get("to", "")
            return self._guest or f"{OUTSIDE}{PartyRole.CONSULTED}" if to == "outside" else agent_lane(to)
        if "agent" in fact.data:
            return agent_lane(fact.data["agent"])
        return self._owner or IVR

    # --- the menu and the queue ----------------------------------------------------------------------------------

    def arrived(self, _fact: Fact, _lane: str) -> None:
        self.lanes.begin(CALLER, During.MENU)
        self.lanes.begin(IVR, During.MENU)

    def waits(self, _fact: Fact, _lane: str) -> None:
        self.lanes.close(IVR)
        if self.lanes.what(CALLER) is not During.AWAY:
            self.lanes.begin(CALLER, During.WAITS)
        self.lanes.begin(QUEUE, During.WAITS)

    def offered(self, _fact: Fact, lane: str) -> None:
        self.lanes.begin(lane, During.RINGS)

    def rang(self, fact: Fact, lane: str) -> None:
        self.lanes.close(lane, outcome=fact.data.get("outcome", fact.step))

    def answered(self, _fact: Fact, lane: str) -> None:
        self.lanes.close(lane, outcome=_ANSWERED)
        for other in self.lanes.spent_with(During.RINGS):
            if other not in {CALLER, self._guest}:
                self.lanes.close(other, outcome="withdrawn")
        self._owner = lane
        self.lanes.close(QUEUE)
        self.lanes.close(IVR)
        self.lanes.begin(lane, During.TALKS)
        if self.lanes.what(CALLER) is not During.AWAY:
            self.lanes.begin(CALLER, During.TALKS)

    def let_go(self, fact: Fact, lane: str) -> None:
        """Nobody has the call any more; it waits again."""
        owner, self._owner, self._guest = self._owner, None, None
        if owner is not None:
            self.lanes.close(owner, **({"outcome": "lost"} if fact.step == "requeued" else {}))
        if self._told.call.kind == CallKind.DIRECT:
            self.lanes.begin(CALLER, During.WAITS)
        else:
            self.waits(fact, lane)

    # --- direct calls, calls that an agent makes, numbers outside --------------------------------------------------

    def rings_directly(self, _fact: Fact, lane: str) -> None:
        self.lanes.close(IVR)
        self.lanes.begin(CALLER, During.WAITS)
        self.lanes.begin(lane, During.RINGS)

    def outbound(self, _fact: Fact, lane: str) -> None:
        self._owner = lane
        self.lanes.begin(lane, During.DIALS)

    def dialled(self, fact: Fact, lane: str) -> None:
        match fact.data.get("progress"):
            case Progress.CALLING_AGENT:
                self.lanes.begin(lane, During.RINGS)
            case Progress.DIALLING:
                self.lanes.begin(lane, During.DIALS)
            case Progress.RINGING:
                self.lanes.begin(CALLER, During.RINGS)
            case Progress.ANSWERED:
                self.lanes.close(CALLER, outcome=_ANSWERED)
                self._together()
            case outcome:
                self.lanes.close(CALLER, outcome=outcome or "")

    def sent_outside(self, fact: Fact, lane: str) -> None:
        if fact.data.get("outcome") == _ANSWERED:
            self.lanes.close(IVR)
            self.lanes.begin(lane, During.TALKS)
            self.lanes.begin(CALLER, During.TALKS)

    def call_back_taken(self, _fact: Fact, _lane: str) -> None:
        self.lanes.begin(CALLER, During.AWAY)

    def call_back_rung(self, _fact: Fact, _lane: str) -> None:
        self.lanes.begin(CALLER, During.RINGS)

    def called_back(self, fact: Fact, _lane: str) -> None:
        self.lanes.close(CALLER, outcome=fact.data.get("outcome", ""))
        if fact.data.get("outcome") == _ANSWERED:
            self._together()

    # --- who else takes part -----------------------------------------------------------------------------------------

    def asked(self, fact: Fact, lane: str) -> None:
        self.lanes.begin(lane, During.RINGS, role=fact.data.get("role", ""))
        if fact.data.get("role") == PartyRole.CONSULTED:
            self._guest, self._guest_is_in, self._with = lane, False, "guest"
            self._who_hears()

    def came_in(self, fact: Fact, lane: str) -> None:
        if self.lanes.what(lane) is During.RINGS:
            self.lanes.close(lane, outcome=_ANSWERED)
        self.lanes.begin(lane, _ROLES.get(fact.data.get("role", ""), During.JOINED))
        if lane == self._guest:
            self._guest_is_in = True

    def left(self, fact: Fact, lane: str) -> None:
        outcome = fact.data.get("outcome", "")
        rang = self.lanes.what(lane) is During.RINGS
        self.lanes.close(lane, **({"outcome": outcome} if rang else {}))
        if lane != self._guest:
            return
        self._guest = None
        if outcome in _BACK and not self._goes_on_holding():
            self._together()
        elif self._owner is not None:
            self.lanes.begin(self._owner, During.HOLDS)

    def _goes_on_holding(self) -> bool:
        """Whom they consulted has gone, and the caller stays on hold: told by the agent's state a moment later."""
        soon = self.lanes.at + _AT_ONCE
        return any(
            agent_lane(one.staff_number) == self._owner and one.of_call and self.lanes.at <= one.at < soon
            for one in self._told.states
            if one.after == AgentState.ON_HOLD
        )

    def swapped(self, _fact: Fact, _lane: str) -> None:
        self._with = "caller" if self._with == "guest" else "guest"
        self._who_hears()

    def conferred(self, _fact: Fact, _lane: str) -> None:
        self._with = "all"
        self._who_hears()

    def handed_over(self, _fact: Fact, lane: str) -> None:
        before, self._owner, self._guest = self._owner, lane, None
        if before is not None:
            self.lanes.close(before)
        self._together()

    def _together(self) -> None:
        """Caller and agent, and nobody between them."""
        self.lanes.begin(CALLER, During.TALKS)
        if self._owner is not None:
            self.lanes.begin(self._owner, During.TALKS)

    def _who_hears(self) -> None:
        alone = self._with == "guest"
        self.lanes.begin(CALLER, During.HELD if alone else During.TALKS)
        if self._owner is not None:
            self.lanes.begin(self._owner, During.CONSULTS if alone else During.TALKS)
        if self._guest is not None and self._guest_is_in:
            guest = {"guest": During.CONSULTED, "caller": During.HELD, "all": During.TALKS}
            self.lanes.begin(self._guest, guest[self._with])

    def ended(self, _fact: Fact, _lane: str) -> None:
        for lane in self.lanes.busy:
            rang = lane != CALLER and self.lanes.what(lane) is During.RINGS
            self.lanes.close(lane, **({"outcome": "caller_gone"} if rang else {}))
        self._owner = self._guest = None

    # --- agents' states ----------------------------------------------------------------------------------------------

    def _state(self, state: StateFact) -> None:
        lane = agent_lane(state.staff_number)
        if state.before == state.after:
            return
        if state.before == AgentState.AFTER_CALL_WORK and self.lanes.what(lane) is During.AFTER_CALL_WORK:
            values = {"after": state.after} | ({} if state.code is None else {"code": state.code})
            self.lanes.close(lane, **values)
            self.lanes.mark(lane, "work_ended", values)
        elif state.after == AgentState.AFTER_CALL_WORK and state.of_call and self.lanes.what(lane) is None:
            self.lanes.begin(lane, During.AFTER_CALL_WORK)
            self.lanes.mark(lane, "work_began", {})
        elif state.of_call and lane == self._owner and self._guest is None:
            self._hold(state, lane)

    def _hold(self, state: StateFact, lane: str) -> None:
        if state.after == AgentState.ON_HOLD:
            self.lanes.begin(CALLER, During.HELD)
            self.lanes.begin(lane, During.HOLDS)
            self.lanes.mark(lane, "held", {"agent": state.staff_number})
        elif (state.before, state.after) == (AgentState.ON_HOLD, AgentState.ON_CALL):
            self._together()
            self.lanes.mark(lane, "retrieved", {"agent": state.staff_number})


_LANES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("arrived", "chose", "no_choice", "attempted", "call_back_taken", "call_back_rung"), CALLER),
    **dict.fromkeys(("called_back", "call_back_raised", "ended"), CALLER),
    **dict.fromkeys(("played", "identified", "call_back_offered"), IVR),
    **dict.fromkeys(("queued", "opened", "requeued", "transferred", "place_taken", "call_back_withdrawn"), QUEUE),
    "sent_outside": f"{OUTSIDE}sent",
}
"""Where a fact is marked that is always in one lane; the others are whose they are."""
_RULES: Final[Mapping[str, Callable[[_Drawn, Fact, str], None]]] = {
    "arrived": _Drawn.arrived,
    "queued": _Drawn.waits,
    "offered": _Drawn.offered,
    "redirected": _Drawn.rang,
    "withdrawn": _Drawn.rang,
    "rang": _Drawn.rang,
    "rings": _Drawn.rings_directly,
    "answered": _Drawn.answered,
    "requeued": _Drawn.let_go,
    "transferred": _Drawn.let_go,
    "outbound": _Drawn.outbound,
    "dialled": _Drawn.dialled,
    "sent_outside": _Drawn.sent_outside,
    "call_back_taken": _Drawn.call_back_taken,
    "call_back_rung": _Drawn.call_back_rung,
    "called_back": _Drawn.called_back,
    "asked": _Drawn.asked,
    "came_in": _Drawn.came_in,
    "left": _Drawn.left,
    "swapped": _Drawn.swapped,
    "conferred": _Drawn.conferred,
    "handed_over": _Drawn.handed_over,
    "ended": _Drawn.ended,
}
"""What a fact changes; one that is not here is only marked."""


def _is_told(fact: Fact) -> bool:
    return fact.step not in _UNTOLD and (fact.step, fact.data.get("why")) != ("opened", "arrival")


def _prompts(fact: Fact) -> tuple[Prompt, ...]:
    if fact.step != "played":
        return ()
    spoken, names = fact.data.get("language", "en"), fact.data.get("prompts", "").split(", ")
    value = next((fact.data[slot] for slot in _SLOTS if slot in fact.data), None)
    return tuple(Prompt(name, _language(name, spoken), value) for name in names if name)


def _language(name: str, spoken: str) -> str:
    """The offer of Welsh is always in Welsh (R-MENU-1)."""
    return "cy" if name == "welsh-offer" else spoken

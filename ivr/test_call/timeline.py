"""One time line of what the phones see and what the service does.

Enters, in any order and a little late: phones' events, and the service's live events. Leaves: `Line` after `Line`,
ordered by when things happened. Each is held back ``HOLD_S``, as long as the service may need to tell. Which of the
service's calls is ours is found by the caller's number and the moment it arrived. Pure: time comes in as an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ivr.domain.numbers import masked, national
from ivr.softphone.place_call import PhoneEvent
from ivr.test_call.words import Words
from ivr.web.event_models import AgentChangedTold, CallChangedTold, JourneyStepTold, LiveEvent, Snapshot
from ivr.web.models import AgentNow, CallNow

HOLD_S: Final = 0.6
"""The service writes a step within 0.1 s and tells its boards within 0.15 s more."""
HELPLINE: Final = "helpline"
CLOCK_SLACK: Final = timedelta(seconds=0.2)


KEY_END_S: Final = 0.06
"""A key counts for the helpline with the first packet of its end; the phone notes it after the third, 0.04 s later."""
STATE_AFTER_S: Final = 0.005
"""An agent's state has the same moment as the step that changed it, and is told behind it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the story: ``at_s`` after the caller dialled. ``order``: its place among the others."""

    at_s: float
    who: str
    what: str
    order: tuple[float, int]


class Timeline:
    """One call's story, put in order."""

    def __init__(self, words: Words, cli: str, agents: tuple[str, ...]) -> None:
        """``cli``: the caller's number; ``agents``: those whose states are told."""
        self.call_id: str | None = None
        self.talked_with: str | None = None
        """The staff number of who was connected with the caller, at last."""
        self.end: str | None = None
        """How the service says that the call ended."""
        self._words = words
        self._caller = masked(cli)
        self._caller_national = masked(national(cli))
        self._agents = agents
        self._began_at: datetime | None = None
        self._held: list[Line] = []
        self._unclaimed: dict[str, list[JourneyStepTold]] = {}
        self._states: dict[str, tuple[str, str | None]] = {}
        self._count = 0

    def dialled(self, at: datetime) -> None:
        """The caller's phone has sent its call; ``at`` is aware."""
        self._began_at = at

    def phone(self, event: PhoneEvent) -> None:
        """A phone saw something."""
        what = self._words.of_phone(event)
        if what is not None:
            early_s = KEY_END_S if event.what == "keyed" else 0.0
            self._hold(max(0.0, event.at_s - early_s), event.who, what)

    def say(self, at_s: float, who: str, what: str) -> None:
        """Something that neither a phone nor the service says."""
        self._hold(at_s, who, what)

    def service(self, event: LiveEvent) -> None:
        """The service told something; what is of other calls is passed over."""
        told = event.root
        if isinstance(told, Snapshot):
            for call in told.calls or ():
                self._look_at(call)
        elif isinstance(told, CallChangedTold):
            self._look_at(told.call)
        elif isinstance(told, JourneyStepTold):
            self._take_step(told)
        elif isinstance(told, AgentChangedTold):
            self._take_state(told.agent)

    def ready(self, now_s: float) -> list[Line]:
        """The lines that nothing can come before any more; ``now_s`` after the caller dialled."""
        self._held.sort(key=lambda line: line.order)
        due = [line for line in self._held if line.order[0] <= now_s - HOLD_S]
        self._held = self._held[len(due) :]
        return due

    def rest(self) -> list[Line]:
        """All lines that are left."""
        return self.ready(float("inf"))

    def _look_at(self, call: CallNow) -> None:
        """Is it ours? Then what came before is told."""
        if self.call_id is None and self._is_ours(call):
            self.call_id = call.call_id
            self._words.brand = "nicms" if call.brand == "nicms" else "cmg"
            for step in self._unclaimed.pop(call.call_id, []):
                self._tell(step)
            self._unclaimed.clear()

    def _is_ours(self, call: CallNow) -> bool:
        if self._began_at is None or call.caller not in {self._caller, self._caller_national}:
            return False
        return call.arrived_at >= self._began_at - CLOCK_SLACK

    def _take_step(self, step: JourneyStepTold) -> None:
        if self.call_id is None:
            self._unclaimed.setdefault(step.call_id, []).append(step)
        elif step.call_id == self.call_id:
            self._tell(step)

    def _tell(self, step: JourneyStepTold) -> None:
        if step.step == "bridged":
            self.talked_with = step.data.get("agent")
        if step.step == "ended":
            self.end = step.data.get("end")
        what = self._words.of_step(step.step, step.data)
        if what is not None:
            self._hold(self._since(step.at), HELPLINE, what)

    def _take_state(self, agent: AgentNow) -> None:
        """A change of state of an agent who answers; a change of anything else is not told."""
        now = (str(agent.state), agent.code)
        if agent.staff_number in self._agents and self._states.get(agent.staff_number) != now:
            self._states[agent.staff_number] = now
            if self._began_at is not None:
                what = self._words.of_state(*now)
                self._hold(self._since(agent.since), agent.staff_number, what, STATE_AFTER_S)

    def _since(self, at: datetime) -> float:
        return 0.0 if self._began_at is None else (at - self._began_at).total_seconds()

    def _hold(self, at_s: float, who: str, what: str, after_s: float = 0.0) -> None:
        self._count += 1
        self._held.append(Line(at_s, who, what, (at_s + after_s, self._count)))

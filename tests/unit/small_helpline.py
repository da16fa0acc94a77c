"""The service's middle in virtual time: switchboard, flows, queue and deadlines on a PBX and a store that are not real.

What is real: everything between the PBX's events and the store's transactions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, cast

from ivr.acd import toolbar
from ivr.acd.deadlines import Deadlines
from ivr.domain.agents import AgentState, StateRequest
from ivr.domain.birth import CaseChildren
from ivr.domain.cases import Client
from ivr.domain.dialling import MayNotRing, may_dial
from ivr.domain.events import CallState
from ivr.domain.ids import AgentId, CallId, CaseId
from ivr.domain.lines import Entry, Line
from ivr.domain.opening import Doors
from ivr.domain.queueing import AgentRow, CallRow, OfferRow
from ivr.domain.waiting import Place
from ivr.flows.services import Rules, Services
from ivr.mi.recorder import Recorder
from ivr.records.called import Called, called
from ivr.records.look_ups import (
    EmployerRecord,
    children_of,
    client_by_scin,
    employer_by_reference,
    representative_by_trn,
)
from ivr.records.ringing_back import is_suppressed, may_ring_back
from ivr.records.source import OwnRecords, RecordSource
from ivr.store.engine import SqlStore
from ivr.store.memory import MemoryStore
from ivr.switchboard import Switchboard
from ivr.voice.prompts import Prompts
from tests.unit.acd.world import IDLE_LOGOUT_S, NINE, staff_rows
from tests.unit.fake_pbx import QUIET, FakePbx, Phone
from tests.unit.virtual_time import now

GENERAL, APPLICATIONS_LINE, EMPLOYERS, WELSH_LINE = "03069990100", "03069990101", "03069990200", "03069990109"
DIRECT = "03069990301"
"""The direct number of `OWNER`, whose deputy is `MATE`."""
LINES = {
    GENERAL: Line("general", (GENERAL,), "cmg", "en", Entry.MENU, "always"),
    APPLICATIONS_LINE: Line("new-applications", (APPLICATIONS_LINE,), "cmg", "en", Entry.NEW_APPLICATION, "always"),
    EMPLOYERS: Line("employers", (EMPLOYERS,), "cmg", "en", Entry.EMPLOYER, "always"),
    DIRECT: Line("direct", (DIRECT,), "cmg", "en", Entry.DIRECT, "always", leader="7001", deputy="7002"),
    WELSH_LINE: Line("welsh", (WELSH_LINE,), "cmg", "cy", Entry.MENU, "always"),
}


class LookingStore(MemoryStore):
    """The store in memory, with the reads that flows make beside transactions."""

    def __init__(self) -> None:
        super().__init__()
        self.clients: dict[str, Client] = {}
        self.employers: dict[str, EmployerRecord] = {}
        self.representatives: dict[str, int] = {}
        self.born: dict[CaseId, tuple[date, ...]] = {}
        """Qualifying children's dates of birth by case."""
        self.called: dict[str, Called] = {}
        """Whom numbers belong to that are dialled on a phone; any other is nobody's."""
        self.position: int | None = 1
        self.expected_s: float | None = None
        self.queues: tuple[str, ...] = ()
        self.suppressed: MayNotRing | None = None
        """Why nobody may be rung (R-OUT-2)."""
        self.fails: Callable[[], BaseException | None] = lambda: None
        """What the next transaction raises, if anything."""

    async def run(self, step: Any, *args: Any, **kwargs: Any) -> Any:
        """Run one transaction; it takes a moment, as on a real one."""
        await asyncio.sleep(0)
        error = self.fails()
        if error is not None:
            raise error
        return self.transact(step, *args, **kwargs)

    async def look_up(self, step: object, asked: Any) -> Any:
        """What is on record under a reference, or the children of cases."""
        await asyncio.sleep(0)
        if step is children_of:
            return tuple(CaseChildren(case, self.born.get(case.case_id, ())) for case in asked)
        if step is called:
            return self.called.get(asked.number) or Called(may_dial(asked.rules, asked.number))
        if step is is_suppressed:
            return self.suppressed
        if step is may_ring_back:
            return self.suppressed or may_dial(asked.rules, asked.number)
        records: dict[object, dict[str, Any]] = {
            client_by_scin: self.clients,
            employer_by_reference: self.employers,
            representative_by_trn: self.representatives,
        }
        return records[step].get(asked)

    async def read(self, _step: object, call_id: CallId, _now: object) -> Place:
        """How a waiting call stands."""
        await asyncio.sleep(0)
        return Place(self.position, self.expected_s, self.queues, self.rows.calls[call_id].enqueued_at)


class FakePrompts:
    """Each prompt is one file named after its language and itself; a value follows its name."""

    quiet = QUIET

    def media(self, language: str, name: str, *, brand: str = "cmg", **values: int | str) -> tuple[str, ...]:
        """One URI."""
        del brand
        return ("sound:" + "/".join([language, str(name), *(str(value) for value in values.values())]),)


class _Owner:
    switchboard: Switchboard

    def __getattr__(self, name: str) -> Any:
        return getattr(self.switchboard, name)


class SmallHelpline:
    """A process of the service. ``before``: one whose PBX and store this one takes over."""

    def __init__(
        self,
        rules: Rules | None = None,
        before: SmallHelpline | None = None,
        records: RecordSource | None = None,
    ) -> None:
        owner = _Owner()
        self.store: LookingStore = LookingStore() if before is None else before.store
        self.pbx = FakePbx(owner)
        if before is None:
            self.store.rows.agents = {row.agent_id: row for row in staff_rows()}
        else:
            self._follow(before)
        self.recorder = Recorder(self.store, self.wall)
        store, prompts = cast("SqlStore", self.store), cast("Prompts", FakePrompts())
        self.doors = Doors.OPEN
        self.is_down = False
        self.records = records
        services = Services(
            self.pbx.session,
            store,
            self.records or OwnRecords(store),
            prompts,
            self.recorder,
            rules or Rules(),
            self.wall,
            "",
            lambda _line, _now: self.doors,
            LINES.get,
            lambda: self.is_down,
        )
        self.began_with: Callable[[str], Services] = lambda _config_hash: services
        """What a call that another process has left began with."""
        self.may_claim = True
        self.switchboard = owner.switchboard = Switchboard(lambda: services, self._began_with, lambda: self.may_claim)
        self.deadlines = Deadlines(self.store, self.wall, IDLE_LOGOUT_S)
        self.store.listen(self.switchboard.changed)
        self.store.listen(self.deadlines.changed)
        self.services = services

    async def _began_with(self, config_hash: str) -> Services:
        return self.began_with(config_hash)

    def _follow(self, before: SmallHelpline) -> None:
        """The same PBX, whose events reach only this process from here on."""
        old, new = before.pbx, self.pbx
        before.store._listeners.clear()
        session = new.session
        for name in (
            "channels",
            "bridges",
            "phones",
            "asked",
            "heard",
            "continued",
            "connected",
            "_playbacks",
            "quiet",
            "tones",
        ):
            setattr(new, name, getattr(old, name))
        old.session = session

    def wall(self) -> datetime:
        """The wall clock: nine o'clock when the story begins."""
        return NINE + timedelta(seconds=now())

    # --- people -----------------------------------------------------------------------------------------------------

    def agent(self, agent_id: AgentId, phone: Phone | None = None, *, available: bool = True) -> AgentId:
        """An agent logs in with a phone, and becomes Available unless told otherwise."""
        endpoint = f"PJSIP/{7000 + agent_id}"
        self.pbx.phones[endpoint] = phone or Phone()
        assert self.store.transact(toolbar.log_in, agent_id, endpoint, self.wall())
        if available:
            self.ask(agent_id, AgentState.AVAILABLE)
        return agent_id

    def ask(self, agent_id: AgentId, state: AgentState, code: str | None = None) -> None:
        """An agent presses a button."""
        request = StateRequest(state, code)
        self.store.transact(toolbar.ask, agent_id, request, "agent", self.wall(), IDLE_LOGOUT_S)

    def state(self, agent_id: AgentId) -> AgentState:
        """An agent's state."""
        return self.store.rows.agents[agent_id].state

    def row(self, agent_id: AgentId) -> AgentRow:
        """An agent's row."""
        return self.store.rows.agents[agent_id]

    def call(self, channel_id: str = "c1") -> CallRow:
        """The latest call of a channel."""
        return self.calls(channel_id)[-1]

    def calls(self, channel_id: str = "") -> list[CallRow]:
        """Every call, or those of one channel."""
        return [row for row in self.store.rows.calls.values() if channel_id in {"", row.channel_id}]

    def call_back(self) -> CallRow:
        """The call whose caller has taken a call back."""
        return next(row for row in self.calls() if row.call_back_number is not None)

    def offers(self) -> list[OfferRow]:
        """Every offer, in order."""
        return list(self.store.rows.offers.values())

    def journey(self) -> list[str]:
        """The steps of all calls, in order."""
        return [fact.step for fact in self.store.rows.journey]

    def heard(self, channel_id: str = "c1") -> list[str]:
        """What a caller was played."""
        return self.pbx.heard[channel_id]

    # --- time -------------------------------------------------------------------------------------------------------

    async def until(self, met: Callable[[], object], limit_s: float = 600.0) -> None:
        """Wait, in virtual time, until ``met()``."""
        deadline = now() + limit_s
        while not met():
            assert now() < deadline, f"not within {limit_s} s"
            await asyncio.sleep(0.01)

    async def until_call(self, state: CallState, channel_id: str = "c1", limit_s: float = 600.0) -> None:
        """Wait until a call is in ``state``."""
        await self.until(lambda: self.calls(channel_id) and self.call(channel_id).state is state, limit_s)

    async def over(self) -> None:
        """Whoever is there hangs up; nothing is left on the PBX, no call is up, nobody is stuck, no task runs."""
        for channel_id in list(self.pbx.channels):
            self.pbx.hangs_up(channel_id)
        await self.until(lambda: not self.switchboard.calls_up, 30)
        await self.close()
        assert self.pbx.is_empty, (self.pbx.channels, self.pbx.bridges)
        assert all(call.state is CallState.ENDED for call in self.calls())
        stuck = {AgentState.RESERVED, AgentState.ON_CALL, AgentState.ON_HOLD}
        assert not [row for row in self.store.rows.agents.values() if row.state in stuck]
        assert self.journey().count("ended") == len(self.calls())

    async def close(self) -> None:
        """The process ends; the PBX goes on."""
        await self.switchboard.close()
        await self.deadlines.close()

    def caller_arrives(self, channel_id: str = "c1", dnis: str = GENERAL) -> None:
        """Somebody calls."""
        self.pbx.arrives(channel_id, dnis)

    def at(self, in_s: float, do: Callable[[], object]) -> None:
        """Something happens later."""
        asyncio.get_running_loop().call_later(in_s, do)

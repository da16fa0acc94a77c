"""Agents' phones: which of them can be reached, and what becomes of whoever's cannot (R-STATE-8).

Enters: word of each phone that comes or goes (`PhoneWatch.changed`, `listed`), and the store's changes (`heard`).
Leaves: `PhoneChanged`, for the desks and for the calls that ring or talk on it; an Available agent is Not Ready. Its
timers, and the transactions they run, are the deadlines'.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from datetime import datetime
from typing import Any, Final

import structlog

from ivr.acd import toolbar
from ivr.domain.agents import AgentState
from ivr.domain.events import AgentChanged, Change, PhoneChanged
from ivr.domain.phones import TECHNOLOGY, account_of
from ivr.domain.queueing import AgentRow
from ivr.errors import PbxError
from ivr.store.ports import Store, Tx

log = structlog.get_logger()

LOST_AFTER_S: Final = 3.0
"""So long after it was first said to be gone a phone is lost, if it still is. It is asked once more at once, which
takes 2 s; one that registers anew has no contact for a moment; and a PBX that stood still for seconds takes every phone
for gone until it has asked again.
"""

SetTimer = Callable[[str, object, float, Callable[[], Coroutine[Any, Any, object]]], None]
"""`Deadlines.set`."""


class PhoneWatch:
    """The phones of one process's agents."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        reachable: Callable[[str], bool | None],
        ask: Callable[[str], Awaitable[None]],
        later: SetTimer,
    ) -> None:
        """``reachable``: whether an account's phone can be rung, None while nobody knows; ``ask``: have the PBX ask the
        phone now, may raise PbxError.
        """
        self._store = store
        self._now = now
        self._reachable = reachable
        self._ask_pbx = ask
        self._later = later
        self._told: dict[str, bool] = {}

    def is_reachable(self, endpoint: str) -> bool | None:
        """Whether what is dialled can be rung now; None while nobody knows."""
        return self._reachable(account_of(endpoint))

    def changed(self, account: str, reachable: bool) -> None:  # noqa: FBT001 - as the manager interface tells it
        """A phone has come, or has gone. Returns at once."""
        if not reachable:
            self._later("phone asked", account, 0.0, lambda: self._ask(account))
        self._look(account, 0.0 if reachable else LOST_AFTER_S)

    def moved(self, account: str) -> None:
        """A phone has registered from another address: who talks on it is told to listen. Returns at once."""
        endpoint = f"{TECHNOLOGY}{account}"
        self._later("phone anew", account, 0.0, lambda: self._store.run(note_anew, endpoint))

    def listed(self) -> None:
        """All phones are known, for the first time or again: whoever is there is looked at."""
        self._later("phones", "", LOST_AFTER_S, self._look_at_all)

    def heard(self, change: Change) -> None:
        """A listener of the store: nobody stays Available on a phone that is lost."""
        available = isinstance(change, AgentChanged) and change.state is AgentState.AVAILABLE
        if isinstance(change, AgentChanged) and available and self.is_reachable(change.endpoint) is False:
            self._look(account_of(change.endpoint), LOST_AFTER_S)

    def _look(self, account: str, in_s: float) -> None:
        self._later("phone", account, in_s, lambda: self._settle(account))

    async def _ask(self, account: str) -> None:
        try:
            await self._ask_pbx(account)
        except PbxError as error:
            log.warning("phone.not_asked", phone=account, error=str(error))

    async def _look_at_all(self) -> None:
        for endpoint in await self._store.run(endpoints_in_use):
            if self.is_reachable(endpoint) is not None:
                await self._settle(account_of(endpoint))

    async def _settle(self, account: str) -> None:
        """Tell what the phone is now, and let nobody be Available on one that is lost."""
        reachable = self._reachable(account)
        if reachable is None:
            return
        news = self._told.get(account, True) is not reachable
        if news or not reachable:
            lost = await self._store.run(note, f"{TECHNOLOGY}{account}", self._now(), reachable=reachable, news=news)
            log.info("phone.changed", phone=account, reachable=reachable, made_not_ready=lost)
        self._told[account] = reachable


def note(tx: Tx, endpoint: str, now: datetime, *, reachable: bool, news: bool) -> int:
    """The phone can be reached again, or cannot any more: its agents are told if it is ``news``, and who is Available
    on one that is lost is Not Ready. How many are. A phone that is back changes nobody's state.
    """
    there = tx.agents_on(endpoint)
    if news:
        for agent in there:
            tx.emit(PhoneChanged(agent.agent_id, agent.staff_number, endpoint, reachable))
    if reachable:
        return 0
    return sum(toolbar.phone_lost(tx, agent.agent_id, now) for agent in there)


def note_anew(tx: Tx, endpoint: str) -> None:
    """The phone is at another address: a talk that began at the one before may be with nobody (R-STATE-8)."""
    for agent in tx.agents_on(endpoint):
        tx.emit(PhoneChanged(agent.agent_id, agent.staff_number, endpoint, reachable=True, anew=True))


def endpoints_in_use(tx: Tx) -> list[str]:
    """What is dialled for everybody who is Available, in After Call Work, rung or on a call."""
    return list(dict.fromkeys(_endpoints((*tx.agents_with_deadline(), *tx.agents_at_work()))))


def _endpoints(agents: Iterable[AgentRow]) -> Iterable[str]:
    return (agent.endpoint for agent in agents if agent.endpoint)

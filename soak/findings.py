"""After a soak: is everything over, explained and counted? Each check tells what is wrong, one line for each thing.

Enters: the helpline, still running, and what callers know of their own calls. Leaves: lines, none when all is well.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import create_engine

from ivr.domain.agents import AUX_CODES, SystemReason
from ivr.mi.measures import Sums
from ivr.mi.reading import sums_between
from ivr.softphone.journal import Ending
from soak.callers import NORTHERN_IRELAND, UNKNOWN, Moment, Party, Wish
from soak.run import Soaked
from tests.e2e.helpline import Helpline

SETTLE_LIMIT_S: Final = 30.0
LOOK_S: Final = 0.25
SILENCE_LIMIT_S: Final = 25.0
"""A lost phone is noticed within some 10 s; whoever hears nothing for longer than this has been forgotten."""
NOT_FOUND: Final = 404
ABANDONED: Final = frozenset({"abandoned_menu", "abandoned_queue"})
STUCK: Final = """SELECT staff_number, state, code, call_id, offer_id FROM agent_live
    WHERE state IN ('reserved', 'on_call', 'on_hold')"""
UP: Final = "SELECT call_id, state, cli, line FROM call WHERE state <> 'ended'"
TWICE: Final = "SELECT call_id FROM call_event WHERE step = 'ended' GROUP BY call_id HAVING count(*) > 1"
AGENTS: Final = """SELECT l.staff_number, l.state, l.code, e.after, e.code AS told FROM agent_live l
    LEFT JOIN agent_event e ON e.event_id = (SELECT max(event_id) FROM agent_event WHERE agent_id = l.agent_id)"""
CALLS: Final = 'SELECT call_id, cli, state, "end", answered_at, arrived_at FROM call ORDER BY arrived_at, call_id'
MADE_BY_AGENTS: Final = "SELECT call_id FROM call_event WHERE step = 'outbound'"
FREE: Final = frozenset({"available", "not_ready", "after_call_work", "logged_out"})
REASONS: Final = frozenset({*AUX_CODES, *(reason.value for reason in SystemReason)})


async def settle(line: Helpline) -> None:
    """Let what is being cleared up be cleared up."""
    deadline = time.monotonic() + SETTLE_LIMIT_S
    while time.monotonic() < deadline and _is_busy(line):  # noqa: ASYNC110 - other processes' state
        await asyncio.sleep(LOOK_S)


def _is_busy(line: Helpline) -> bool:
    return any((line.ari("channels"), line.ari("bridges"), line.rows(UP), line.rows(STUCK)))


def look(line: Helpline, soaked: Soaked) -> list[str]:
    """Everything that is wrong, each thing once."""
    found = [
        *soaked.tally.wrong,
        *_left(line),
        *_agents(line),
        *_service_log(line),
        *_calls(line, soaked),
        *_sums(line),
        *_sums_told(soaked),
        *_silences(soaked),
    ]
    return [text if times == 1 else f"{text} ({times} times)" for text, times in Counter(found).items()]


def _left(line: Helpline) -> Iterator[str]:
    """R-WAIT, R-STATE: nothing is left on the PBX, no call is up, no agent is held, no call has ended twice."""
    for kind in ("channels", "bridges"):
        for held in line.ari(kind):
            yield f"Asterisk still holds one of its {kind}: {json.dumps(held)}"
    for row in line.rows(UP):
        yield f"call {row.call_id} is still up: {row.state}, line {row.line}, caller …{row.cli[-3:]}"
    for row in line.rows(STUCK):
        yield f"agent {row.staff_number} is stuck: {row.state}, call {row.call_id}, offer {row.offer_id}"
    for row in line.rows(TWICE):
        yield f"call {row.call_id} has ended twice"


def _agents(line: Helpline) -> Iterator[str]:
    """R-STATE-9: each agent is in a state of rest that the last fact about them explains."""
    for row in line.rows(AGENTS):
        if row.after is not None and (row.after, row.told) != (row.state, row.code):
            yield f"agent {row.staff_number} is {row.state} ({row.code}), their last fact says {row.after} ({row.told})"
        if row.state == "not_ready" and row.after is not None and row.code is not None and row.code not in REASONS:
            yield f"agent {row.staff_number} is Not Ready for no known reason: {row.code}"
        if row.state not in FREE | {"reserved", "on_call", "on_hold"}:
            yield f"agent {row.staff_number} is in no known state: {row.state}"


def _service_log(line: Helpline) -> Iterator[str]:
    """Not one error. What the reconciler and the sweep find (defects) is logged as errors too."""
    for text in (line.folder / "service.log").read_text(encoding="utf-8").splitlines():
        entry = _entry(text)
        if entry is None:
            yield f"the service said: {text[:300]}"
        elif entry.get("level") in {"error", "critical"}:
            yield f"the service's log: {text[:1500]}"


def warnings(line: Helpline) -> Counter[str]:
    """What the service warned of, how often."""
    entries = map(_entry, (line.folder / "service.log").read_text(encoding="utf-8").splitlines())
    return Counter(str(one.get("event")) for one in entries if one is not None and one.get("level") == "warning")


def _entry(text: str) -> dict[str, Any] | None:
    with suppress(ValueError):
        entry = json.loads(text)
        return entry if isinstance(entry, dict) else None
    return None


# --- each call against its caller -----------------------------------------------------------------------------------


def _calls(line: Helpline, soaked: Soaked) -> Iterator[str]:
    """Every caller's call is on record once, and ended as what they did and met explains."""
    rows = rows_of(line)
    for party in soaked.parties:
        mine = rows.get(party.cli, [])
        row = mine.pop(0) if mine else None
        if row is None:
            if not _never_arrived(party):
                yield f"{party}: no call of theirs is on record; it ended {_words(party.ending)}"
        elif (why := _implausible(party, row.end)) is not None:
            yield f"{party}: {why}; call {row.call_id} ended {row.end}, for the caller {_words(party.ending)}"
    for cli, left in rows.items():
        yield from (f"call {row.call_id} of …{cli[-3:]} is on record, and nobody made it" for row in left)


def rows_of(line: Helpline) -> dict[str, list[Any]]:
    """The calls by the caller's number, in the order they arrived."""
    found: dict[str, list[Any]] = {}
    for row in line.rows(CALLS):
        found.setdefault(row.cli, []).append(row)
    return found


def _never_arrived(party: Party) -> bool:
    """Given up before the PBX had told anybody of it."""
    return party.wish is Wish.BEFORE_THE_ANSWER and party.went


def _words(ending: Ending | None) -> str:
    return "never" if ending is None else f"{ending.how} {ending.status or ''} by {ending.by}, cause {ending.cause}"


def _implausible(party: Party, end: str | None) -> str | None:
    """What cannot be, in words."""
    checks = (_refused, _lost, _spoken_with, _not_spoken_with, _stayed)
    return next((why for check in checks if (why := check(party, end or "nothing")) is not None), None)


def _refused(party: Party, end: str) -> str | None:
    if (party.number == UNKNOWN) is (end == "unknown_number"):
        return None
    if party.number == UNKNOWN and party.went and end in ABANDONED:
        return None
    return "a number that no line has, or one that has"


def _lost(_party: Party, end: str) -> str | None:
    return "lost to a fault" if end in {"fault", "nothing"} else None


def _spoken_with(party: Party, end: str) -> str | None:
    """A phone that was answered while the caller was there is an answered call (R-WAIT-6 lets crossings go)."""
    crossing = party.wish is Wish.AT_THE_ANSWER or party.went
    return None if end == "answered" or not party.answered_by or crossing else "an agent had answered"


def _not_spoken_with(party: Party, end: str) -> str | None:
    return "no phone had been answered" if end == "answered" and not party.answered_by else None


def _stayed(party: Party, end: str) -> str | None:
    """Who does not hang up is answered, or told why not."""
    if party.went or end in {"answered", "unknown_number"} or (end == "closed" and party.number == NORTHERN_IRELAND):
        return None
    return "the caller had not hung up"


# --- sums and silences ----------------------------------------------------------------------------------------------


def sums(line: Helpline) -> Sums:
    """R-MI-3 over everything."""
    now = datetime.now(UTC)
    engine = create_engine(line.settings.database_url)
    try:
        with engine.connect() as sql:
            return sums_between(sql, now - timedelta(days=1), now + timedelta(seconds=1))
    finally:
        engine.dispose()


def _sums(line: Helpline) -> Iterator[str]:
    found, calls = sums(line), len(line.rows(CALLS)) - len(line.rows(MADE_BY_AGENTS))
    named: Mapping[str, Any] = {**found.lines, **found.queues}
    for name, one in named.items():
        if not one.is_whole:
            yield f"the sums of {name} do not add up: {one}"
    offered = sum(one.offered for one in found.lines.values())
    if offered != calls:
        yield f"{offered} calls were offered by the sums, {calls} are on record"
    for name, queue in found.queues.items():
        if queue.still_waiting:
            yield f"{queue.still_waiting} still wait in {name} by the sums"


def _sums_told(soaked: Soaked) -> Iterator[str]:
    """What the API says adds up too: the first count of a line or queue is the sum of its others."""
    if soaked.measures is None:
        yield "a team leader was not told the sums"
        return
    for told in (*soaked.measures["lines"], *soaked.measures["queues"]):
        whole, *parts = (count for count in told.values() if isinstance(count, int))
        if whole != sum(parts):
            yield f"the sums that a team leader is told do not add up: {told}"


def longest_silence(soaked: Soaked) -> Party | None:
    """Who heard nothing for longest."""
    return max(soaked.parties, key=lambda party: party.longest_silence_s, default=None)


def _silences(soaked: Soaked) -> Iterator[str]:
    for party in soaked.parties:
        if party.longest_silence_s > SILENCE_LIMIT_S:
            met = "answered" if Moment.TALKS in party.met else "not answered"
            yield f"{party}: heard nothing for {party.longest_silence_s:.1f} s, {met}"

"""The boards over the API: queues, the day, and a leader who says that they know (R-MON-1, R-MON-3)."""

from __future__ import annotations

from typing import Final

from ivr.domain.thresholds import BreachKind
from ivr.store import breaches
from ivr.web import queue_views
from ivr.web.board_models import QueueNow, Queues, Today
from ivr.web.models import NoBody, NoQuery
from ivr.web.problems import Refusal
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply

Asked = Ask[NoBody, NoQuery]
_ACKNOWLEDGE: Final = "/api/queues/{key:[^/]{1,120}}/breaches/{what:(?:" + "|".join(BreachKind) + ")}/acknowledge"


async def queues(ask: Asked) -> Reply:
    """The queues now."""
    day = await ask.web.live.boards.day()
    return Reply(200, await ask.web.services.store.read(queue_views.queues, ask.asker, day))


async def today(ask: Asked) -> Reply:
    """The day so far."""
    return Reply(200, (await ask.web.live.boards.day()).today)


async def acknowledge(ask: Asked) -> Reply:
    """Say that one knows; the first who does is named to all."""
    services, key, what = ask.web.services, ask.path["key"], BreachKind(ask.path["what"])
    await _queue(ask, key)
    who = ask.who
    if not await services.store.write(breaches.acknowledge, key, what, who.agent_id, who.actor, services.now()):
        raise Refusal(409, "breach.over", "this threshold is not broken any more", field="what", found=what.value)
    ask.web.live.boards.ask()
    return Reply(200, await _queue(ask, key))


async def _queue(ask: Asked, key: str) -> QueueNow:
    day = await ask.web.live.boards.day()
    for queue in await ask.web.services.store.read(queue_views.all_queues, day):
        if queue.key == key:
            return queue
    raise Refusal(404, "queue.unknown", "there is no such queue", field="key", found=key)


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "GET",
        "/api/queues",
        "queues",
        "Queues now, today, and what is broken: all for team leaders and operations, one's own for agents",
        Auth.EVERYBODY,
        queues,
        {200: Answer("The queues.", Queues)},
        NoBody,
        NoQuery,
        programs=True,
    ),
    Operation(
        "GET",
        "/api/today",
        "today",
        "The day so far, by quarters of an hour and in all",
        Auth.OVERSIGHT,
        today,
        {200: Answer("The day.", Today)},
        NoBody,
        NoQuery,
        programs=True,
    ),
    Operation(
        "POST",
        _ACKNOWLEDGE,
        "acknowledge_breach",
        "Say that one knows of a broken threshold; the first who does is named to all; audited",
        Auth.TEAM_LEADER,
        acknowledge,
        {200: Answer("The queue.", QueueNow)},
        NoBody,
        NoQuery,
        {409: "It is not broken any more."},
        examples={"key": "segment:GICH", "what": "longest_wait"},
    ),
)

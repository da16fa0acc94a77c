"""A queue's threshold breaks under a leader's eyes, is acknowledged by name, outlives the service, and is over."""

from __future__ import annotations

from typing import Any

from tests.e2e.states.desk import Told, watching
from tests.e2e.story import Story
from tests.e2e.takeover.away import service_away

QUEUE = "segment:Applications"


def _breaches(told: Told) -> list[dict[str, Any]]:
    """The queue's broken thresholds as they were told last."""
    shown = [queue for queue in told.of("snapshot")[-1]["queues"] if queue["key"] == QUEUE]
    shown += [one["queue"] for one in told.of("queue_changed") if one["queue"]["key"] == QUEUE]
    return [one for one in shown[-1]["breaches"] if one["what"] == "longest_wait"]


async def test_a_wait_that_breaks_its_limit_is_told_and_acknowledged_by_name(story: Story) -> None:
    """R-MON-3: at its instant, with nothing else happening; kept over a restart with who knows; over with the call."""
    leader = await story.agent("7101", available=False)
    await story.agent("7102", available=False)
    async with watching(story, "7102") as page:
        call = await (await story.call()).answered()
        await call.key("2")
        await story.until(lambda: _breaches(page), "the wait breaks its limit")
        (breach,) = _breaches(page)
        assert (breach["limit"], breach["value"], breach["acknowledged_by"]) == (2, None, None)
        path = f"/api/queues/{QUEUE}/breaches/longest_wait/acknowledge"
        status, answer = await leader.request("POST", path)
        assert status == 200, answer
        await story.until(lambda: _breaches(page)[0]["acknowledged_by"], "the other leader is told who knows")
        assert _breaches(page)[0]["acknowledged_by"] == {"staff_number": "7101", "name": "Ruth Hargreaves"}
        known = _breaches(page)
    async with service_away(story.line):
        pass
    async with watching(story, "7102") as page:
        await story.until(lambda: _breaches(page) == known, "nothing is lost over the restart")
        await call.hang_up()
        await story.until(lambda: not _breaches(page), "it is over with the call")
        (row,) = story.line.rows("SELECT ended_at FROM breach WHERE breach_id = :id", id=breach["breach_id"])
        assert row.ended_at is not None

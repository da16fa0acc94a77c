"""A call that comes back opens on the next agent's screen with what became of it; the answer comes after the pop."""

from __future__ import annotations

from tests.e2e.screen_pop.screens import Json, Screens
from tests.e2e.story import Story

JANE = "120000000019"
CLI = "07700900690"


def _steps(events: list[Json]) -> list[str]:
    """What an agent's screen went through: states, and the call's state as it opened."""
    steps = []
    for one in events:
        if one["type"] == "agent_changed":
            steps.append(one["agent"]["state"])
        elif one["type"] == "my_call":
            steps.append("no call" if one["call"] is None else f"call {one['call']['pop']['state']}")
    return steps


async def test_a_call_that_comes_back_says_so_with_the_ringing(story: Story) -> None:
    """R-POP-2, R-RONA-2: who did not answer, how long the caller has waited; the pop before the answer, then talk.

    Who did not answer is left with an empty screen.
    """
    owner, colleague = await story.agent("7001"), await story.agent("7002")
    async with Screens(story, owner, colleague) as screens:
        call = await (await story.call(cli=CLI)).answered()
        await call.key("1" + JANE)
        first = await screens.pop(CLI)
        second = await screens.pop(CLI, times=2)
        assert (first.agent.staff, first.pop["redirected"]) == ("7001", [])
        assert second.agent.staff == "7002"
        (before,) = second.pop["redirected"]
        assert (before["colleague"]["staff_number"], before["outcome"]) == ("7001", "no_answer")
        assert second.pop["waiting_since"] == first.pop["waiting_since"]
        assert second.pop["waited_s"] >= first.pop["waited_s"] + 2
        assert second.pop["client"]["cases"][0]["detail"]
        colleague.phone.answer()
        await colleague.is_in("on_call")
        await story.until(lambda: _steps(screens.events["7002"])[-1] == "call talking", "the talk is told")
        await story.until(lambda: _steps(screens.events["7001"])[-1] == "no call", "the owner's screen is empty")
        assert _steps(screens.events["7002"]) == ["reserved", "call ringing", "on_call", "call talking"]
        assert _steps(screens.events["7001"]) == ["reserved", "call ringing", "not_ready", "no call"]
        await call.hang_up()

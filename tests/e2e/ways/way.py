"""One caller's way: what is heard, what is keyed then, and what came of it. Several callers go side by side.

A way is a row of a table. It is gone on the real PBX by a caller who keys when a prompt has begun. The prompts are
proven twice: by the sound, in the order in which it came, and by the call's journey, which holds no further question.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from ivr.domain.ids import Brand, Language
from tests.e2e.heard import Ear
from tests.e2e.story import GENERAL, Agent, Call, Story

LISTEN_S: Final = 0.3
PAUSE_S: Final = 1.0
"""A caller looks for the next digit: longer than the shortened time between digits, shorter than R-LINE-6's 2 s."""
MENU_HEARD_OUT_S: Final = 60.0
"""Longer than the longest prompt, the menu with its greeting, and the time for a choice."""
IN_WELSH: Final = frozenset({"welsh-offer"})
NO_QUESTIONS: Final = ("greeting", "welsh-offer", "menu-existing", "menu-new", "menu-third", "menu-welsh", "waiting-")


@dataclass(frozen=True, slots=True)
class Way:
    """``steps``: a prompt, and what is keyed once it has begun ("": nothing; " ": a pause).

    ``scope``: through which the first agent is rung; ``attempts``: what, number, outcome; ``shows``: what is on the
    agent's screen.
    """

    steps: tuple[tuple[str, str], ...]
    connecting: str
    kind: str
    scope: str
    number: str = GENERAL
    language: Language = "en"
    brand: Brand = "cmg"
    pop: str = "blank"
    attempts: tuple[tuple[str, int, str], ...] = ()
    shows: tuple[str, ...] = ()
    row: dict[str, object] = field(default_factory=dict)
    """More of the call's row."""


async def go_side_by_side(story: Story, ways: Iterable[Way]) -> None:
    """Every way at once. Who is to be rung must be there and Available; a colleague's calls come one by one."""
    await asyncio.gather(*(_go(story, way) for way in ways))


async def _go(story: Story, way: Way) -> None:
    call = await (await story.call(way.number)).answered()
    ear = Ear(call.sip.heard)
    for prompt, keys in way.steps:
        await hears(story, ear, prompt, "cy" if prompt in IN_WELSH else "en", way.brand)
        await _keys(call, keys)
    await hears(story, ear, way.connecting, way.language, way.brand)
    await story.until(call.offers, f"a phone rings through {way.scope}", MENU_HEARD_OUT_S)
    assert call.offers()[0][1] == way.scope
    _is_written(story, call, way)
    await _opens(story, call, way)
    await call.hang_up()


async def _keys(call: Call, keys: str) -> None:
    """``keys``, with a pause for each space in them."""
    first, *more = keys.split(" ")
    if first:
        await call.key(first)
    for digits in more:
        await asyncio.sleep(PAUSE_S)
        await call.key(digits)


async def hears(story: Story, ear: Ear, prompt: str, language: Language = "en", brand: Brand = "cmg") -> None:
    """Wait until a prompt has begun, behind the one before."""
    path = story.line.prompts.files(language, prompt, brand=brand, key="4", position=1)[0]
    await story.until(lambda: ear.hears(path), f"the caller hears {language}/{prompt}", MENU_HEARD_OUT_S, LISTEN_S)


def _is_written(story: Story, call: Call, way: Way) -> None:
    """The row, every attempt, and no question but those of the way."""
    row = call.row()
    assert (row.kind, row.language, row.brand, row.pop) == (way.kind, way.language, way.brand, way.pop)
    assert {name: getattr(row, name) for name in way.row} == way.row
    assert tuple(attempts(story, call)) == way.attempts
    asked = [name for name, _ in way.steps if _is_question(name)]
    assert [name for name in played(story, call) if _is_question(name)] == [*asked, way.connecting]


async def _opens(story: Story, call: Call, way: Way) -> None:
    """R-POP-1, R-POP-2: what the agent who is rung sees."""
    shown = await _agent(story, call.offers()[-1][0]).call()
    assert shown is not None
    assert (shown["line"], shown["language"], shown["pop"]) == (call.row().line, way.language, way.pop)
    assert [(one["what"], one["number"], one["outcome"]) for one in shown["attempts"]] == list(way.attempts)
    assert [text for text in way.shows if text not in str(shown)] == []


def _agent(story: Story, staff: str) -> Agent:
    return next(agent for agent in story.agents if agent.staff == staff)


def played(story: Story, call: Call) -> list[str]:
    """The prompts by name, as the call's journey has them."""
    query = "SELECT data FROM call_event WHERE call_id = :call_id AND step = 'played' ORDER BY at, event_id"
    rows = story.line.rows(query, call_id=call.row().call_id)
    return [name for row in rows for name in str(_json(row.data)["prompts"]).split(", ")]


def attempts(story: Story, call: Call) -> list[tuple[str, int, str]]:
    """Every attempt at whatever was asked for."""
    query = "SELECT what, number, outcome FROM call_attempt WHERE call_id = :call_id ORDER BY attempt_id"
    return [tuple(row) for row in story.line.rows(query, call_id=call.row().call_id)]


def _is_question(name: str) -> bool:
    return not name.startswith(NO_QUESTIONS) and name != "nobody-free-now"


def _json(data: Any) -> Any:
    return json.loads(data) if isinstance(data, str) else data

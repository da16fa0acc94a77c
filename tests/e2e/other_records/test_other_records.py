"""Another system of record beside a running helpline: up, slow, down and back, as callers and caseworkers find it."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from typing import Any, Final

import pytest

from ivr.pbx.asterisk import free_port
from tests.e2e.helpline import SHORT, Helpline
from tests.e2e.story import Agent, Story
from tests.other_system import OtherSystem
from tests.patience import patiently

NEW: Final = "120000000901"
"""Nobody here has this SCIN; the other system knows it."""
CLIENT: Final = {
    "scin": NEW,
    "name": "Robin Elsewhere",
    "brand": "nicms",
    "cases": [
        {"number": "900000077001", "opened_on": "2025-03-04", "owner": "7001", "team": "Maintenance 1", "roles": ["pp"]}
    ],
}
TIMEOUT_S: Final = patiently(0.6)
REST_S: Final = 0.5


@pytest.fixture(scope="module")
def port() -> int:
    """Where the other system is, when it is up."""
    with ExitStack() as held:
        return free_port(held)


@pytest.fixture(scope="module")
def helpline(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[Helpline]:
    """A helpline whose records are elsewhere."""
    folder = tmp_path_factory.mktemp("other-records")
    (folder / "token").write_text("a sample token")
    more = {
        "IVR_RECORDS_URL": f"http://127.0.0.1:{port}",
        "IVR_RECORDS_TOKEN_FILE": str(folder / "token"),
        "IVR_RECORDS_TIMEOUT_S": str(TIMEOUT_S),
        "IVR_RECORDS_FAILURES": "2",
        "IVR_RECORDS_REST_S": str(REST_S),
    }
    line = Helpline(folder, SHORT, more=more)
    line.start()
    yield line
    line.stop()


@pytest.fixture
async def story(helpline: Helpline) -> AsyncIterator[Story]:
    """A story there."""
    async with Story(helpline) as told:
        yield told


async def test_up_slow_down_and_back(story: Story, port: int) -> None:
    """R-CASE-2 with the other system's answer; without one R-DTMF-3: GICH, a blank screen, what was keyed and why."""
    other = OtherSystem()
    other.records["client", NEW] = {"client": CLIENT}
    owner, gich = await story.agent("7001"), await story.agent("7008")
    async with other.serving(port):
        assert (await _pop(story, owner, gone=gich))["client"]["name"] == "Robin Elsewhere"
        assert _health(story)["records_answer"] is True
        other.answer = other.slow
        assert await _blank(story, gich, owner) == [("scin", "slow", NEW)]
    assert await _blank(story, gich, owner) == [("scin", "down", NEW)]
    health = _health(story)
    assert (health["able"], health["database_answers"], health["records_answer"]) == (True, True, False)
    status, found = await gich.request("POST", "/api/contacts/search", {"words": NEW})
    assert (status, found["unanswered"], found["contacts"][0]["name"]) == (200, "down", "Robin Elsewhere")
    async with other.serving(port):
        other.answer = other.as_agreed
        await asyncio.sleep(REST_S)
        case = (await _pop(story, owner, gone=gich))["client"]["cases"][0]
        assert (case["number"], case["owner"]["staff_number"], case["roles"]) == ("900000077001", "7001", ["pp"])
        assert _health(story)["records_answer"] is True


async def _pop(story: Story, agent: Agent, gone: Agent) -> dict[str, Any]:
    """A caller keys the SCIN at once; what opens for the agent whose phone rings, before it is answered."""
    caller = await (await story.call()).answered()
    await caller.key("1" + NEW)
    await agent.rung()
    pop = await agent.call()
    assert pop is not None
    assert gone.state == "available"
    await caller.hang_up()
    await agent.is_in("available")
    return pop


async def _blank(story: Story, agent: Agent, gone: Agent) -> list[tuple[str, str, str]]:
    pop = await _pop(story, agent, gone)
    assert (pop["pop"], pop["client"]) == ("blank", None)
    return [(one["what"], one["outcome"], one["keyed"]) for one in pop["attempts"]]


def _health(story: Story) -> dict[str, Any]:
    settings = story.line.settings
    connection = http.client.HTTPConnection(settings.host, settings.http_port, timeout=5)
    connection.request("GET", "/api/health")
    found: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return found

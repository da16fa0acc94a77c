"""Phones without a desk, and what a direct call has done: whom it rang, how that ended, and when."""

from __future__ import annotations

from ivr.softphone.agent_phone import AgentPhone, Script
from tests.e2e.helpline import PASSWORD
from tests.e2e.story import Agent, Call, Story

NUMBER = "03069990301"
LEADER, DEPUTY = "7101", "7102"
RING_S = 2.0
"""How long a phone rings in these stories."""


async def phone(story: Story, staff: str, *scripts: Script) -> AgentPhone:
    """A phone that is on while nobody is logged in with it."""
    registrar = (story.line.settings.host, story.line.settings.sip_port)
    made = AgentPhone(staff, PASSWORD, registrar, scripts=scripts or (Script.ring(),))
    return await story._stack.enter_async_context(made)


async def direct_call(story: Story) -> Call:
    """Somebody dials the leader's number, and hears ringing."""
    call = await story.call(NUMBER)
    await call.sip.wait_ringing(5)
    return call


def rang(story: Story, call: Call) -> list[tuple[str, str]]:
    """Whose own phone the call rang, and how that ended, in order; nobody here has a browser open."""
    query = """SELECT a.staff_number, r.state FROM direct_ring r JOIN agent a ON a.agent_id = r.agent_id
        WHERE r.call_id = :call_id AND r.endpoint NOT LIKE '%-web' ORDER BY r.made_at, r.ring_id"""
    return [tuple(row) for row in story.line.rows(query, call_id=call.row().call_id)]


def live(story: Story, staff: str) -> tuple[str, str | None]:
    """A person's state and code, whether or not they have a desk."""
    (row,) = story.line.rows("SELECT state, code FROM agent_live WHERE staff_number = :staff", staff=staff)
    return row.state, row.code


async def are(story: Story, staff: str, state: str, code: str | None = None) -> None:
    """Wait until a person is in a state."""
    await story.until(lambda: live(story, staff) == (state, code), f"{staff} is {state} {code or ''}")


def idle_since(story: Story, agent: Agent) -> object:
    """Since when an agent is idle, as the order of the longest idle counts it."""
    query = "SELECT idle_since FROM agent_live WHERE staff_number = :staff"
    return story.line.rows(query, staff=agent.staff)[0].idle_since

"""Phones of a story that are used without a screen: registered, they dial codes and key PINs."""

from __future__ import annotations

import time

from ivr.records import sample
from ivr.softphone.agent_phone import AgentPhone
from tests.e2e.helpline import PASSWORD
from tests.e2e.story import LIMIT_S, Call, Story

PIN = sample.pin(PASSWORD)
WRONG = f"{(int(PIN) + 271_828) % 10**6:06}"


async def desk_phone(story: Story, account: str, *, registered: bool = True) -> AgentPhone:
    """A phone that is on until the story ends."""
    registrar = (story.line.settings.host, story.line.settings.sip_port) if registered else None
    return await story._stack.enter_async_context(AgentPhone(account, PASSWORD, registrar))


async def dial(story: Story, phone: AgentPhone, code: str, *, introduced: bool = True) -> Call:
    """The phone dials a code; ``introduced``: with its account."""
    sip = await phone.call(story.line.uri(code), cli=phone.number, introduced=introduced)
    call = Call(story, sip, phone.number)
    story.calls.append(call)
    return call


async def done(story: Story, phone: AgentPhone, code: str, *prompts: str, introduced: bool = True) -> None:
    """The phone dials a code, hears these prompts, and hangs up while the last one is said."""
    call = await (await dial(story, phone, code, introduced=introduced)).answered()
    await _hears_all(call, prompts)


async def logs_in(story: Story, phone: AgentPhone, staff: str, *prompts: str) -> None:
    """The log-in code is dialled, and the right PIN keyed at once, as by who knows the question; these are heard."""
    call = await (await dial(story, phone, f"*1{staff}")).answered()
    await call.key(PIN)
    await _hears_all(call, prompts)


async def _hears_all(call: Call, prompts: tuple[str, ...]) -> None:
    for prompt in prompts:
        await call.hears(prompt)
    await call.hang_up()


async def refused(story: Story, phone: AgentPhone, code: str) -> int:
    """The status by which a call is refused that never got an answer."""
    call = await dial(story, phone, code)
    ending = await call.sip.ended(LIMIT_S)
    assert not call.sip.is_answered
    return ending.status or 0


async def desk_refuses(story: Story, staff: str) -> tuple[int, str]:
    """Status and error of a log-in at the desk."""
    body = {"staff_number": staff, "password": PASSWORD}
    async with story._http.post("/api/sessions", json=body) as reply:
        return reply.status, (await reply.json()).get("error_id", "")


def live(story: Story, staff: str) -> tuple[str, str | None, str, str | None]:
    """State, reason, phone and what is pending of an agent."""
    query = "SELECT state, code, endpoint, pending FROM agent_live WHERE staff_number = :staff"
    row = story.line.rows(query, staff=staff)[0]
    return row.state, row.code, row.endpoint, row.pending


def causes(story: Story, staff: str) -> list[tuple[str, str]]:
    """The agent's changes so far: the new state, and who caused it."""
    query = """SELECT e.* FROM agent_event e JOIN agent a ON a.agent_id = e.agent_id
        WHERE a.staff_number = :staff ORDER BY e.event_id"""
    return [(row.after, row.cause) for row in story.line.rows(query, staff=staff)]


class Watch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Until now."""
        return time.monotonic() - self._began

"""What each code does: log in and out, Available, Not Ready, and which state an agent is in; each confirmed aloud.

Enters: calls of registered phones, which the dialplan (``[feature-code]``) sends with three arguments: what was asked
for, the phone's endpoint, what was dialled behind the code. Leaves: transactions of the toolbar, prompts in English.
Whatever fails here leaves `SERVED` unset, by which the dialplan knows to apologise.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from ivr.acd import at_phone
from ivr.acd.at_phone import LogIn
from ivr.domain.agents import AgentState, Denied, Pending, StateRequest
from ivr.domain.ids import AgentId
from ivr.errors import PbxError
from ivr.feature_codes import words
from ivr.feature_codes.pins import PIN_DIGITS, NotLetIn, Pins
from ivr.pbx.agi import AgiCall
from ivr.store.ports import Store
from ivr.voice.names import Prompt
from ivr.voice.prompts import Prompts

log = structlog.get_logger()

SERVED: Final = "FEATURE_SERVED"
LONGEST_CALL_S: Final = 120
"""Takes the place of the dialplan's own short limit, within which somebody must be there for the call."""
ATTEMPTS: Final = 2
KEY_WAIT_S: Final = 8.0
CODE_DIGITS: Final = 2


class FeatureCodes:
    """Serves one call after another; `serve` is what an `AgiServer` awaits."""

    def __init__(
        self,
        store: Store,
        pins: Pins,
        prompts: Callable[[], Prompts],
        now: Callable[[], datetime],
        idle_logout_s: Callable[[], float],
    ) -> None:
        """``prompts`` and ``idle_logout_s``: of the configuration now in use."""
        self._store = store
        self._pins = pins
        self._prompts = prompts
        self._now = now
        self._idle_logout_s = idle_logout_s

    async def serve(self, call: AgiCall) -> None:
        """One call of a phone, from the code to its confirmation. Raises PbxError, StoreError."""
        if not 2 <= len(call.arguments) <= 3 or not call.arguments[1]:
            raise PbxError("feature code: not the arguments that were expected")
        asked, endpoint, dialled = (*call.arguments, "")[:3]
        codes: dict[str, Callable[[AgiCall, str, str], Awaitable[None]]] = {
            "log-in": self._log_in,
            "log-out": self._log_out,
            "available": self._available,
            "not-ready": self._not_ready,
            "state": self._state,
        }
        if asked not in codes:
            raise PbxError(f"feature code: {asked!r} is none of {', '.join(codes)}")
        await call.set_variable("TIMEOUT(absolute)", str(LONGEST_CALL_S))
        await call.answer()
        await codes[asked](call, f"PJSIP/{endpoint}", dialled)
        await call.set_variable(SERVED, "yes")

    # --- the codes ----------------------------------------------------------------------------------------------

    async def _log_in(self, call: AgiCall, phone: str, staff_number: str) -> None:
        agent_id = await self._admitted(call, phone, staff_number)
        if agent_id is None:
            return
        came, agent = await self._store.run(at_phone.log_in, agent_id, phone, self._now())
        log.info("feature.log_in", agent=staff_number, phone=phone, came=came.name.lower())
        if came is LogIn.PHONE_TAKEN:
            await self._say(call, Prompt.AGENT_PHONE_TAKEN)
        elif came is LogIn.ELSEWHERE:
            await self._say(call, Prompt.AGENT_ELSEWHERE)
        elif came is LogIn.HERE_ALREADY:
            await self._say(call, *words.state_of(agent))
        elif agent.state is AgentState.NOT_READY:
            await self._say(call, Prompt.AGENT_LOGGED_IN)
        else:
            await self._say(call, Prompt.AGENT_LOGGED_IN, Prompt.AGENT_AFTER_THIS_CALL)

    async def _log_out(self, call: AgiCall, phone: str, _dialled: str) -> None:
        await self._ask(call, phone, StateRequest(AgentState.LOGGED_OUT))

    async def _available(self, call: AgiCall, phone: str, _dialled: str) -> None:
        await self._ask(call, phone, StateRequest(AgentState.AVAILABLE))

    async def _not_ready(self, call: AgiCall, phone: str, dialled: str) -> None:
        if await self._store.run(at_phone.who, phone) is None:
            await self._say(call, Prompt.AGENT_NOBODY_HERE)
            return
        code = words.code_of(dialled) if dialled else await self._asked_code(call)
        if code is None:
            await self._say(call, Prompt.AGENT_REFUSED)
        else:
            await self._ask(call, phone, StateRequest(AgentState.NOT_READY, code))

    async def _state(self, call: AgiCall, phone: str, _dialled: str) -> None:
        agent = await self._store.run(at_phone.who, phone)
        await self._say(call, *((Prompt.AGENT_NOBODY_HERE,) if agent is None else words.state_of(agent)))

    # --- what they have in common -------------------------------------------------------------------------------

    async def _ask(self, call: AgiCall, phone: str, request: StateRequest) -> None:
        """Ask for a state, and say what came of it: done, pending, or refused and in which state that was."""
        found = await self._store.run(at_phone.ask, phone, request, self._now(), self._idle_logout_s())
        if found is None:
            await self._say(call, Prompt.AGENT_NOBODY_HERE)
            return
        agent, verdict = found
        came = type(verdict).__name__.lower()
        log.info("feature.asked", agent=agent.staff_number, phone=phone, state=request.state.value, came=came)
        if isinstance(verdict, Denied):
            await self._say(call, words.STATE[agent.state], Prompt.AGENT_REFUSED)
        elif isinstance(verdict, Pending):
            await self._say(call, Prompt.AGENT_AFTER_THIS_CALL)
        else:
            await self._say(call, *words.state_of(agent))

    async def _admitted(self, call: AgiCall, phone: str, staff_number: str) -> AgentId | None:
        """Ask for the PIN; None when nobody was let in, which has been said."""
        prompt = Prompt.AGENT_ASK_PIN
        for _ in range(ATTEMPTS):
            if not self._pins.may_try(staff_number, phone):
                await self._say(call, Prompt.AGENT_TOO_MANY)
                return None
            pin = await call.ask_digits(self._sound(prompt), PIN_DIGITS, KEY_WAIT_S)
            found = await self._pins.admit(staff_number, phone, pin) if pin else NotLetIn.WRONG
            if not isinstance(found, NotLetIn):
                return found
            log.info("feature.not_let_in", phone=phone, why=found.name.lower())
            prompt = Prompt.AGENT_PIN_AGAIN
        await self._say(call, Prompt.AGENT_PIN_WRONG)
        return None

    async def _asked_code(self, call: AgiCall) -> str | None:
        """The AUX code that is keyed when asked for; None after as many wrong ones as may be."""
        prompt = Prompt.AGENT_ASK_CODE
        for _ in range(ATTEMPTS):
            code = words.code_of(await call.ask_digits(self._sound(prompt), CODE_DIGITS, KEY_WAIT_S))
            if code is not None:
                return code
            prompt = Prompt.AGENT_CODE_WRONG
        return None

    async def _say(self, call: AgiCall, *prompts: Prompt) -> None:
        await call.play(*(self._sound(prompt) for prompt in prompts))

    def _sound(self, prompt: Prompt) -> Path:
        return self._prompts().path("en", prompt)

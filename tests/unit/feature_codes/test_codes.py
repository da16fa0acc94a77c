"""R-STATE-10: what each code does, and what is said of it."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from ivr.acd import at_phone
from ivr.domain.agents import AUX_CODES, AgentState, SystemReason
from ivr.domain.ids import AgentId
from ivr.domain.routes import general
from ivr.errors import PbxError
from ivr.feature_codes import words
from ivr.feature_codes.codes import SERVED, FeatureCodes
from ivr.feature_codes.pins import NotLetIn, Pins
from tests.unit.acd.world import GENERALIST, IDLE_LOGOUT_S, NAMES, OWNER, World
from tests.unit.feature_codes.fake_phone import FakePhone, prompts

PIN = "246810"


class FakePins:
    """Everybody's PIN is `PIN`; ``left`` wrong ones may still be keyed."""

    def __init__(self, left: int = 4) -> None:
        self.left = left

    def may_try(self, _staff: str, _phone: str) -> bool:
        """Whether one may be keyed."""
        return self.left > 0

    async def admit(self, staff: str, phone: str, pin: str) -> object:
        """One is keyed."""
        assert phone.startswith("PJSIP/")
        if pin == PIN:
            return int(staff) - 7000
        self.left -= 1
        return NotLetIn.WRONG


class Office:
    """A contact centre and its phones. Agent 4 has staff number 7004."""

    def __init__(self, pins: FakePins | None = None) -> None:
        self.world = World()
        self._codes = FeatureCodes(
            self.world.store,
            cast("Pins", pins or FakePins()),
            prompts,
            lambda: self.world.now,
            lambda: IDLE_LOGOUT_S,
        )

    def dials(self, *arguments: str, keys: tuple[str, ...] = ()) -> list[str]:
        """A phone dials a code: what was said."""
        phone = FakePhone(*arguments, keys=keys)
        asyncio.run(self._codes.serve(phone.call))
        assert phone.variables == {"TIMEOUT(absolute)": "120", SERVED: "yes"}
        return phone.said

    def logged_in(self, phone: str = "7012") -> Office:
        """Agent 4 has logged in on a phone."""
        assert self.dials("log-in", phone, "7004", keys=(PIN,))[-1] == "agent-logged-in"
        return self

    def state(self) -> tuple[AgentState, str | None]:
        """What agent 4 does."""
        agent = self.world.agent(GENERALIST)
        return agent.state, agent.code

    def last_cause(self) -> str:
        """Who caused the last change."""
        return self.world.store.rows.agent_facts[-1].cause


def test_logging_in_makes_the_phone_that_called_theirs() -> None:
    """R-STATE-1, R-STATE-9: Not Ready; and it is on record how it came."""
    office = Office()
    assert office.dials("log-in", "7012-web", "7004", keys=(PIN,)) == ["agent-ask-pin", "agent-logged-in"]
    assert office.state() == (AgentState.NOT_READY, None)
    assert office.world.agent(GENERALIST).endpoint == "PJSIP/7012-web"
    assert office.last_cause() == "agent 7004 by phone: logged in"


def test_a_wrong_pin_may_be_keyed_once_more() -> None:
    """No loop without an end: two attempts in a call, keyed or not."""
    office = Office()
    said = office.dials("log-in", "7012", "7004", keys=("111111", PIN))
    assert said == ["agent-ask-pin", "agent-pin-again", "agent-logged-in"]
    for keys in (("111111", "111112"), ()):
        office = Office()
        assert office.dials("log-in", "7012", "7004", keys=keys)[-1] == "agent-pin-wrong"
        assert office.state()[0] is AgentState.LOGGED_OUT


@pytest.mark.parametrize(
    ("left", "said"), [(0, ["agent-too-many"]), (1, ["agent-ask-pin", "agent-too-many"])], ids=["before", "within"]
)
def test_too_many_wrong_pins_are_told_and_none_is_asked_for(left: int, said: list[str]) -> None:
    """Rate-limited: not even the right one helps then."""
    office = Office(FakePins(left))
    assert office.dials("log-in", "7012", "7004", keys=("111111", PIN)) == said
    assert office.state()[0] is AgentState.LOGGED_OUT


def test_who_is_logged_in_is_told_where_or_how_they_are() -> None:
    """On the same phone the state, on another one a refusal, and nothing changes."""
    office = Office().logged_in("7012")
    assert office.dials("log-in", "7012", "7004", keys=(PIN,))[1:] == ["agent-not-ready"]
    assert office.dials("log-in", "7011", "7004", keys=(PIN,))[1:] == ["agent-elsewhere"]
    assert office.world.agent(GENERALIST).endpoint == "PJSIP/7012"


def test_a_phone_that_somebody_uses_is_not_given_to_another() -> None:
    """R-RONA-1: one phone never rings for two."""
    office = Office().logged_in("7012")
    assert office.dials("log-in", "7012", "7001", keys=(PIN,))[1:] == ["agent-phone-taken"]
    assert office.world.agent(OWNER).state is AgentState.LOGGED_OUT


@pytest.mark.parametrize("code", ["log-out", "available", "not-ready", "state"])
def test_a_phone_where_nobody_is_logged_in_changes_nobody(code: str) -> None:
    """Not its own account's agent either, who may be elsewhere."""
    office = Office().logged_in("7012")
    before = office.world.store.rows.agents
    assert office.dials(code, "7004", "") == ["agent-nobody-here"]
    assert office.world.store.rows.agents == before


def test_each_state_is_asked_for_and_confirmed() -> None:
    """R-STATE-10, with who caused it."""
    office = Office().logged_in()
    assert office.dials("available", "7012") == ["agent-available"]
    assert office.state() == (AgentState.AVAILABLE, None)
    assert office.dials("not-ready", "7012", "06") == ["agent-not-ready", "reason-lunch"]
    assert office.state() == (AgentState.NOT_READY, "Lunch")
    assert office.dials("log-out", "7012", "") == ["agent-logged-out"]
    assert office.state() == (AgentState.LOGGED_OUT, None)
    assert office.last_cause() == "agent 7004 by phone"


def test_a_call_that_waits_rings_whoever_becomes_available() -> None:
    """R-WAIT-4: from a phone as from the desk; a ringing is withdrawn by Not Ready (R-STATE-5)."""
    office = Office().logged_in()
    call = office.world.queues(general(NAMES))
    assert office.dials("available", "7012") == ["agent-reserved"]
    assert office.world.rings(call) == GENERALIST
    assert office.dials("not-ready", "7012", "01") == ["agent-not-ready", "reason-break"]
    assert office.world.rings(call) is None


def test_during_a_call_what_is_asked_for_waits_and_available_is_refused() -> None:
    """R-STATE-5, R-STATE-12."""
    office = Office().logged_in()
    office.dials("available", "7012")
    office.world.answers(office.world.queues(general(NAMES)))
    assert office.dials("available", "7012") == ["agent-on-call", "agent-refused"]
    assert office.dials("log-out", "7012") == ["agent-after-this-call"]
    assert office.dials("state", "7012") == ["agent-on-call", "agent-change-waits"]


def test_the_reason_is_asked_for_at_most_twice() -> None:
    """A code that is none leaves the agent as they were."""
    office = Office().logged_in()
    said = office.dials("not-ready", "7012", "", keys=("00", "10"))
    assert said == ["agent-ask-code", "agent-code-wrong", "agent-not-ready", "reason-training"]
    said = office.dials("not-ready", "7012", "", keys=("11", "1", "01"))
    assert said == ["agent-ask-code", "agent-code-wrong", "agent-refused"]
    assert office.dials("not-ready", "7012", "11") == ["agent-refused"]
    assert office.state() == (AgentState.NOT_READY, "Training")


@pytest.mark.parametrize(
    "arguments", [(), ("state",), ("state", ""), ("reboot", "7012"), ("state", "7012", "", "more")]
)
def test_what_the_dialplan_never_says_is_a_fault(arguments: tuple[str, ...]) -> None:
    """The call is left unserved, by which the dialplan knows to apologise."""
    phone = FakePhone(*arguments)
    with pytest.raises(PbxError):
        asyncio.run(Office()._codes.serve(phone.call))
    assert (phone.variables, phone.is_answered) == ({}, False)


def test_every_state_and_every_reason_has_its_words() -> None:
    """R-STATE-1, R-STATE-2."""
    assert set(words.STATE) == set(AgentState)
    assert set(words.REASON) == {*AUX_CODES, *(reason.value for reason in SystemReason)}


@pytest.mark.parametrize(
    ("keyed", "code"),
    [("01", "Break"), ("10", "Training"), *((no, None) for no in ("00", "11", "1", "001", "0*", "\u0660\u0661", ""))],
)
def test_two_digits_are_the_place_in_the_list(keyed: str, code: str | None) -> None:
    """R-STATE-2: as on the card."""
    assert words.code_of(keyed) == code


def test_at_the_desk_nobody_logs_in_on_a_phone_that_somebody_else_uses() -> None:
    """R-RONA-1: the desk rings one's own phone, unless another has logged in there."""
    office = Office().logged_in("7001")

    def free(agent_id: AgentId, phone: str) -> bool:
        return office.world.run(at_phone.is_free_for, agent_id, phone)

    assert not free(OWNER, "PJSIP/7001")
    assert free(OWNER, "PJSIP/7002")
    assert free(GENERALIST, "PJSIP/7001")
    office.dials("log-in", "7009", "7001", keys=(PIN,))
    assert free(OWNER, "PJSIP/7001"), "who is logged in elsewhere keeps that phone"

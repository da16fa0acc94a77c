"""The security check over the API, on both databases (R-SEC)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import Connection, select, update

from ivr.acd import ledger
from ivr.domain.ids import CallId
from ivr.domain.routes import CallKind, Route, team_scope
from ivr.domain.security import PIN_LENGTH, Question, Secrets
from ivr.domain.talking import Command, Done, End, GiveToGeneral, Outcome
from ivr.records import sample, secret_keys
from ivr.records.held_secrets import put, seal
from ivr.store import tables as t
from ivr.store.engine import SqlStore
from ivr.web.registry import WEB
from ivr.web.server import make_app
from ivr.web.services import HealthNow, WebServices
from tests.integration.web.desk import BOTH_STORES, CHEAP, START, Answered, Clock, Desk, Json, Place

KEYS = secret_keys.fresh()
PIN, PASSWORD, SAID = sample.SECRETS[0][2:]
"""Jane's, client 1."""
ANSWERS = {question.value: text for question, text in zip(Question, SAID, strict=True)}
MAINTENANCE = Route(CallKind.EXISTING_CASE, (team_scope("Maintenance 1"),))


@dataclass
class Heard:
    """What the service asked of calls: commands, and when their recording was silenced."""

    wishes: list[Command] = field(default_factory=list)
    hushed: list[bool] = field(default_factory=list)

    async def command(self, _call_id: CallId, command: Command) -> Outcome:
        """As if done."""
        self.wishes.append(command)
        return Done()

    async def hush(self, _call_id: CallId, /, *, on: bool) -> None:
        """Noted."""
        self.hushed.append(on)


@dataclass
class Ticking(Clock):
    """No two things happen at once."""

    def now(self) -> datetime:
        """A millisecond later each time."""
        self.pass_(0.001)
        return self.at


@pytest.fixture
def clock() -> Clock:
    """The wall clock the application sees."""
    return Ticking(START)


@pytest.fixture
def heard() -> Heard:
    """What is asked of calls."""
    return Heard()


@pytest.fixture
async def place(store: SqlStore, clock: Clock, heard: Heard) -> AsyncIterator[Place]:
    """The application, with clients 1 and 6 and representative 1 set up."""
    place = Place(store, clock, HealthNow(pbx_linked=True, database_answers=True))
    services = WebServices(store, now=clock.now, passwords=CHEAP, keys=KEYS, command=heard.command, hush=heard.hush)
    await store.write(_set_up)
    async with TestClient(TestServer(make_app(services))) as client:
        place.client = client
        yield place


def _set_up(sql: Connection) -> None:
    for kind, record_id, digits, word, answers in sample.SECRETS:
        wanted = Secrets(digits, word, dict(zip(Question, answers, strict=True)))
        put(sql, kind, record_id, seal(wanted, KEYS.current, CHEAP), None, START)


async def _answered(place: Place, desk: Desk, **values: Any) -> CallId:
    """A call that the desk's agent has answered."""
    assert (await desk.state("available")).status == 200
    call_id = await place.call(MAINTENANCE, **values)
    (offer,) = [row for row in await place.table(t.offer) if row.call_id == call_id]
    await place.store.run(ledger.answer_offer, offer.offer_id, place.clock.now())
    return call_id


async def _begin(desk: Desk, call_id: str, kind: str = "client", record_id: int = 1, **more: object) -> Answered:
    body = {"kind": kind, "record_id": record_id} | more
    return await desk.ask("POST", f"/api/calls/{call_id}/security/check", json=body)


def _right(check: Json) -> Json:
    """Everything right to what stands open."""
    questions = [one["question"] for one in check["questions"]]
    return {
        "questions": questions,
        "pin": [PIN[position - 1] for position in check["positions"]],
        "password": PASSWORD.upper(),
        "answers": [f" {ANSWERS[one]}! " for one in questions],
    }


async def _answer(desk: Desk, call_id: str, body: Json) -> Json:
    answered = await desk.ask("POST", f"/api/calls/{call_id}/security/answers", json=body)
    assert answered.status == 200, answered.body
    found: Json = answered.body
    return found


async def _fail(desk: Desk, call_id: str, **whom: Any) -> Json:
    begun = await _begin(desk, call_id, **whom)
    assert begun.status == 200, begun.body
    body = _right(begun.body["check"]["open"]) | {"password": "something else"}
    return await _answer(desk, call_id, body)


async def _suggested(desk: Desk) -> str | None:
    found: str | None = (await desk.ask("GET", "/api/agents/me/call")).body["activity"]["suggested"]
    return found


async def test_all_five_right_pass(place: Place, desk: Desk, heard: Heard, leader: Desk) -> None:
    """R-SEC-1, R-XFER-4: two digits, password, two answers, as spoken; the result travels with the call; silenced."""
    call_id = await _answered(place, desk, client_id=1)
    begun = (await _begin(desk, call_id)).body["check"]["open"]
    assert (len(set(begun["positions"])), len({one["question"] for one in begun["questions"]})) == (2, 2)
    assert set(begun["positions"]) <= set(range(1, PIN_LENGTH + 1))
    assert heard.hushed == [True]
    pop = (await desk.ask("GET", "/api/agents/me/call")).body["pop"]
    assert pop["check"]["open"] == begun, "after a reload it goes on"
    ended = await _answer(desk, call_id, _right(begun))
    assert (ended["security"]["result"], ended["check"]["last"]["status"]) == ("passed", "passed")
    assert heard.hushed == [True, False]
    steps = [row.step for row in await place.table(t.call_event) if row.call_id == call_id]
    assert steps[-2:] == ["security_begun", "security_passed"]
    entries = (await leader.ask("GET", "/api/audit?what=security_check_begun")).body["entries"]
    assert [(one["kind"], one["record_id"]) for one in entries] == [("client", 1)]


@pytest.mark.parametrize("wrong", ["pin", "password", "answers"])
async def test_anything_wrong_fails_as_a_whole(place: Place, desk: Desk, wrong: str) -> None:
    """R-SEC-1, R-SEC-3: and nothing says which."""
    call_id = await _answered(place, desk, client_id=1)
    begun = (await _begin(desk, call_id)).body["check"]["open"]
    body = _right(begun)
    other = str((int(body["pin"][0]) + 1) % 10)
    changed = {"pin": [other, body["pin"][1]], "password": "green kettles", "answers": [body["answers"][0], ""]}
    ended = await _answer(desk, call_id, body | {wrong: changed[wrong]})
    last = ended["check"]["last"]
    assert (last["status"], last["failures"], last["reported"], last["document_id"]) == ("failed", 1, False, None)
    assert ended["check"]["open"] is None
    assert await _suggested(desk) == "failed_security_check"


async def test_no_question_twice_in_a_call(place: Place, desk: Desk) -> None:
    """R-SEC-1: neither a position nor a question, over several checks; the fourth has nothing left to ask."""
    call_id = await _answered(place, desk, client_id=1)
    positions: list[int] = []
    questions: list[str] = []
    for _ in range(3):
        check = (await _begin(desk, call_id)).body["check"]["open"]
        positions += check["positions"]
        questions += [one["question"] for one in check["questions"]]
        assert (await desk.ask("DELETE", f"/api/calls/{call_id}/security/check")).status == 200
    assert (len(set(positions)), len(set(questions))) == (6, 6)
    refused = await _begin(desk, call_id)
    assert (refused.status, refused.body["error_id"]) == (409, "security.all_asked")


@BOTH_STORES
async def test_the_third_failure_in_a_row_makes_the_form(place: Place, desk: Desk, leader: Desk) -> None:
    """R-SEC-4: CMSF5550 filled in, the SCIN under further details; outcome Bogus Call suggested; a pass resets."""
    call_id = await _answered(place, desk, client_id=1)
    for failures in (1, 2):
        last = (await _fail(desk, call_id))["check"]["last"]
        assert (last["failures"], last["document_id"]) == (failures, None)
    last = (await _fail(desk, call_id))["check"]["last"]
    assert (last["failures"], last["reported"]) == (3, True)
    assert await _suggested(desk) == "bogus_call"
    (form,) = await place.table(t.document)
    assert (form.document_id, form.form, form.kind, form.record_id) == (last["document_id"], "CMSF5550", "client", 1)
    assert form.fields["further_details"].split("\n")[0] == "SCIN 120000000019"
    assert (form.fields["reported_by"], form.fields["caller_number"]) == ("Megan Price", "03069990123")
    ready = (await leader.ask("GET", "/api/records/client/1/security")).body["readiness"]
    assert (ready["ready"], ready["failures"]) == (True, 3)


async def test_a_pass_resets_the_count(place: Place, desk: Desk) -> None:
    """R-SEC-4: two failures, a pass, a failure: it is the first again."""
    call_id = await _answered(place, desk, client_id=1)
    await _fail(desk, call_id)
    check = (await _begin(desk, call_id)).body["check"]["open"]
    await _answer(desk, call_id, _right(check))
    assert (await _fail(desk, call_id))["check"]["last"]["failures"] == 1


async def test_nicms_has_its_own_form(place: Place, desk: Desk) -> None:
    """R-SEC-4, R-NI-1: CMSF5550(NI) for a record of NICMS."""
    call_id = await _answered(place, desk, client_id=6)
    for _ in range(3):
        await _fail(desk, call_id, record_id=6)
    assert [row.form for row in await place.table(t.document)] == ["CMSF5550(NI)"]


@BOTH_STORES
async def test_first_contact_is_set_up_and_never_read(place: Place, desk: Desk, leader: Desk) -> None:
    """R-SEC-1: no check before; set up from the desk, audited; afterwards by leaders, or after a passed check."""
    call_id = await _answered(place, desk, client_id=5)
    refused = await _begin(desk, call_id, record_id=5)
    assert (refused.status, refused.body["error_id"]) == (409, "security.not_set_up")
    path = "/api/records/client/5/security"
    assert (await desk.ask("GET", path)).body["readiness"]["why"] == "not_set_up"
    body = {"pin": PIN, "password": PASSWORD, "answers": ANSWERS}
    found = await desk.ask("PUT", path, json=body)
    assert (found.status, found.body["readiness"]["ready"]) == (200, True), found.body
    assert found.body["readiness"]["set_by"]["staff_number"] == "7001"
    row = next(row for row in await place.table(t.security_secret) if row.record_id == 5 and row.kind == "client")
    held = repr(tuple(row))
    assert not [one for one in (PIN, PASSWORD, *SAID) if one in held]
    assert len(set(row.pin)) == PIN_LENGTH, "equal digits at two places do not look alike"
    again = await desk.ask("PUT", path, json=body)
    assert (again.status, again.body["error_id"]) == (409, "security.set_up_already")
    assert (await leader.ask("PUT", path, json=body)).status == 200
    check = (await _begin(desk, call_id, record_id=5)).body["check"]["open"]
    assert (await _answer(desk, call_id, _right(check)))["security"]["result"] == "passed"
    assert (await desk.ask("PUT", path, json=body)).status == 200
    entries = (await leader.ask("GET", "/api/audit?what=secrets_set")).body["entries"]
    assert [one["actor"] for one in entries] == ["agent 7001", "agent 7101", "agent 7001"]


async def test_what_is_wrong_is_not_shown_again(desk: Desk) -> None:
    """R-SEC-3: a refusal repeats no PIN, password or answer."""
    path = "/api/records/client/5/security"
    body = {"pin": PIN, "password": PASSWORD, "answers": ANSWERS}
    for wrong in (
        {"pin": "12345x7"},
        {"pin": "123456"},
        {"password": "q7"},
        {"answers": ANSWERS | {"first_pet": "?!"}},
    ):
        refused = await desk.ask("PUT", path, json=body | wrong)
        assert refused.status == 422, wrong
        value = next(iter(wrong.values()))
        said = value if isinstance(value, str) else "?!"
        assert said not in str(refused.body)


async def test_without_the_key_it_is_set_up_anew(place: Place, desk: Desk) -> None:
    """R-SEC-1: what was set up under a key that is not here is no first contact, and can be set up by anybody."""
    await place.store.write(lambda sql: sql.execute(update(t.security_secret).values(key_id="0" * 16)) and None)
    call_id = await _answered(place, desk, client_id=1)
    refused = await _begin(desk, call_id)
    assert (refused.status, refused.body["error_id"]) == (409, "security.key_missing")
    body = {"pin": PIN, "password": PASSWORD, "answers": ANSWERS}
    assert (await desk.ask("PUT", "/api/records/client/1/security", json=body)).status == 200


# --- employers ------------------------------------------------------------------------------------------------------


async def test_an_employer_answers_three_from_the_account(place: Place, desk: Desk) -> None:
    """R-SEC-2: three right pass; the agent compares with the account."""
    call_id = await _answered(place, desk, employer_id=1)
    check = (await _begin(desk, call_id, "employer")).body["check"]["open"]
    account = {one["question"]: one["account"] for one in check["questions"]}
    assert len(account) == 3
    assert all(account.values())
    assert check["positions"] == []
    ended = await _answer(desk, call_id, {"questions": list(account), "right": [True] * 3})
    assert ended["security"]["result"] == "passed"


@BOTH_STORES
async def test_an_employers_two_more_must_both_be_right(place: Place, desk: Desk) -> None:
    """R-SEC-2: any wrong: two more, none of them asked before; the first answers do not meet them."""
    call_id = await _answered(place, desk, employer_id=1)
    first = (await _begin(desk, call_id, "employer")).body["check"]["open"]
    names = [one["question"] for one in first["questions"]]
    body = {"questions": names, "right": [True, False, True]}
    second = (await _answer(desk, call_id, body))["check"]["open"]
    more = [one["question"] for one in second["questions"]]
    assert (second["second"], len(more), set(more) & set(names)) == (True, 2, set())
    stale = await desk.ask("POST", f"/api/calls/{call_id}/security/answers", json=body)
    assert (stale.status, stale.body["error_id"]) == (409, "security.other_questions")
    ended = await _answer(desk, call_id, {"questions": more, "right": [True, True]})
    assert ended["security"]["result"] == "passed"


@BOTH_STORES
@pytest.mark.parametrize(("kind", "more"), [("employer", {}), ("employer_agent", {"employer_id": 1})])
async def test_an_employer_who_fails_gets_a_letter(place: Place, desk: Desk, kind: str, more: Json) -> None:
    """R-SEC-4: a service request In Progress, CMSL8300 to be reviewed, the inbound activity attached."""
    call_id = await _answered(place, desk, **{f"{kind}_id": 1})
    check = (await _begin(desk, call_id, kind, **more)).body["check"]["open"]
    for wrong in ([False] * 3, [True, False]):
        body = {"questions": [one["question"] for one in check["questions"]], "right": wrong}
        ended = await _answer(desk, call_id, body)
        check = ended["check"]["open"]
    last = ended["check"]["last"]
    assert last["status"] == "failed"
    (request,) = await place.table(t.service_request)
    assert (request.process, request.area, request.sub_area, request.status, request.call_id) == (
        "Employer",
        "Info Provided",
        "Failed Security Check",
        "in_progress",
        call_id,
    )
    (letter,) = await place.table(t.document)
    assert (letter.form, letter.service_request_id, letter.document_id) == (
        "CMSL8300",
        request.service_request_id,
        last["document_id"],
    )
    assert letter.fields["address"] == "1 Stage Door Lane\nZZ1 1DB"
    (activity,) = await place.table(t.activity)
    assert (activity.kind, activity.record_id, activity.suggested) == ("employer", 1, "failed_security_check")


async def test_an_employer_agent_says_for_whom(place: Place, desk: Desk) -> None:
    """R-SEC-2: on behalf of which employer they are asked."""
    call_id = await _answered(place, desk, employer_agent_id=1)
    for more in ({}, {"employer_id": 3}):
        refused = await _begin(desk, call_id, "employer_agent", **more)
        assert (refused.status, refused.body["error_id"]) == (409, "security.choose_employer")
    assert (await _begin(desk, call_id, "employer_agent", employer_id=2)).body["check"]["open"]["employer"]
    ready = (await desk.ask("GET", "/api/records/employer_agent/1/security")).body["readiness"]
    assert [one["record_id"] for one in ready["employers"]] == [1, 2]


async def test_an_account_can_say_too_little(place: Place, desk: Desk) -> None:
    """R-SEC-2: three questions need three answers on record; without two more, anything wrong has failed."""
    call_id = await _answered(place, desk, employer_id=3)
    check = (await _begin(desk, call_id, "employer", 3)).body["check"]["open"]
    body = {"questions": [one["question"] for one in check["questions"]], "right": [True, True, False]}
    assert (await _answer(desk, call_id, body))["check"]["last"]["status"] == "failed"
    await place.store.write(lambda sql: sql.execute(update(t.employer).values(phone=None)) and None)
    refused = await _begin(desk, call_id, "employer", 3)
    assert (refused.status, refused.body["error_id"]) == (409, "security.account_thin")


async def test_a_representative_that_is_an_employer_is_asked_as_one(place: Place, desk: Desk) -> None:
    """R-SEC-1: with a TRN, but from the account."""
    await place.store.write(lambda sql: sql.execute(update(t.representative).values(employer_id=2)) and None)
    call_id = await _answered(place, desk, representative_id=1)
    check = (await _begin(desk, call_id, "representative")).body["check"]["open"]
    assert (check["by_secrets"], check["employer"]) == (False, "Fictional Freight plc")


async def test_who_calls_an_employer_confirms_and_asks_nothing(place: Place, desk: Desk) -> None:
    """R-SEC-5: organisation and payroll department only; on any other call that is no check."""
    call_id = await _answered(place, desk, employer_id=1)
    path = f"/api/calls/{call_id}/security/confirmed"
    refused = await desk.ask("POST", path)
    assert (refused.status, refused.body["error_id"]) == (409, "security.by_check")
    await place.store.write(lambda sql: sql.execute(update(t.call).values(agent_channel_id="leg")) and None)
    refused = await _begin(desk, call_id, "employer")
    assert (refused.status, refused.body["error_id"]) == (409, "security.employer_called")
    assert (await desk.ask("POST", path)).body["security"]["result"] == "passed"


# --- failure paths, and the ends of a check ---------------------------------------------------------------------------


async def test_who_cannot_identify_themselves_has_not_failed(place: Place, desk: Desk, heard: Heard) -> None:
    """R-SEC-4: to GICH; no failed check."""
    call_id = await _answered(place, desk, client_id=1)
    assert (await _begin(desk, call_id)).status == 200
    found = (await desk.ask("POST", f"/api/calls/{call_id}/security/unidentified")).body
    assert (found["security"]["result"], found["check"]["last"]["status"]) == ("not_done", "unidentified")
    assert [one.wish for one in heard.wishes] == [GiveToGeneral()]
    assert heard.hushed == [True, False]
    ready = (await desk.ask("GET", "/api/records/client/1/security")).body["readiness"]
    assert ready["failures"] == 0


async def test_who_is_not_believed_is_reported_with_priority(place: Place, desk: Desk, heard: Heard) -> None:
    """R-SEC-4: a priority mail to the Security Advice and Support Centre, the call ended, Bogus Call suggested."""
    call_id = await _answered(place, desk, representative_id=1)
    body = {"kind": "representative", "record_id": 1, "notes": "Somebody told them what to say."}
    assert (await desk.ask("POST", f"/api/calls/{call_id}/security/bogus", json=body)).status == 200
    (mail,) = await place.table(t.mail)
    assert (mail.mailbox, mail.priority) == ("security_advice", True)
    assert "TRN 560000000013" in mail.subject
    assert "Somebody told them what to say." in mail.body
    assert [one.wish for one in heard.wishes] == [End()]
    assert await _suggested(desk) == "bogus_call"


async def test_only_who_has_the_call_checks(place: Place, desk: Desk, leader: Desk) -> None:
    """R-SEC-3: and one check at a time."""
    call_id = await _answered(place, desk, client_id=1)
    refused = await _begin(leader, call_id)
    assert (refused.status, refused.body["error_id"]) == (409, "call.not_yours")
    assert (await _begin(desk, call_id)).status == 200
    again = await _begin(desk, call_id)
    assert (again.status, again.body["error_id"]) == (409, "security.open_already")
    stolen = await leader.ask("DELETE", f"/api/calls/{call_id}/security/check")
    assert (stolen.status, stolen.body["error_id"]) == (409, "call.not_yours")
    assert (await desk.ask("GET", "/api/calls/c0000000000000009/security")).status == 404
    assert (await _begin(desk, call_id, record_id=99)).status in {404, 409}


@BOTH_STORES
async def test_a_call_that_ends_abandons_its_check(place: Place, desk: Desk, heard: Heard) -> None:
    """R-SEC-3, R-REC-1: the check ends with the call, and what is recorded afterwards sounds again."""
    call_id = await _answered(place, desk, client_id=1)
    assert (await _begin(desk, call_id)).status == 200
    ended = {"state": "ended", "ended_at": START}
    await place.store.write(lambda sql: sql.execute(update(t.call).values(**ended)) and None)
    check = (await desk.ask("GET", f"/api/calls/{call_id}/security")).body["check"]
    assert (check["open"], check["last"]["status"]) == (None, "abandoned"), "whoever looks at once sees it, too"
    assert place.client.app is not None
    await place.client.app[WEB].checks.abandon()
    assert heard.hushed[-1] is False
    (row,) = await place.rows(lambda sql: list(sql.execute(select(t.security_check.c.status))))
    assert row.status == "abandoned"

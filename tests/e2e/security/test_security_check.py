"""The security check during real calls (R-SEC): it goes on at a colleague's, fails, and what follows."""

from __future__ import annotations

from typing import Any, Final

from ivr.domain.security import Question
from ivr.records import sample
from ivr.softphone.agent_phone import Script
from tests.e2e.story import Agent, Call, Story
from tests.e2e.transfers.talk import JANE, talk_of

SECRETS: Final = {(kind, record_id): more for kind, record_id, *more in sample.SECRETS}
ERN: Final = "340000000011"


async def _of_call(agent: Agent, call: Call, method: str, path: str = "", body: object = None) -> dict[str, Any]:
    """Something is asked of the call's check: how it stands then."""
    status, answer = await agent.request(method, f"/api/calls/{call.row().call_id}/security{path}", body)
    assert status == 200, answer
    found: dict[str, Any] = answer
    return found


async def _begin(agent: Agent, call: Call, kind: str = "client", record_id: int = 1) -> dict[str, Any]:
    found = await _of_call(agent, call, "POST", "/check", {"kind": kind, "record_id": record_id})
    check: dict[str, Any] = found["check"]["open"]
    return check


def _right(check: dict[str, Any]) -> dict[str, Any]:
    pin, password, said = SECRETS[check["kind"], check["record_id"]]
    answers = {question.value: text for question, text in zip(Question, said, strict=True)}
    questions = [one["question"] for one in check["questions"]]
    return {
        "questions": questions,
        "pin": [pin[position - 1] for position in check["positions"]],
        "password": password,
        "answers": [answers[one] for one in questions],
    }


def _steps(story: Story, call: Call) -> list[str]:
    query = "SELECT step FROM call_event WHERE call_id = :call_id AND step LIKE 'security%' ORDER BY event_id"
    return [row.step for row in story.line.rows(query, call_id=call.row().call_id)]


async def test_a_check_goes_on_at_a_colleagues_desk(story: Story) -> None:
    """R-SEC-1, R-XFER-4: begun by one, the same questions at the other's, who gives the answers; passed."""
    other = await story.agent("7005")
    talk = await talk_of(story)
    begun = await _begin(talk.asker, talk.call)
    await talk.consults(other)
    await talk.does("POST", "/consultation/complete")
    await talk.asker.is_in("after_call_work")
    _, seen = await talk.desk(other, "GET")
    assert seen["pop"]["check"]["open"] == begun
    found = await _of_call(other, talk.call, "POST", "/answers", _right(begun))
    assert (found["security"]["result"], found["security"]["by"]["staff_number"]) == ("passed", "7005")
    assert _steps(story, talk.call) == ["security_begun", "security_passed"]
    await talk.call.hang_up()


async def test_three_failures_make_the_form_and_who_is_not_believed_is_reported(story: Story) -> None:
    """R-SEC-4: CMSF5550 with the SCIN, Bogus Call suggested; then the call is ended and a priority mail queued."""
    agent = await story.agent("7001", Script.answer(0.1))
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    await agent.is_in("on_call")
    _, known = await agent.request("GET", "/api/records/client/1/security")
    before = known["readiness"]["failures"]  # the helpline may have told this story before
    for failures in range(before + 1, before + 4):
        wrong = _right(await _begin(agent, call)) | {"password": "something else"}
        found = await _of_call(agent, call, "POST", "/answers", wrong)
        assert (found["security"]["result"], found["check"]["last"]["failures"]) == ("failed", failures)
    query = "SELECT form, fields FROM document WHERE document_id = :document_id"
    (form,) = story.line.rows(query, document_id=found["check"]["last"]["document_id"])
    assert form.form == "CMSF5550"
    assert f"SCIN {JANE}" in str(form.fields)
    query = "SELECT suggested FROM activity WHERE call_id = :call_id"
    assert [row.suggested for row in story.line.rows(query, call_id=call.row().call_id)] == ["bogus_call"]

    await _of_call(agent, call, "POST", "/bogus", {"kind": "client", "record_id": 1, "notes": "Told what to say."})
    await call.is_in("ended")
    await agent.is_in("after_call_work")
    query = "SELECT mailbox, priority, body FROM mail WHERE subject LIKE :subject"
    mail = story.line.rows(query, subject=f"%SCIN {JANE}%")[-1]
    assert (mail.mailbox, bool(mail.priority)) == ("security_advice", True)
    assert "Told what to say." in mail.body


async def test_who_cannot_identify_themselves_waits_for_gich(story: Story) -> None:
    """R-SEC-4: no failed check; a caseworker of GICH has the call with what is known of it."""
    agent = await story.agent("7001", Script.answer(0.1))
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    await agent.is_in("on_call")
    await _begin(agent, call)
    general = await story.agent("7008", Script.answer(0.1))
    await _of_call(agent, call, "POST", "/unidentified")
    await agent.is_in("after_call_work")
    await general.is_in("on_call")
    status, seen = await general.request("GET", "/api/agents/me/call")
    assert status == 200
    pop = seen["pop"]
    assert (pop["client"]["record_id"], pop["security"]["result"], pop["check"]["last"]["status"]) == (
        1,
        "not_done",
        "unidentified",
    )
    await call.hang_up()


async def test_an_employer_who_fails_gets_a_letter(story: Story) -> None:
    """R-SEC-2, R-SEC-4: three questions, two more, failed: a service request In Progress, CMSL8300; a hang-up in a
    check abandons the next one.
    """
    agent = await story.agent("7010", Script.answer(0.1))
    call = await (await story.call("03069990200")).answered()
    await call.key(ERN)
    await agent.is_in("on_call")
    check = await _begin(agent, call, "employer")
    for right in ([True, True, False], [False, True]):
        body = {"questions": [one["question"] for one in check["questions"]], "right": right}
        found = await _of_call(agent, call, "POST", "/answers", body)
        check = found["check"]["open"]
    last = found["check"]["last"]
    query = "SELECT status, call_id FROM service_request WHERE service_request_id = :request"
    (request,) = story.line.rows(query, request=last["service_request_id"])
    assert tuple(request) == ("in_progress", call.row().call_id)
    query = "SELECT form, status FROM document WHERE document_id = :document_id"
    assert [tuple(row) for row in story.line.rows(query, document_id=last["document_id"])] == [("CMSL8300", "draft")]
    await call.hang_up()


async def test_a_hang_up_abandons_the_check(story: Story) -> None:
    """R-SEC-3: without a result, and nothing is left open."""
    agent = await story.agent("7001", Script.answer(0.1))
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    await agent.is_in("on_call")
    await _begin(agent, call)
    await call.hang_up()
    await story.until(lambda: _steps(story, call) == ["security_begun", "security_abandoned"], "it is abandoned")

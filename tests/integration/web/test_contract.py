"""The service's own description of its API, tried by a program that believes every word of it (schemathesis)."""

from __future__ import annotations

import asyncio
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Connection, insert, select, update
from structlog.testing import capture_logs

from ivr.domain import forms
from ivr.domain.alerts import AlertRow
from ivr.domain.documents import Form
from ivr.domain.events import CallState
from ivr.domain.ids import AgentId, AlertId, CallId
from ivr.domain.oversight import Role
from ivr.domain.queueing import CallRow
from ivr.domain.routes import Segments, general
from ivr.domain.thresholds import Limits
from ivr.store import tables as t
from ivr.web.api import OPERATIONS
from ivr.web.openapi import OPENAPI_PATH, _plain
from tests.integration.web.desk import Place
from tests.integration.web.people import OPERATOR, add_operator
from tests.one_at_a_time import alone_among_heavy

EXAMPLES: Final = 4
"""Of each kind and operation."""
LIMIT_S: Final = 420
"""A minute where nothing else runs; a machine with five times the work it can do takes as much longer."""
CHECKS: Final = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,unsupported_method,negative_data_rejection"
)
LEFT_OUT: Final = ("log_out", "events")
"""The one ends the session that all others use; the other is a WebSocket."""


async def _tried(place: Place, token: str, folder: Path, *more: str) -> str:
    """What the program reports, whatever it found."""
    root = str(place.client.make_url("/")).rstrip("/")
    left_out = [word for name in LEFT_OUT for word in ("--exclude-operation-id", name)]
    process = await asyncio.create_subprocess_exec(
        *("nice", str(Path(sys.executable).parent / "schemathesis"), "run", root + OPENAPI_PATH),
        *("--header", f"Authorization: Bearer {token}", "--checks", CHECKS, "--max-examples", str(EXAMPLES)),
        *("--generation-database", "none", "--no-color"),
        *("--warnings", "off", "--continue-on-failure", "--seed", "1", "--suppress-health-check", "all"),
        *left_out,
        *more,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
    )
    try:
        async with asyncio.timeout(LIMIT_S):
            said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return said.decode()


async def _prepare(place: Place, staff_number: str) -> None:
    """Something to be found at each address that the description gives as an example."""
    now, call_id = place.clock.now(), CallId("c0000000000000000")
    row = CallRow(call_id, CallState.MENU, "general", "cmg", "en", "ch", now, cli="03069990123")
    await place.store.run(lambda tx: tx.add_call(row))
    alert = AlertRow(AlertId("a0000000000000000"), call_id, AgentId(1), "Maintenance 1", to_all=True, raised_at=now)
    await place.store.run(lambda tx: tx.add_alert(alert))
    await add_operator(place)
    await place.store.write(_work_for, staff_number, now)
    await _break_a_threshold(place)


async def _break_a_threshold(place: Place) -> None:
    """A call has waited too long in GICH's queue, and the service has seen it."""
    place.clock.pass_(-Limits().longest_wait_s)
    await place.call(general(Segments()))
    place.clock.pass_(Limits().longest_wait_s)
    async with asyncio.timeout(LIMIT_S):
        while not await place.table(t.breach):  # noqa: ASYNC110 - what the service writes tells nobody
            await asyncio.sleep(0.05)


def _work_for(sql: Connection, staff_number: str, now: datetime) -> None:
    """Call backs and service requests of who asks, and a call that they have had."""
    agent_id = sql.scalar(select(t.agent.c.agent_id).where(t.agent.c.staff_number == staff_number))
    sql.execute(update(t.call).values(agent_id=agent_id))
    back = {"whose": "self", "contact_number": "07700900123", "description": "x", "agent_id": agent_id}
    back |= {"starts_at": now, "ends_at": now, "raised_at": now, "passed_on": False}
    sql.execute(insert(t.call_back), [back | {"call_back_id": f"b{n:016}"} for n in range(3)])
    what = {"process": "p", "area": "a", "sub_area": "s", "status": "pending_assignment", "made_at": now}
    what |= {"owner_id": agent_id, "call_back": False}
    sql.execute(insert(t.service_request), [what | {"service_request_id": f"s{n:016}"} for n in range(2)])
    letter = {"form": "CMSL8300", "status": "draft", "brand": "cmg", "language": "en", "large_print": False}
    letter |= {"fields": forms.examples(Form.FAILED_SECURITY_CHECK), "made_at": now, "made_by": agent_id}
    sql.execute(insert(t.document), [letter | {"document_id": f"d{n:016}"} for n in range(3)])
    done = {"agent_id": agent_id, "direction": "inbound", "began_at": now, "taken_at": now, "kind": "employer"}
    done |= {"record_id": 1, "description": "", "notes": ""}
    sql.execute(insert(t.activity), [done | {"activity_id": f"v{n:016}"} for n in range(3)])


def _succeeded(logs: list[Any]) -> set[tuple[str, str]]:
    """The operations of which one request at least was granted."""
    answered = (one for one in logs if one["event"] == "request.answered" and one["status"] < 300)
    return {(one["method"], one["path"]) for one in answered}


UNPROVEN: Final = {
    ("DELETE", "/api/sessions/current"),
    ("GET", "/api/agents/me/call"),
    ("POST", "/api/calls"),
    ("POST", "/api/agents/me/alert"),
    *(("POST", f"/api/calls/{{call_id}}/{verb}") for verb in ("listen", "whisper", "join", "take")),
    ("POST", "/api/suppressions/{suppression_id}/lift"),
    ("DELETE", "/api/tokens/{token_id}"),
    ("GET", "/api/prompts/{language}/{name}"),
    ("PATCH", "/api/records/employer/{record_id}/details"),  # for the employer segment alone: see test_office
    ("GET", "/api/documents/{document_id}/pdf"),  # nothing prints here
    *(
        ("POST", f"/api/calls/{{call_id}}/security/{deed}")
        for deed in ("check", "answers", "unidentified", "confirmed")
    ),
    ("DELETE", "/api/calls/{call_id}/security/check"),  # nobody talks here; test_security_check has them all
    ("POST", "/api/agents/me/phone"),  # there is no Asterisk here to be told the secret
}
"""Not tried, or granted only after something else was made, which the order of the requests may bring or not."""
IN_A_TALK: Final = "/api/agents/me/call/"
"""What is asked of a talk; nobody talks here, and the stories of tests/e2e/in_call ask it of real ones."""
ELSEWHERE: Final = (
    IN_A_TALK,
    "/api/applications/{application_id}",
    "/api/call-backs/{call_back_id}/call",
    "/api/informal-reminders/",
    "/api/recordings/",
    "/api/records/employer_agent/",
    "/api/reminders/",
)
"""What is asked of things that do not exist here: granted in the tests of their own rooms."""
EVERYTHING: Final = ("--phases", "examples,coverage,fuzzing")
QUICKLY: Final = ("--phases", "examples,fuzzing", "--max-examples", "2")
TRIALS: Final = [
    ("7101", Role.TEAM_LEADER, EVERYTHING),
    (OPERATOR, Role.OPERATIONS, (*EVERYTHING, "--include-path-regex", "tokens")),
    (OPERATOR, Role.OPERATIONS, QUICKLY),
    ("7001", Role.AGENT, QUICKLY),
]
"""Who tries, and how much: what a team leader may not is tried in full by who may."""


@pytest.mark.parametrize(("staff_number", "role", "trial"), TRIALS)
async def test_nothing_is_answered_that_is_not_described(
    place: Place, tmp_path: Path, staff_number: str, role: Role, trial: tuple[str, ...]
) -> None:
    """No 5xx and no undeclared answer, whatever a team leader, operations or an agent ask; and each is granted some."""
    await _prepare(place, staff_number)
    person = await place.log_in(staff_number)
    with alone_among_heavy(), capture_logs() as logs:
        said = await _tried(place, person.token, tmp_path, *trial)
    assert re.search(r"No issues found", said), said
    if "--include-path-regex" not in trial:
        allowed = {(one.method, _plain(one.path)) for one in OPERATIONS if role in one.auth.value}
        assert {one for one in allowed - _succeeded(logs) if not one[1].startswith(ELSEWHERE)} <= UNPROVEN

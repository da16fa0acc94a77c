"""Who may: roles, programs' tokens, cookies; what is kept of it: the audit; what leaders switch."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection

from ivr.errors import StoreError
from ivr.store import audit
from ivr.store.oversight import audit as audit_table
from ivr.store.oversight import program_token, switch
from ivr.web.api import OPERATIONS
from ivr.web.registry import Auth
from tests.integration.web.desk import BOTH_STORES, PASSWORD, TOLD_LIMIT_S, Desk, Place, ask, example_of, told, until
from tests.integration.web.people import operations

pytestmark = BOTH_STORES
SWITCH_ON = {"on": True, "why": "Lines to the case system are down."}


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def _token(ops: Desk, name: str, role: str = "operations") -> dict[str, Any]:
    answered = await ops.ask("POST", "/api/tokens", json={"name": name, "role": role})
    assert answered.status == 201, answered.body
    body: dict[str, Any] = answered.body
    return body


async def test_each_operation_is_for_the_roles_it_names(place: Place, desk: Desk, leader: Desk) -> None:
    """Nobody gets further than 403 with what is not theirs; everybody gets further with what is."""
    people = {"agent": desk, "team_leader": leader, "operations": await operations(place)}
    for operation in OPERATIONS:
        if operation.auth is Auth.ANYONE or operation.name == "log_out":
            continue
        for role, person in people.items():
            answered = await person.ask(operation.method, example_of(operation))
            assert (answered.status != 403) is (role in operation.auth.value), (operation.name, role)


async def test_operations_take_no_calls(place: Place) -> None:
    """They log in without becoming Not Ready, see what leaders see, and cannot ask for a state."""
    ops = await operations(place)
    assert (await ops.ask("GET", "/api/agents/me")).body["state"] == "logged_out"
    assert (await ops.state("available")).status == 403
    assert len((await ops.ask("GET", "/api/agents")).body["agents"]) == 15
    socket = await ops.listen()
    assert len((await told(socket))["agents"]) == 15
    await socket.close()


async def test_a_programs_token_reads_what_its_role_may_until_it_is_revoked(place: Place, leader: Desk) -> None:
    """Named, bound to a role, shown once; of it only a hash is kept; revoked, it is worth nothing, live events too."""
    ops = await operations(place)
    made = await _token(ops, "wallboard-east", "team_leader")
    headers = _bearer(made["token"])
    assert (await ask(place.client, "GET", "/api/queues", headers=headers)).status == 200
    refused = await ask(place.client, "GET", "/api/agents/me", headers=headers)
    assert (refused.status, refused.body["error_id"]) == (403, "session.for_people")
    body = {"state": "not_ready", "code": "Break"}
    assert (await ask(place.client, "PUT", "/api/agents/me/state", headers=headers, json=body)).status == 403
    socket = await place.client.ws_connect("/api/events", headers=headers)
    first = await told(socket)
    assert (first["me"], first["call"], len(first["queues"])) == (None, None, 14)
    await leader.state("not_ready", "Coaching")
    assert (await until(socket, "agent_changed"))[-1]["agent"]["staff_number"] == "7101"
    (row,) = await place.table(program_token)
    assert made["token"] not in str(row)
    assert (await ops.ask("DELETE", f"/api/tokens/{made['token_id']}")).status == 204
    while (message := await socket.receive(timeout=TOLD_LIMIT_S)).type.name == "TEXT":
        pass
    assert (message.type.name, socket.close_code) == ("CLOSE", 4401)
    assert (await ask(place.client, "GET", "/api/queues", headers=headers)).status == 401
    (listed,) = (await ops.ask("GET", "/api/tokens")).body["tokens"]
    assert listed["revoked_at"] is not None
    assert "token" not in listed


async def test_a_tokens_name_is_taken_for_ever(place: Place) -> None:
    """So that the audit says who it was."""
    ops = await operations(place)
    first = await _token(ops, "reports")
    assert (await ops.ask("DELETE", f"/api/tokens/{first['token_id']}")).status == 204
    assert (await ops.ask("DELETE", f"/api/tokens/{first['token_id']}")).status == 204
    again = await ops.ask("POST", "/api/tokens", json={"name": "reports", "role": "operations"})
    assert (again.status, again.body["error_id"]) == (409, "token.name_taken")
    deeds = [row.what for row in await place.table(audit_table)]
    assert deeds == ["token_made", "token_revoked"]


async def test_a_page_gets_its_token_in_a_cookie(place: Place) -> None:
    """HttpOnly, SameSite=Strict; the answer has none; over TLS the cookie goes over TLS only."""
    body = {"staff_number": "7001", "password": PASSWORD, "cookie": True}
    answered = await ask(place.client, "POST", "/api/sessions", json=body)
    kept = answered.headers["Set-Cookie"]
    assert (answered.status, answered.body["token"]) == (201, None)
    assert kept.startswith("helpline_session=")
    assert kept.endswith("; Max-Age=43200; Path=/; HttpOnly; SameSite=Strict")
    behind = await ask(place.client, "POST", "/api/sessions", json=body, headers={"X-Forwarded-Proto": "https"})
    assert behind.headers["Set-Cookie"].endswith("; Secure")


async def test_a_cookie_is_worth_nothing_to_another_sites_page(place: Place) -> None:
    """A browser sends it by itself: what may change something comes from our own page, or is refused."""
    body = {"staff_number": "7001", "password": PASSWORD, "cookie": True}
    answered = await ask(place.client, "POST", "/api/sessions", json=body)
    cookie = {"Cookie": answered.headers["Set-Cookie"].partition(";")[0]}
    place.client.session.cookie_jar.clear()
    own = str(place.client.make_url("/")).rstrip("/")

    async def asked(headers: dict[str, str]) -> int:
        wanted = {"state": "not_ready", "code": "Lunch"}
        return (await ask(place.client, "PUT", "/api/agents/me/state", json=wanted, headers=cookie | headers)).status

    assert (await ask(place.client, "GET", "/api/agents/me", headers=cookie)).status == 200
    assert await asked({"Origin": own}) == 200
    assert await asked({"Sec-Fetch-Site": "same-origin"}) == 200
    for strange in ({}, {"Origin": "http://localhost:1"}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"}):
        assert await asked(strange) == 403, strange
    with pytest.raises(Exception, match="403"):
        await place.client.ws_connect("/api/events", headers=cookie | {"Origin": "http://elsewhere.example"})
    socket = await place.client.ws_connect("/api/events", headers=cookie | {"Origin": own})
    assert (await told(socket))["me"]["staff_number"] == "7001"
    await socket.close()
    out = await ask(place.client, "DELETE", "/api/sessions/current", headers=cookie | {"Origin": own})
    assert (out.status, "Max-Age=0" in out.headers["Set-Cookie"]) == (204, True)
    assert (await ask(place.client, "GET", "/api/agents/me", headers=cookie)).status == 401


async def test_a_leader_switches_and_everybody_is_told(desk: Desk, leader: Desk) -> None:
    """R-MON-4: by team leaders only; audited once for each turn; told live to agents and leaders."""
    socket = await desk.listen()
    first = await told(socket)
    assert [(one["name"], one["on"]) for one in first["switches"]] == [("emergency", False), ("downtime", False)]
    assert (await desk.ask("PUT", "/api/switches/downtime", json=SWITCH_ON)).status == 403
    for _ in range(2):
        turned = await leader.ask("PUT", "/api/switches/downtime", json=SWITCH_ON)
    assert turned.body["switches"][1] == {
        "name": "downtime",
        "on": True,
        "since": "2026-11-23T09:00:00Z",
        "by": "agent 7101",
    }
    event = (await until(socket, "switch_changed"))[-1]["switch"]
    assert (event["name"], event["on"], event["by"]) == ("downtime", True, "agent 7101")
    await socket.close()
    (kept,) = (await leader.ask("GET", "/api/audit?what=switched_on")).body["entries"]
    assert (kept["actor"], kept["subject"], kept["why"]) == ("agent 7101", "downtime", SWITCH_ON["why"])


async def test_nothing_is_done_that_cannot_be_audited(
    place: Place, leader: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry is written in the same transaction: where it fails, nothing was done or shown."""

    def failing(sql: Connection, _entry: object) -> None:
        sql.exec_driver_sql("INSERT INTO audit (at) VALUES (NULL)")

    monkeypatch.setattr(audit, "note", failing)
    shown = await leader.ask("GET", "/api/records/client/1")
    assert (shown.status, shown.body["error_id"]) == (500, "store.failed")

    def no_entry(*_args: object) -> None:
        raise StoreError("no room")

    monkeypatch.setattr("ivr.store.sql_tx.SqlTx.audit", no_entry)
    assert (await leader.ask("PUT", "/api/switches/emergency", json=SWITCH_ON)).status == 500
    assert await place.table(switch) == []


async def test_the_audit_is_read_by_leaders_and_operations(place: Place, desk: Desk, leader: Desk) -> None:
    """Who, what, to whom, when and why; page by page, narrowed by any of it; agents do not read it."""
    for record_id in (1, 2, 3):
        assert (await desk.ask("GET", f"/api/records/client/{record_id}")).status == 200
        place.clock.pass_(60)
    await leader.ask("PUT", "/api/switches/emergency", json=SWITCH_ON)
    assert (await desk.ask("GET", "/api/audit")).status == 403
    newest = (await leader.ask("GET", "/api/audit?limit=1")).body
    assert [one["what"] for one in newest["entries"]] == ["switched_on"]
    older = (await leader.ask("GET", f"/api/audit?before={newest['before']}")).body
    assert ([one["record_id"] for one in older["entries"]], older["before"]) == ([3, 2, 1], None)
    ops = await operations(place)

    async def ids(query: str) -> list[int]:
        entries = (await ops.ask("GET", f"/api/audit?{query}")).body["entries"]
        return [one["record_id"] for one in entries]

    assert await ids("kind=client&record_id=2") == [2]
    assert await ids("actor=agent 7001&since=2026-11-23T09:01:00Z") == [3, 2]
    assert await ids("what=suppression_set") == []

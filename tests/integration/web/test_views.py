"""What agents and team leaders see over REST, on a real store."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert, update

from ivr.acd import ledger, ring_back
from ivr.acd.ledger import Limits
from ivr.domain.events import CallEnd, OfferState
from ivr.domain.ids import OfferId
from ivr.domain.routes import Segments, existing_case, general
from ivr.store import tables as t
from tests.integration.web.desk import BOTH_STORES, Desk, Place, ask

pytestmark = BOTH_STORES
NAMES = Segments()
MAINTENANCE = existing_case(NAMES, None, "Maintenance 1", "Maintenance")


async def _offer(place: Place) -> OfferId:
    return OfferId((await place.table(t.offer))[-1].offer_id)


async def test_health_says_what_is_missing(place: Place) -> None:
    """A node that cannot take calls says so with 503 and in words; nobody needs to log in to ask."""
    assert (await ask(place.client, "GET", "/api/health")).body == {
        "able": True,
        "pbx_linked": True,
        "database_answers": True,
        "records_answer": None,
        "mail": {"server": False, "waiting": 0, "refused": 0, "unsure": 0, "gave_up": 0},
    }
    place.health = type(place.health)(pbx_linked=False, database_answers=True, words="not connected to Asterisk")
    answered = await ask(place.client, "GET", "/api/health")
    assert answered.status == 503
    assert answered.body == {"error_id": "service.not_able", "message": "not connected to Asterisk"}


async def test_an_agent_sees_names_a_leader_sees_states(desk: Desk, leader: Desk) -> None:
    """An AUX code such as Emotional Break is between an agent and their leader."""
    await desk.state("not_ready", "Emotional Break")
    seen = (await desk.ask("GET", "/api/agents")).body["agents"]
    assert {a["segment"] for a in seen} == {"Maintenance"}
    assert seen[0] == {
        "staff_number": "7001",
        "name": "Megan Price",
        "team": "Maintenance 1",
        "segment": "Maintenance",
    }
    everybody = (await leader.ask("GET", "/api/agents")).body["agents"]
    assert len(everybody) == 14
    megan = next(a for a in everybody if a["staff_number"] == "7001")
    assert (megan["state"], megan["code"], megan["role"]) == ("not_ready", "Emotional Break", "agent")


async def test_queues_count_who_waits_and_who_could_take_it(place: Place, desk: Desk, leader: Desk) -> None:
    """R-MON-1: waiting, longest wait, agents available; a call counts in each queue that is open for it."""
    await place.call(MAINTENANCE)
    place.clock.pass_(30)
    await place.call(general(NAMES))
    queues = {q["key"]: q for q in (await leader.ask("GET", "/api/queues")).body["queues"]}
    assert len(queues) == 14
    shown = {name: of for name, of in queues["team:Maintenance 1"].items() if not isinstance(of, dict | list)}
    assert shown == {
        "key": "team:Maintenance 1",
        "kind": "team",
        "name": "Maintenance 1",
        "waiting": 1,
        "ringing": 0,
        "longest_waiting_since": "2026-11-23T09:00:00Z",
        "available": 0,
        "logged_in": 2,
        "call_backs": 0,
    }
    assert queues["segment:GICH"]["waiting"] == 1
    assert queues["segment:GICH"]["longest_waiting_since"] == "2026-11-23T09:00:30Z"
    await desk.state("available")
    own = {q["key"]: q for q in (await desk.ask("GET", "/api/queues")).body["queues"]}
    assert set(own) == {"team:Maintenance 1", "segment:Maintenance"}
    assert (own["team:Maintenance 1"]["waiting"], own["team:Maintenance 1"]["ringing"]) == (0, 1)
    assert own["segment:Maintenance"]["longest_waiting_since"] is None


async def test_the_screen_pop_comes_with_the_ringing(place: Place, desk: Desk) -> None:
    """R-POP-1, R-POP-2, R-POP-4: record, attempts, wait; cases of other teams show owner and team only."""
    await desk.state("available")
    call_id = await place.call(MAINTENANCE, client_id=2, case_id=2, pop="record", menu_choice="1", dnis="03069990100")
    for number, keyed, outcome in ((1, "12000", "incomplete"), (2, "120000000027", "recognised")):
        await place.add(
            t.call_attempt,
            call_id=call_id,
            what="scin",
            number=number,
            outcome=outcome,
            keyed=keyed,
            at=place.clock.now(),
        )
    await place.add(
        t.call_attempt,
        call_id=call_id,
        what="date_of_birth",
        number=1,
        outcome="recognised",
        keyed="14032012",
        at=place.clock.now(),
    )
    answered = await desk.ask("GET", "/api/agents/me/call")
    pop = answered.body["pop"]
    assert (pop["call_id"], pop["state"], pop["line"], pop["brand"], pop["language"], pop["menu_choice"]) == (
        call_id,
        "ringing",
        "general",
        "cmg",
        "en",
        "1",
    )
    assert (pop["pop"], pop["waiting_since"], pop["redirected"]) == ("record", "2026-11-23T09:00:00Z", [])
    assert [(a["what"], a["outcome"], a["keyed"]) for a in pop["attempts"]] == [
        ("scin", "incomplete", "…000"),
        ("scin", "recognised", "…027"),
        ("date_of_birth", "recognised", "…"),
    ]
    assert pop["client"]["name"] == "Amina Sample"
    cases = {case["number"]: case for case in pop["client"]["cases"]}
    assert set(cases) == {"900000005102", "…240", "…120"}
    mine, other = cases["900000005102"], cases["…240"]
    assert (mine["selected"], mine["detail"], mine["opened_on"]) == (True, True, "2016-02-01")
    assert mine["children"] == [{"name": "Zara", "born_on": "2012-03-14", "kind": "qc"}]
    assert (other["detail"], other["opened_on"], other["children"]) == (False, None, [])
    assert (other["owner"], other["team"]) == ({"staff_number": "7003", "name": "Sian Bowen"}, "Maintenance 2")
    assert other["transfer"] == [
        {"kind": "agent", "name": "7003", "available": False},
        {"kind": "team", "name": "Maintenance 2", "available": False},
        {"kind": "segment", "name": "Maintenance", "available": False},
    ]
    assert mine["transfer"] == []


async def test_a_call_that_came_back_names_who_did_not_answer(place: Place, desk: Desk) -> None:
    """R-POP-2: the next agent sees that it was redirected, from whom, and how."""
    await desk.state("available")
    colleague = await place.log_in("7002")
    await place.call(MAINTENANCE)
    await colleague.state("available")
    place.clock.pass_(15)
    await place.store.run(ledger.end_offer, await _offer(place), OfferState.NO_ANSWER, place.clock.now(), Limits())
    assert (await desk.ask("GET", "/api/agents/me/call")).status == 204
    pop = (await colleague.ask("GET", "/api/agents/me/call")).body["pop"]
    assert pop["redirected"] == [
        {
            "colleague": {"staff_number": "7001", "name": "Megan Price"},
            "outcome": "no_answer",
            "at": "2026-11-23T09:00:15Z",
        }
    ]
    assert (pop["ringing_since"], pop["waited_s"]) == ("2026-11-23T09:00:15Z", 15.0)
    me = (await desk.ask("GET", "/api/agents/me")).body
    assert (me["state"], me["code"]) == ("not_ready", "Redirect on no answer")


async def test_employers_and_representatives_open_their_records(place: Place, desk: Desk) -> None:
    """R-POP-1, R-EMP-3, R-MENU-7: whichever record the reference belongs to, and whom they act for."""
    await desk.state("available")
    await place.call(MAINTENANCE, employer_id=1, employer_agent_id=1, representative_id=1, pop="record")
    pop = (await desk.ask("GET", "/api/agents/me/call")).body["pop"]
    assert pop["client"] is None
    assert pop["employer"] == {
        "record_id": 1,
        "name": "Drama Bakeries Ltd",
        "ern": "340000000011",
        "paye_reference": "120/DB340",
        "phone": "01632 960011",
        "address_line": "1 Stage Door Lane",
        "postcode": "ZZ1 1DB",
        "email": "payroll@drama-bakeries.example",
        "account_manager": {"staff_number": "7010", "name": "Helen Crossley"},
    }
    assert pop["employer_agent"]["acts_for"] == [
        {"record_id": 1, "name": "Drama Bakeries Ltd", "reference": "340000000011"},
        {"record_id": 2, "name": "Fictional Freight plc", "reference": "340000000029"},
    ]
    assert pop["representative"]["trn"] == "560000000013"
    assert [c["name"] for c in pop["representative"]["acts_for"]] == ["Amina Sample", "Jane Example"]


async def test_a_reference_that_is_not_on_record_says_whom_to_search_among(place: Place, desk: Desk) -> None:
    """R-POP-1: a list of contacts of the kind that the caller meant; none for another way of opening."""
    await desk.state("available")
    call_id = await place.call(MAINTENANCE, pop="search")
    now = place.clock.now()
    attempt = {"call_id": call_id, "number": 2, "outcome": "invalid", "keyed": "340000000099", "at": now}
    await place.add(t.call_attempt, what="ern", **attempt)
    pop = (await desk.ask("GET", "/api/agents/me/call")).body["pop"]
    assert (pop["pop"], pop["search_among"]) == ("search", ["employer", "employer_agent"])
    await place.store.run(lambda tx: tx.note_call(call_id, pop="blank"))
    assert (await desk.ask("GET", "/api/agents/me/call")).body["pop"]["search_among"] == []


async def test_dual_roles_and_closed_cases(place: Place, desk: Desk) -> None:
    """A client with two roles in one case sees it once; a closed case stands behind the open ones."""

    def change(sql: Any) -> None:
        sql.execute(insert(t.case_party).values(case_id=1, client_id=1, role="pp"))
        sql.execute(insert(t.case_party).values(case_id=5, client_id=1, role="rp"))
        sql.execute(update(t.case_file).where(t.case_file.c.case_id == 5).values(closed_on=date(2020, 1, 1)))
        sql.execute(update(t.case_file).where(t.case_file.c.case_id == 5).values(opened_on=date(2022, 1, 1)))

    await place.store.write(change)
    await desk.state("available")
    await place.call(MAINTENANCE, client_id=1, pop="record")
    cases = (await desk.ask("GET", "/api/agents/me/call")).body["pop"]["client"]["cases"]
    assert [(c["number"], c["roles"], c["closed_on"]) for c in cases] == [
        ("900000004471", ["pp", "rp"], None),
        ("900000007003", ["rp"], "2020-01-01"),
    ]


async def test_the_call_stays_on_screen_through_after_call_work(place: Place, desk: Desk) -> None:
    """R-STATE-4: its record is still there while the work is written up, and gone with Available."""
    await desk.state("available")
    call_id = await place.call(MAINTENANCE)
    await place.store.run(ledger.answer_offer, await _offer(place), place.clock.now())
    await place.store.run(ledger.end_call, call_id, CallEnd.ANSWERED, place.clock.now(), Limits())
    assert (await desk.ask("GET", "/api/agents/me/call")).body["pop"]["state"] == "ended"
    await desk.state("available")
    assert (await desk.ask("GET", "/api/agents/me/call")).status == 204


async def test_leaders_see_calls_and_journeys(place: Place, desk: Desk, leader: Desk) -> None:
    """R-MI-2: a call step by step; callers' numbers are masked; ?up leaves out what has ended."""
    await desk.state("available")
    first = await place.call(MAINTENANCE)
    await place.store.run(ledger.end_call, first, CallEnd.ABANDONED_MENU, place.clock.now(), Limits())
    place.clock.pass_(1)
    second = await place.call(general(NAMES))
    answered = await leader.ask("GET", "/api/calls")
    assert [(c["call_id"], c["state"]) for c in answered.body["calls"]] == [(second, "waiting"), (first, "ended")]
    assert answered.body["calls"][1]["end"] == "abandoned_queue"
    assert {c["caller"] for c in answered.body["calls"]} == {"…123"}
    assert [c["call_id"] for c in (await leader.ask("GET", "/api/calls?up")).body["calls"]] == [second]
    journey = (await leader.ask("GET", f"/api/calls/{first}/journey")).body
    steps = [step["step"] for step in journey["steps"] if step["step"] in {"queued", "offered", "ended"}]
    assert steps == ["queued", "offered", "ended"]
    (offered,) = [step for step in journey["steps"] if step["step"] == "offered"]
    assert offered["data"]["agent"] == "7001"
    assert (await leader.ask("GET", "/api/calls/c0000000000000000/journey")).status == 404
    for path in ("/api/calls", "/api/calls?up", f"/api/calls/{first}/journey"):
        refused = await desk.ask("GET", path)
        assert (refused.status, refused.body["error_id"]) == (403, "session.not_a_team_leader")


async def test_leaders_see_which_calls_are_to_be_called_back(place: Place, leader: Desk) -> None:
    """R-WAIT-3: among those waiting in a queue, and of each call; its number is nobody's to see there."""
    waiting = await place.call(general(NAMES))
    backed = await place.call(general(NAMES))
    assert await place.store.run(ring_back.take, backed, "07700900123", place.clock.now())
    queues = {queue["key"]: queue for queue in (await leader.ask("GET", "/api/queues")).body["queues"]}
    assert (queues["segment:GICH"]["waiting"], queues["segment:GICH"]["call_backs"]) == (2, 1)
    calls = {call["call_id"]: call for call in (await leader.ask("GET", "/api/calls?up")).body["calls"]}
    assert {call_id: call["call_back"] for call_id, call in calls.items()} == {waiting: False, backed: True}
    assert "07700900123" not in str(calls)

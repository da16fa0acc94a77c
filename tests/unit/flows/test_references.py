"""Dates of birth, employers' and representatives' references, and the Welsh offer of lines without a menu."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from ivr.domain.cases import Client, OpenCase
from ivr.domain.events import CallState
from ivr.domain.ids import AgentId, CaseId, ClientId, EmployerId
from ivr.domain.queueing import CallRow
from ivr.records.look_ups import EmployerRecord
from tests.unit.acd.world import MATE, OWNER, SEGMENT_MATE, WELSH
from tests.unit.small_helpline import APPLICATIONS_LINE, EMPLOYERS, GENERAL, SmallHelpline
from tests.unit.virtual_time import run_virtual

SCIN = "120000000027"
ERN, EARN, TRN = "340000000011", "340000000037", "560000000013"
OLD, YOUNG = date(2012, 3, 14), date(2018, 6, 30)


def _case(number: int, owner: AgentId | None) -> OpenCase:
    return OpenCase(CaseId(number), f"90{number}", date(2026, 1, number), owner, "M1", "Maintenance", "rp")


def _queued(
    keys: str, prepare: Callable[[SmallHelpline], None], dnis: str = GENERAL
) -> tuple[CallRow, list[str], list[str]]:
    """A caller keys ``keys`` at once; the call's row in the queue, its scopes, and what was heard."""
    found: list[tuple[CallRow, list[str], list[str]]] = []

    async def story() -> None:
        line = SmallHelpline()
        prepare(line)
        line.agent(WELSH, available=False)
        line.caller_arrives(dnis=dnis)
        line.pbx.keys("c1", keys)
        await line.until_call(CallState.WAITING)
        row = line.call()
        scopes = [str(scope.key) for scope in line.store.rows.scopes[row.call_id]]
        await line.until(lambda: "music" in line.heard())
        found.append((row, scopes, line.heard()))
        await line.over()

    run_virtual(story())
    return found[0]


def _three_cases(line: SmallHelpline) -> None:
    """Twins in the first two cases, of two owners; a third child in a third case."""
    cases = (_case(1, OWNER), _case(2, MATE), _case(3, SEGMENT_MATE))
    line.store.clients[SCIN] = Client(ClientId(2), "cmg", cases)
    line.store.born = {CaseId(1): (OLD, date(2014, 5, 5)), CaseId(2): (OLD, date(2016, 6, 6)), CaseId(3): (YOUNG,)}


def test_the_eldest_childs_date_of_birth_selects_the_case() -> None:
    """R-CASE-3: the third case's owner, with the case selected."""
    row, scopes, _heard = _queued("1" + SCIN + "30062018", _three_cases)
    assert (row.kind, row.client_id, row.case_id) == ("existing_case", 2, 3)
    assert scopes[0] == f"agent:{SEGMENT_MATE}"


def test_an_ambiguous_date_is_asked_again_and_matched_among_what_it_left() -> None:
    """R-CASE-3: twins in two cases; another child's date tells them apart, and the prompt says why it asks."""
    row, scopes, heard = _queued("1" + SCIN + "14032012", _three_cases)
    assert (row.kind, row.case_id) == ("date_of_birth_failed", None)
    assert "en/date-of-birth-ambiguous-again" in heard
    assert scopes == ["segment:Maintenance", "segment:GICH"]


def test_a_date_that_fits_no_case_twice_goes_to_the_segment_that_holds_most() -> None:
    """R-CASE-6, R-DTMF-3: the client's record stays, no case is selected."""
    row, scopes, _heard = _queued("1" + SCIN + "01012001", _three_cases)
    assert (row.kind, row.client_id, row.case_id, row.pop) == ("date_of_birth_failed", 2, None, "record")
    assert scopes[0] == "segment:Maintenance"


def _twins_of_one_owner(line: SmallHelpline) -> None:
    line.store.clients[SCIN] = Client(ClientId(2), "cmg", (_case(1, OWNER), _case(2, OWNER), _case(3, MATE)))
    line.store.born = {CaseId(1): (OLD,), CaseId(2): (OLD,), CaseId(3): (YOUNG,)}


def test_twins_whose_cases_have_one_owner_are_that_owners_call() -> None:
    """R-CASE-3: no second question, no case selected."""
    row, scopes, heard = _queued("1" + SCIN + "14032012", _twins_of_one_owner)
    assert (row.kind, row.case_id) == ("existing_case", None)
    assert scopes[0] == f"agent:{OWNER}"
    assert "en/date-of-birth-ambiguous-again" not in heard


def _employers(line: SmallHelpline) -> None:
    line.store.employers[ERN] = EmployerRecord(EmployerId(1), None, OWNER)
    line.store.employers[EARN] = EmployerRecord(None, 1, None)


def test_an_employer_is_put_through_to_their_account_manager() -> None:
    """R-EMP-1: the manager first, then the employer segment, never GICH."""
    row, scopes, heard = _queued(ERN, _employers, EMPLOYERS)
    assert (row.kind, row.employer_id, row.pop) == ("employer", 1, "record")
    assert scopes == [f"agent:{OWNER}", "segment:Employer"]
    assert "en/connecting-employer-team" in heard


def test_an_employer_agent_goes_to_the_segment_with_their_own_record() -> None:
    """R-EMP-1, R-EMP-3."""
    row, scopes, _heard = _queued(EARN, _employers, EMPLOYERS)
    assert (row.employer_id, row.employer_agent_id) == (None, 1)
    assert scopes == ["segment:Employer"]


def test_an_employer_who_cannot_say_who_they_are_stays_with_the_segment() -> None:
    """R-EMP-2, R-POP-1: nothing keyed twice."""
    row, scopes, heard = _queued("", _employers, EMPLOYERS)
    assert (row.kind, row.pop) == ("employer", "blank")
    assert scopes == ["segment:Employer"]
    assert "en/ern-none-again" in heard


def test_a_lone_four_is_the_welsh_offer_on_the_employers_line() -> None:
    """R-LINE-6, R-EMP-2: 4 and then nothing for two seconds."""
    row, scopes, _heard = _queued("4", _employers, EMPLOYERS)
    assert (row.kind, row.language) == ("welsh", "cy")
    assert scopes == ["segment:Welsh"]


def test_four_is_the_welsh_offer_where_no_question_follows() -> None:
    """R-LINE-6: the line waits a moment after the greeting."""
    row, _scopes, _heard = _queued("4", _employers, APPLICATIONS_LINE)
    assert (row.kind, row.language) == ("welsh", "cy")


def _representative(line: SmallHelpline) -> None:
    line.store.representatives[TRN] = 5


def test_a_representatives_record_opens() -> None:
    """R-MENU-7: recognised."""
    row, scopes, _heard = _queued("3" + TRN, _representative)
    assert (row.kind, row.representative_id, row.pop) == ("third_party", 5, "record")
    assert scopes == ["team:Third Party", "segment:GICH"]


def test_the_reference_of_a_representative_may_be_skipped() -> None:
    """R-MENU-7: ``#`` alone, and no second attempt."""
    row, _scopes, heard = _queued("3#", _representative)
    assert (row.kind, row.representative_id, row.pop) == ("third_party", None, "blank")
    assert not [said for said in heard if "trn" in said and "again" in said]

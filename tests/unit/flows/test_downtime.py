"""Downtime of the case system (R-MON-4): a reference is asked for once, nobody looks it up, a person takes the call."""

from __future__ import annotations

import pytest

from ivr.domain.cases import Client, OpenCase
from ivr.domain.events import CallState
from ivr.domain.ids import CaseId, ClientId, EmployerId
from ivr.records.look_ups import EmployerRecord
from ivr.records.screen_pop import shown
from tests.unit.acd.world import NINE, OWNER, WELSH
from tests.unit.small_helpline import EMPLOYERS, GENERAL, SmallHelpline
from tests.unit.virtual_time import run_virtual

SCIN, ERN, TRN = "120000000027", "340000000011", "560000000013"


@pytest.mark.parametrize(
    ("keys", "dnis", "kind", "scopes", "attempts"),
    [
        ("1" + SCIN, GENERAL, "general", ["segment:GICH"], [("scin", "noted", SCIN)]),
        ("112#", GENERAL, "general", ["segment:GICH"], [("scin", "noted", "12")]),
        ("1", GENERAL, "general", ["segment:GICH"], [("scin", "none", "")]),
        (ERN, EMPLOYERS, "employer", ["segment:Employer"], [("ern", "noted", ERN)]),
        ("3" + TRN, GENERAL, "third_party", ["team:Third Party", "segment:GICH"], [("trn", "noted", TRN)]),
        ("4", EMPLOYERS, "welsh", ["segment:Welsh"], []),
    ],
)
def test_a_reference_is_asked_for_once_without_a_look_up(
    keys: str, dnis: str, kind: str, scopes: list[str], attempts: list[tuple[str, str, str]]
) -> None:
    """R-MON-4: clients to GICH, employers to the employer segment, with a blank screen; one attempt, as keyed."""

    async def story() -> None:
        line = _line()
        line.is_down = True
        line.caller_arrives(dnis=dnis)
        line.pbx.keys("c1", keys)
        await line.until_call(CallState.WAITING)
        row = line.call()
        assert (row.kind, row.client_id, row.case_id, row.employer_id) == (kind, None, None, None)
        assert row.pop == "blank"
        assert [str(scope.key) for scope in line.store.rows.scopes[row.call_id]] == scopes
        assert [(one.what, one.outcome, one.keyed) for one in line.store.rows.attempts] == attempts
        assert not [prompt for prompt in line.heard() if prompt.endswith("-again")]
        await line.over()

    run_virtual(story())


def test_when_it_is_over_references_are_looked_up_again() -> None:
    """R-MON-4: the next call is as ever."""

    async def story() -> None:
        line = _line()
        line.caller_arrives()
        line.pbx.keys("c1", "1" + SCIN)
        await line.until_call(CallState.WAITING)
        assert (line.call().client_id, line.call().pop) == (2, "record")
        await line.over()

    run_virtual(story())


def test_the_screen_shows_the_whole_of_what_was_noted() -> None:
    """R-MON-4, R-DTMF-5: who takes the call must look it up by hand; any other reference shows three digits."""
    assert shown("scin", SCIN, "noted") == SCIN
    assert shown("scin", SCIN, "invalid") == "…027"
    assert shown("date_of_birth", "01012001", "noted") == "…"


def _line() -> SmallHelpline:
    line = SmallHelpline()
    line.agent(WELSH, available=False)
    case = OpenCase(CaseId(1), "901", NINE.date(), OWNER, "M1", "Maintenance", "rp")
    line.store.clients[SCIN] = Client(ClientId(2), "cmg", (case,))
    line.store.employers[ERN] = EmployerRecord(EmployerId(1), None, OWNER)
    line.store.representatives[TRN] = 5
    return line

"""Existing case: whose call it is (R-CASE)."""

from __future__ import annotations

from ivr.domain import routes
from ivr.domain.birth import OneOwner, Selected
from ivr.domain.cases import CaseGroup, NoOpenCase, OneCase, OpenCase, SeveralCases, belonging
from ivr.flows.call import Call
from ivr.voice.names import Prompt


async def existing_case(call: Call) -> None:
    """Ask for the SCIN, and put the caller through to whoever owns the case."""
    answer = await call.ask_scin()
    if answer.found is None:
        await call.wait_for_person(routes.general(call.segments), Prompt.GOING_TO_ADVISER)
        return
    match belonging(answer.found):
        case OneCase(case):
            call.identify(case_id=case.case_id)
            await _to_owner(call, case)
        case CaseGroup(newest):
            await _to_owner(call, newest)
        case SeveralCases(cases, segment):
            await several_cases(call, cases, segment)
        case NoOpenCase():
            await call.wait_for_person(routes.general(call.segments), Prompt.NO_CASE_FOUND)


async def several_cases(call: Call, cases: tuple[OpenCase, ...], segment: str) -> None:
    """R-CASE-3, R-CASE-4, R-CASE-6: a child's date of birth tells which; else the segment that holds most of them."""
    match await call.ask_date_of_birth(cases):
        case Selected(case):
            call.identify(case_id=case.case_id)
            await _to_owner(call, case)
        case OneOwner(_, fitting):
            await _to_owner(call, fitting[0].case)
        case None:
            route = routes.date_of_birth_failed(call.segments, segment)
            await call.wait_for_person(route, Prompt.CONNECTING_TEAM)


async def _to_owner(call: Call, case: OpenCase) -> None:
    """R-CASE-2, R-CASE-7."""
    route = routes.existing_case(call.segments, case.owner_id, case.team, case.segment)
    connecting = Prompt.CONNECTING_TEAM if case.owner_id is None else Prompt.CONNECTING_OWNER
    await call.wait_for_person(route, connecting)

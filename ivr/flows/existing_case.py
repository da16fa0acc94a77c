"""Existing case: whose call it is (R-CASE)."""

from __future__ import annotations

from ivr.domain import routes
from ivr.domain.cases import CaseGroup, NoOpenCase, OneCase, OpenCase, SeveralCases, belonging
from ivr.flows.call import Call
from ivr.voice.names import Prompt


async def existing_case(call: Call) -> None:
    """Ask for the SCIN, and put the caller through to whoever owns the case."""
    reference = await call.ask_scin()
    if reference.found is None:
        await call.wait_for_person(routes.general(call.segments), Prompt.GOING_TO_ADVISER)
        return
    match belonging(reference.found):
        case OneCase(case):
            call.identify(case_id=case.case_id)
            await _to_owner(call, case)
        case CaseGroup(newest):
            await _to_owner(call, newest)
        case SeveralCases(_, segment):
            await call.wait_for_person(routes.date_of_birth_failed(call.segments, segment), Prompt.CONNECTING_TEAM)
        case NoOpenCase():
            await call.wait_for_person(routes.general(call.segments), Prompt.NO_CASE_FOUND)


async def _to_owner(call: Call, case: OpenCase) -> None:
    """R-CASE-2, R-CASE-7."""
    route = routes.existing_case(call.segments, case.owner_id, case.team, case.segment)
    connecting = Prompt.CONNECTING_TEAM if case.owner_id is None else Prompt.CONNECTING_OWNER
    await call.wait_for_person(route, connecting)

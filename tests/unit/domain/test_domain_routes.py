"""R-WAIT-1's table: what is tried on arrival, in which order, and what overflow or RONA adds."""

from __future__ import annotations

import pytest

from ivr.domain import routes
from ivr.domain.ids import AgentId
from ivr.domain.routes import Route, Segments

NAMES = Segments()
OWNER = AgentId(7)


@pytest.mark.parametrize(
    ("route", "kind", "tried", "added"),
    [
        (
            routes.existing_case(NAMES, OWNER, "Maintenance 1", "Maintenance"),
            "existing_case",
            ["agent:7", "team:Maintenance 1", "segment:Maintenance"],
            ["segment:GICH"],
        ),
        (
            routes.existing_case(NAMES, None, "Maintenance 1", "Maintenance"),
            "existing_case",
            ["team:Maintenance 1", "segment:Maintenance"],
            ["segment:GICH"],
        ),
        (
            routes.date_of_birth_failed(NAMES, "Enforcement"),
            "date_of_birth_failed",
            ["segment:Enforcement"],
            ["segment:GICH"],
        ),
        (routes.new_application(NAMES), "new_application", ["segment:Applications", "segment:GICH"], []),
        (routes.third_party(NAMES), "third_party", ["team:Third Party", "segment:GICH"], []),
        (routes.general(NAMES), "general", ["segment:GICH"], []),
        (routes.welsh(NAMES, staffed=True), "welsh", ["segment:Welsh"], []),
        (routes.welsh(NAMES, staffed=False), "welsh", ["segment:Welsh", "segment:GICH"], []),
        (routes.employer(NAMES, OWNER), "employer", ["agent:7", "segment:Employer"], []),
        (routes.employer(NAMES, None), "employer", ["segment:Employer"], []),
    ],
    ids=["owner", "unowned", "birth", "application", "third", "general", "welsh", "unstaffed", "managed", "employer"],
)
def test_the_table(route: Route, kind: str, tried: list[str], added: list[str]) -> None:
    """R-WAIT-1, R-CASE-2, R-CASE-6, R-CASE-7, R-MENU-4 to R-MENU-7, R-EMP-1, R-EMP-2: row by row."""
    assert route.kind == kind
    assert [scope.key for scope in route.tried] == tried
    assert [scope.key for scope in route.added] == added


def test_segments_are_called_what_operations_call_them() -> None:
    """R-WAIT-1: the names come from queues.toml."""
    names = Segments(gich="First line", third_party_team="Reps", applications="New", employer="Firms", welsh="Cymraeg")
    assert [scope.key for scope in routes.third_party(names).tried] == ["team:Reps", "segment:First line"]
    assert [scope.key for scope in routes.new_application(names).tried] == ["segment:New", "segment:First line"]
    assert [scope.key for scope in routes.employer(names, None).tried] == ["segment:Firms"]
    assert [scope.key for scope in routes.welsh(names, staffed=True).tried] == ["segment:Cymraeg"]

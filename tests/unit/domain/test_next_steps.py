"""R-CB-12: what GICH does next, in the rule's order, for whatever reached it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.next_steps import NextStep, Place, Situation, Step, next_steps

FREE = Place("segment", "Applications", "Applications", "Applications", available=True)
BUSY = Place("segment", "Applications", "Applications", "Applications", available=False)
OWNER = Place("agent", "7001", "Megan Price", "Maintenance", available=False)
TEAM = Place("team", "Maintenance 1", "Maintenance 1", "Maintenance", available=True)
PLACES = st.lists(st.sampled_from([FREE, BUSY, OWNER, TEAM]), max_size=4)


def _steps(now: Situation) -> list[tuple[Step, bool]]:
    return [(one.step, one.best) for one in next_steps(now)]


def test_an_application_call_is_offered_to_applications_first() -> None:
    """Somebody is available there: transfer. Nobody: the form, filled in; with a record a formal call back."""
    assert _steps(Situation(is_application=True, has_record=False, places=[FREE])) == [
        (Step.TRANSFER, True),
        (Step.APPLICATION, False),
    ]
    transfer, form = next_steps(Situation(is_application=True, has_record=False, places=[BUSY]))
    assert (transfer.to, transfer.best) == (BUSY, False)
    assert form == NextStep(Step.APPLICATION, best=True, reason="new_application")
    assert _steps(Situation(is_application=True, has_record=True, places=[BUSY])) == [
        (Step.TRANSFER, False),
        (Step.CALL_BACK, True),
    ]


def test_any_other_call_is_resolved_else_transferred_else_called_back_else_requested() -> None:
    """The nearest place where somebody is available; where nobody is, the nearest."""
    steps = next_steps(Situation(is_application=False, has_record=True, places=[OWNER, TEAM]))
    assert [one.step for one in steps] == [Step.RESOLVE, Step.TRANSFER, Step.CALL_BACK, Step.REQUEST]
    assert steps[0].best
    assert steps[1].to == TEAM
    assert next_steps(Situation(is_application=False, has_record=True, places=[OWNER, BUSY]))[1].to == OWNER
    assert next_steps(Situation(is_application=False, has_record=True, places=[]))[1].to is None


def test_a_caller_without_a_record_is_taken_down_by_the_form() -> None:
    """R-CB-9: with the reason that their choice in the menu tells."""
    for choice, reason in (("1", "existing_case"), (None, "other"), ("3", "other")):
        steps = next_steps(Situation(is_application=False, has_record=False, places=[], menu_choice=choice))
        assert (steps[2].step, steps[2].reason) == (Step.APPLICATION, reason)


@given(st.booleans(), st.booleans(), PLACES)
def test_exactly_one_step_is_best(is_application: bool, has_record: bool, places: list[Place]) -> None:  # noqa: FBT001
    """No step twice; a call back is for who has a record, the form for who has none."""
    steps = next_steps(Situation(is_application, has_record, places))
    assert sum(one.best for one in steps) == 1
    kinds = [one.step for one in steps]
    assert len(set(kinds)) == len(kinds)
    assert (Step.CALL_BACK in kinds, Step.APPLICATION in kinds) == (has_record, not has_record)

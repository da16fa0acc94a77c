"""New-application call backs: their fixed lists, and when they end (R-CB-9 to R-CB-11)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ivr.domain import applications as a
from ivr.domain.offline import FIELDS
from ivr.domain.purposes import AttemptOutcome

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FAILED = a.AttemptResult.CALLED_CONTACT_NOT_MADE


def test_the_reasons() -> None:
    """R-CB-9: the list is fixed."""
    assert [one.en for one in a.REASONS.values()] == ["New Application", "Existing Case", "Other"]
    assert list(a.REASONS) == list(a.ApplicationReason)


def test_what_an_existing_case_is_about() -> None:
    """R-CB-9: the list is fixed."""
    wanted = "Complaint, MP, High Profile, Payment, Vulnerable Person, Sensitive Case, Case Enquiry"
    assert ", ".join(one.en for one in a.ABOUT.values()) == wanted
    assert list(a.ABOUT) == list(a.About)


def test_the_results_of_an_attempt() -> None:
    """R-CB-10: seven, and the list is fixed."""
    wanted = (
        "Called contact not made; Contact not made message left; Contact not made no message left; "
        "Signposted to CM Options; Application made; Application not made; Contact made"
    )
    assert "; ".join(a.result_words(one, "cmg").en for one in a.RESULTS) == wanted
    assert list(a.RESULTS) == list(a.AttemptResult)


def test_the_offline_templates() -> None:
    """R-CB-11: four, each with its brand's nation."""
    named = [(one.en, template.brand) for template, one in a.TEMPLATES.items()]
    assert named == [
        ("PP Applies GB", "cmg"),
        ("RP Applies GB", "cmg"),
        ("PP Applies NI", "nicms"),
        ("RP Applies NI", "nicms"),
    ]
    assert list(FIELDS) == list(a.OfflineTemplate)


def test_the_states() -> None:
    """R-CB-10: Awaiting Allocation, Awaiting Calls, complete."""
    assert [one.value for one in a.ApplicationState] == ["awaiting_allocation", "awaiting_calls", "complete"]


def test_choices_in_place_of_options() -> None:
    """R-NI-1: what is stored is the same, what is read is not."""
    options = a.AttemptResult.SIGNPOSTED_TO_CM_OPTIONS
    assert a.result_words(options, "cmg").en == "Signposted to CM Options"
    assert a.result_words(options, "nicms").en == "Signposted to Choices (NI)"
    others = [one for one in a.AttemptResult if one is not options]
    assert all(a.result_words(one, "nicms") == a.RESULTS[one] for one in others)


@pytest.mark.parametrize("failure", sorted(a.FAILURES))
def test_the_third_failure_ends_it(failure: a.AttemptResult) -> None:
    """R-CB-10; raised during downtime it goes on (R-CB-11)."""
    assert not a.is_ended([failure] * 2, in_downtime=False)
    assert a.is_ended([failure] * 3, in_downtime=False)
    assert not a.is_ended([failure] * 30, in_downtime=True)


@pytest.mark.parametrize("contact", sorted(a.CONTACTS))
def test_who_was_spoken_to_is_no_failure(contact: a.AttemptResult) -> None:
    """R-CB-10: then no fourth attempt is made either."""
    assert not a.is_ended([FAILED, contact, FAILED], in_downtime=False)
    assert a.why_no_attempt(2, in_downtime=False) is None
    assert a.why_no_attempt(3, in_downtime=False) is not None
    assert a.why_no_attempt(3, in_downtime=True) is None


def test_when_the_first_attempt_is() -> None:
    """R-CB-10: when required, prompted 15 minutes before; past that or at any time: now, with the prompt at once."""
    later = NOW + timedelta(hours=3)
    assert a.first_attempt_at(NOW, later) == later
    assert a.first_attempt_at(NOW, NOW - timedelta(hours=3)) == NOW
    assert a.first_attempt_at(NOW, None) - a.PROMPT_BEFORE == NOW


@pytest.mark.parametrize("outcome", AttemptOutcome)
def test_what_a_call_suggests(outcome: AttemptOutcome) -> None:
    """R-CB-10: nothing where somebody answered, or nobody was rung."""
    silent = {AttemptOutcome.ANSWERED, AttemptOutcome.CANCELLED}
    assert a.suggested(outcome) is (None if outcome in silent else FAILED)

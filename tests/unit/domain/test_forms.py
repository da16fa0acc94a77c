"""The fields of letters and forms: one list, fixed names, and what each may hold (R-SEC-4, R-CB-11)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ivr.domain import forms
from ivr.domain.documents import Form
from ivr.domain.forms import Filler, Shape


def test_each_form_takes_these_fields() -> None:
    """R-SEC-4: the SCIN stands under *Features of call/Further details*; R-CB-11: who is to pay, and their address."""
    report = [
        *("called_on", "called_at", "caller_number", "reported_by", "staff_number", "team"),
        *("claimed_name", "asked_for", "given", "further_details"),
    ]
    applicant = ["addressee", "address", "applied_on"]
    assert {form.value: [field.key for field in forms.FIELDS[form]] for form in Form} == {
        "CMSL8300": ["addressee", "address", "reference", "called_on"],
        "CMSL0077": applicant,
        "CMSL0080": applicant,
        "CMSF5550": report,
        "CMSF5550(NI)": report,
    }
    details = forms.FIELDS[Form.BOGUS_CALLER][-1]
    assert (details.en, details.by, details.required) == ("Features of call/Further details", Filler.SYSTEM, True)


@pytest.mark.parametrize("form", list(Form))
def test_examples_are_of_their_shape_and_complete(form: Form) -> None:
    """What a preview shows could be issued."""
    values = forms.examples(form)
    assert forms.missing(form, values) == []
    assert [forms.fault(field, values[field.key]) for field in forms.FIELDS[form]] == [None] * len(values)


def test_whoever_makes_one_fills_in_what_is_known() -> None:
    """R-SEC-4: the call's day and time are London's; what is not known is left to the agent."""
    called_at = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    report = forms.bogus_caller(
        further_details="SCIN 120000000019", called_at=called_at, reported_by="Megan Price", staff_number="7001"
    )
    assert (report["called_on"], report["called_at"]) == ("2026-07-02", "00:30")
    assert forms.missing(Form.BOGUS_CALLER, report) == []
    letter = forms.failed_security_check(addressee="Drama Bakeries Ltd", reference="1", called_on=date(2026, 11, 23))
    assert forms.missing(Form.FAILED_SECURITY_CHECK, letter) == ["address"]
    fee = forms.application_fee(addressee="Jo Sample", address="1 Example Street", applied_on=date(2026, 11, 2))
    assert forms.missing(Form.APPLICATION_FEE, fee) == forms.missing(Form.APPLICATION_FEE_REMINDER, fee) == []
    for form, values in ((Form.BOGUS_CALLER_NI, report), (Form.FAILED_SECURITY_CHECK, letter)):
        assert forms.unknown(form, values) == []


@pytest.mark.parametrize(
    ("shape", "good", "bad"),
    [
        (Shape.LINE, "Jo Sample", "Jo\nSample"),
        (Shape.LINES, "one\ntwo", "bell\x07"),
        (Shape.ADDRESS, "\n".join("12345678"), "\n".join("123456789")),
        (Shape.DAY, "2028-02-29", "2027-02-29"),
        (Shape.DAY, "2026-11-23", "20261123"),
        (Shape.TIME, "23:59", "24:00"),
        (Shape.DIGITS, "340000000011", "34 00"),
        (Shape.LINE, "x" * 120, "x" * 121),
    ],
)
def test_what_a_field_holds(shape: Shape, good: str, bad: str) -> None:
    """Each shape, one that fits and one that does not; empty always fits."""
    field = forms.Field("key", "Key", "Allwedd", shape, Filler.AGENT, required=True, example="")
    assert forms.fault(field, good) is None
    assert forms.fault(field, bad) is not None
    assert forms.fault(field, "") is None

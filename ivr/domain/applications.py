"""New-application call backs (R-CB-9 to R-CB-11): for callers with no record, allocated, attempted, completed. Pure.

The lists' names are fixed and stored; what people read follows the brand (R-NI) and the language.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from ivr.domain.brands import in_brand
from ivr.domain.ids import Brand
from ivr.domain.purposes import AttemptOutcome
from ivr.domain.times_of_day import SHIPPED

MOST_ATTEMPTS: Final = 3
"""The third failure ends it (R-CB-10); one raised during downtime goes on (R-CB-11)."""
PROMPT_BEFORE: Final = timedelta(minutes=15)


class ApplicationState(StrEnum):
    """R-CB-10."""

    AWAITING_ALLOCATION = "awaiting_allocation"
    AWAITING_CALLS = "awaiting_calls"
    COMPLETE = "complete"


class ApplicationReason(StrEnum):
    """R-CB-9: why the caller is to be rung."""

    NEW_APPLICATION = "new_application"
    EXISTING_CASE = "existing_case"
    OTHER = "other"


class About(StrEnum):
    """R-CB-9: which kind of existing case it is."""

    COMPLAINT = "complaint"
    MP = "mp"
    HIGH_PROFILE = "high_profile"
    PAYMENT = "payment"
    VULNERABLE_PERSON = "vulnerable_person"
    SENSITIVE_CASE = "sensitive_case"
    CASE_ENQUIRY = "case_enquiry"


class AttemptResult(StrEnum):
    """R-CB-10: how an attempt ended."""

    CALLED_CONTACT_NOT_MADE = "called_contact_not_made"
    CONTACT_NOT_MADE_MESSAGE_LEFT = "contact_not_made_message_left"
    CONTACT_NOT_MADE_NO_MESSAGE_LEFT = "contact_not_made_no_message_left"
    SIGNPOSTED_TO_CM_OPTIONS = "signposted_to_cm_options"
    APPLICATION_MADE = "application_made"
    APPLICATION_NOT_MADE = "application_not_made"
    CONTACT_MADE = "contact_made"


class OfflineTemplate(StrEnum):
    """R-CB-11: the offline application that a call back carries which is raised during downtime."""

    PP_GB = "pp_applies_gb"
    RP_GB = "rp_applies_gb"
    PP_NI = "pp_applies_ni"
    RP_NI = "rp_applies_ni"

    @property
    def brand(self) -> Brand:
        """Whose form it is."""
        return "nicms" if self in {OfflineTemplate.PP_NI, OfflineTemplate.RP_NI} else "cmg"


class ApplicationEnding(StrEnum):
    """What has completed it."""

    OUTCOME = "outcome"
    """A call back outcome, from the configured list."""
    THIRD_FAILURE = "third_failure"
    """The client must ring anew."""
    DELAY = "delay"
    """Somebody decided that more attempts would delay the case unreasonably: the letters are issued."""


@dataclass(frozen=True, slots=True)
class Named:
    """A value as people read it, in English and in Welsh."""

    name: str
    en: str
    cy: str


FAILURES: Final = frozenset(
    {
        AttemptResult.CALLED_CONTACT_NOT_MADE,
        AttemptResult.CONTACT_NOT_MADE_MESSAGE_LEFT,
        AttemptResult.CONTACT_NOT_MADE_NO_MESSAGE_LEFT,
    }
)
CONTACTS: Final = frozenset(AttemptResult) - FAILURES
"""Somebody was spoken to: of one raised during downtime the application fee is collected then (R-CB-11)."""
REASONS: Final[Mapping[ApplicationReason, Named]] = {
    ApplicationReason.NEW_APPLICATION: Named(ApplicationReason.NEW_APPLICATION, "New Application", "Cais newydd"),
    ApplicationReason.EXISTING_CASE: Named(ApplicationReason.EXISTING_CASE, "Existing Case", "Achos presennol"),
    ApplicationReason.OTHER: Named(ApplicationReason.OTHER, "Other", "Arall"),
}
ABOUT: Final[Mapping[About, Named]] = {
    About.COMPLAINT: Named(About.COMPLAINT, "Complaint", "Cwyn"),
    About.MP: Named(About.MP, "MP", "AS"),
    About.HIGH_PROFILE: Named(About.HIGH_PROFILE, "High Profile", "Proffil uchel"),
    About.PAYMENT: Named(About.PAYMENT, "Payment", "Taliad"),
    About.VULNERABLE_PERSON: Named(About.VULNERABLE_PERSON, "Vulnerable Person", "Person agored i niwed"),
    About.SENSITIVE_CASE: Named(About.SENSITIVE_CASE, "Sensitive Case", "Achos sensitif"),
    About.CASE_ENQUIRY: Named(About.CASE_ENQUIRY, "Case Enquiry", "Ymholiad am achos"),
}
RESULTS: Final[Mapping[AttemptResult, Named]] = {
    one: Named(one, en, cy)
    for one, en, cy in (
        (AttemptResult.CALLED_CONTACT_NOT_MADE, "Called contact not made", "Ffoniwyd, ni chysylltwyd"),
        (
            AttemptResult.CONTACT_NOT_MADE_MESSAGE_LEFT,
            "Contact not made message left",
            "Ni chysylltwyd, gadawyd neges",
        ),
        (
            AttemptResult.CONTACT_NOT_MADE_NO_MESSAGE_LEFT,
            "Contact not made no message left",
            "Ni chysylltwyd, ni adawyd neges",
        ),
        (AttemptResult.SIGNPOSTED_TO_CM_OPTIONS, "Signposted to {cm_options}", "Cyfeiriwyd at {cm_options}"),
        (AttemptResult.APPLICATION_MADE, "Application made", "Gwnaed cais"),
        (AttemptResult.APPLICATION_NOT_MADE, "Application not made", "Ni wnaed cais"),
        (AttemptResult.CONTACT_MADE, "Contact made", "Cysylltwyd"),
    )
}
TEMPLATES: Final[Mapping[OfflineTemplate, Named]] = {
    one: Named(one, en, cy)
    for one, en, cy in (
        (OfflineTemplate.PP_GB, "PP Applies GB", "Y rhiant sy'n talu yn gwneud cais, Prydain Fawr"),
        (OfflineTemplate.RP_GB, "RP Applies GB", "Y rhiant sy'n derbyn yn gwneud cais, Prydain Fawr"),
        (OfflineTemplate.PP_NI, "PP Applies NI", "Y rhiant sy'n talu yn gwneud cais, Gogledd Iwerddon"),
        (OfflineTemplate.RP_NI, "RP Applies NI", "Y rhiant sy'n derbyn yn gwneud cais, Gogledd Iwerddon"),
    )
}
_SUGGESTED: Final = frozenset(
    {AttemptOutcome.NO_ANSWER, AttemptOutcome.BUSY, AttemptOutcome.REJECTED, AttemptOutcome.UNREACHABLE}
)


def result_words(result: AttemptResult, brand: Brand) -> Named:
    """What people read of a result (R-NI)."""
    words = RESULTS[result]
    return Named(result, in_brand(words.en, brand), in_brand(words.cy, brand, welsh=True))


def suggested(outcome: AttemptOutcome | None) -> AttemptResult | None:
    """What a call suggests that nobody answered; None: nothing."""
    return AttemptResult.CALLED_CONTACT_NOT_MADE if outcome in _SUGGESTED else None


def why_no_attempt(made: int, *, in_downtime: bool) -> str | None:
    """Why no further attempt may be made; None: it may."""
    if in_downtime or made < MOST_ATTEMPTS:
        return None
    return "three attempts have been made; complete it with an outcome"


def is_ended(results: Collection[AttemptResult], *, in_downtime: bool) -> bool:
    """Whether it ends by its failures: the third does (R-CB-10), of one raised during downtime none (R-CB-11)."""
    return not in_downtime and sum(one in FAILURES for one in results) >= MOST_ATTEMPTS


def first_attempt_at(now: datetime, wanted_at: datetime | None) -> datetime:
    """When the first attempt is to be made once it is allocated: when required; any time: as soon as the prompt that
    comes 15 minutes before allows.
    """
    return now + PROMPT_BEFORE if wanted_at is None else max(wanted_at, now)


@dataclass(frozen=True, slots=True)
class Rules:
    """What operations change. ``outcomes``: what it may be completed with; ``times_of_day``: of attempts, on London's
    clock; ``segment``: whose leaders allocate, and whose agents it is allocated to.
    """

    outcomes: tuple[Named, ...] = ()
    times_of_day: tuple[time, ...] = SHIPPED
    segment: str = "Applications"

    def outcome(self, name: str) -> Named | None:
        """The outcome of this name."""
        return next((one for one in self.outcomes if one.name == name), None)

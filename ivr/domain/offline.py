"""The offline application templates (R-CB-11): what each asks for, in order. Pure; what is filled in is personal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ivr.domain.applications import OfflineTemplate

FIELD_LENGTH: Final = 1000
"""Characters of one field."""


@dataclass(frozen=True, slots=True)
class OfflineField:
    """One field. ``name`` is stored; ``long``: it takes several lines."""

    name: str
    en: str
    cy: str
    long: bool = False


_APPLICANT: Final = (
    OfflineField("national_insurance", "Applicant's National Insurance number", "Rhif Yswiriant Gwladol yr ymgeisydd"),
    OfflineField("email", "Applicant's e-mail address", "Cyfeiriad e-bost yr ymgeisydd"),
)
_CHILDREN: Final = (
    OfflineField("children", "Children: name and date of birth of each", "Plant: enw a dyddiad geni pob un", long=True),
    OfflineField("nights", "Nights a year with the paying parent", "Nosweithiau'r flwyddyn gyda'r rhiant sy'n talu"),
)
_LAST: Final = (
    OfflineField("arrangements", "Arrangements and payments so far", "Trefniadau a thaliadau hyd yma", long=True),
    OfflineField("abuse", "Domestic abuse disclosed", "Cam-drin domestig wedi'i ddatgelu"),
    OfflineField("further", "Further details", "Manylion pellach", long=True),
)


def _other(en: str, cy: str) -> tuple[OfflineField, ...]:
    return (
        OfflineField("other_name", f"{en}: full name", f"{cy}: enw llawn"),
        OfflineField("other_address", f"{en}: address", f"{cy}: cyfeiriad", long=True),
        OfflineField("other_born_on", f"{en}: date of birth", f"{cy}: dyddiad geni"),
        OfflineField("other_number", f"{en}: contact number", f"{cy}: rhif cyswllt"),
    )


_INCOME: Final = OfflineField(
    "employer", "Paying parent's employer, or benefit", "Cyflogwr y rhiant sy'n talu, neu budd-dal"
)
_BY_PAYING: Final = (*_APPLICANT, _INCOME, *_other("Receiving parent", "Rhiant sy'n derbyn"), *_CHILDREN, *_LAST)
_BY_RECEIVING: Final = (*_APPLICANT, *_other("Paying parent", "Rhiant sy'n talu"), _INCOME, *_CHILDREN, *_LAST)
_COURT_ORDER: Final = OfflineField(
    "court_order",
    "Maintenance order of a court in Northern Ireland",
    "Gorchymyn cynhaliaeth llys yng Ngogledd Iwerddon",
)
FIELDS: Final[Mapping[OfflineTemplate, tuple[OfflineField, ...]]] = {
    OfflineTemplate.PP_GB: _BY_PAYING,
    OfflineTemplate.RP_GB: _BY_RECEIVING,
    OfflineTemplate.PP_NI: (*_BY_PAYING, _COURT_ORDER),
    OfflineTemplate.RP_NI: (*_BY_RECEIVING, _COURT_ORDER),
}

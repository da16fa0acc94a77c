"""What operations have written of the office around the calls. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.domain.service_requests import Service


@dataclass(frozen=True, slots=True)
class Office:
    """``employer_segment``: whose agents see to every employer; ``employer_teams``: the team of each service that an
    employer asks for (R-EMP-4).
    """

    employer_segment: str = "Employer"
    employer_teams: Mapping[Service, str] = field(default_factory=dict)

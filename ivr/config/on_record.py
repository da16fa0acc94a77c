"""Names in operations' files, held to those that the database has."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.config.dialplan import Dialplan
from ivr.config.mistakes import nearest


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What the database has of the names that configuration speaks of."""

    segments: frozenset[str]
    teams: frozenset[str]
    staff: frozenset[str]


def not_on_record(dialplan: Dialplan, known: OnRecord) -> list[str]:
    """A mistake for each segment, team and staff number that ``dialplan`` names and nobody has."""
    wanted: list[tuple[str, str, str, str, frozenset[str]]] = []
    for key, name in dialplan.queues.segments.model_dump().items():
        what, pool = ("team", known.teams) if key.endswith("_team") else ("segment", known.segments)
        wanted.append(("queues.toml", f"segments.{key}", name, what, pool))
    for scope in dialplan.queues.queues:
        what, _colon, name = scope.partition(":")
        wanted.append(("queues.toml", f"queues.{scope}", name, what, known.teams if what == "team" else known.segments))
    for service, team in dialplan.office.employer_teams.items():
        wanted.append(("office.toml", f"employer_services.{service}", team, "team", known.teams))
    for line in dialplan.lines.values():
        for key, staff in (("leader", line.leader), ("deputy", line.deputy)):
            if staff is not None:
                wanted.append(("lines.toml", f"{line.name}.{key}", staff, "staff number", known.staff))
    return [
        f"{file}: {key}: found {name!r}, expected a {what} on record{nearest(name, pool)}"
        for file, key, name, what, pool in wanted
        if name not in pool
    ]

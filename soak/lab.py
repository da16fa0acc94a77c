"""The soak's own helpline: a real Asterisk, the real service, the sample's people and a dozen more."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, create_engine

from bench.people import employ_team
from ivr import provision
from ivr.records.sample import AGENTS
from soak.plan import LIMITS, hours
from tests.e2e.helpline import Helpline

MORE: Final = {
    ("Soak Maintenance", "Maintenance"): ("7401", "7402", "7403"),
    ("Soak Enforcement", "Enforcement"): ("7404", "7405"),
    ("Soak GICH", "GICH"): ("7406", "7407", "7408", "7409"),
    ("Soak Applications", "Applications"): ("7410",),
    ("Soak Employer", "Employer"): ("7411",),
}
"""Further agents, by team and its segment."""
LEADERS: Final = ("7101", "7102")
STAFF: Final = (*(staff for staff, *_ in AGENTS), *(staff for team in MORE.values() for staff in team))
FIRST_ID: Final = 9400


def start(folder: Path) -> Helpline:
    """Everything runs and can be called; ``stop`` it."""
    line = Helpline(folder, dict(LIMITS), hours=hours())
    try:
        provision.prepare_database(line.settings)
        engine = create_engine(line.settings.database_url)
        with engine.begin() as sql:
            _employ(sql)
        engine.dispose()
        line.start()
    except BaseException:
        line.stop()
        raise
    return line


def _employ(sql: Connection) -> None:
    first_id = FIRST_ID
    for (team, segment), staff in MORE.items():
        employ_team(sql, team, segment, staff, first_id)
        first_id += len(staff)

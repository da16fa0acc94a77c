"""People beside the sample's: operations, and many agents."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, insert

from ivr.records.index import index
from ivr.store import tables as t
from tests.integration.web.desk import CHEAP, PASSWORD, START, Desk, Place

OPERATOR: Final = "7999"


async def operations(place: Place) -> Desk:
    """Somebody of operations, logged in."""
    await add_operator(place)
    return await place.log_in(OPERATOR)


async def add_operator(place: Place) -> None:
    """Somebody of operations is on record."""
    row = {"agent_id": 99, "staff_number": OPERATOR, "name": "Olwen Ops", "role": "operations", "team": "GICH 1"}
    await place.add(t.agent, **row, password_hash=CHEAP.hash(PASSWORD), sip_ha1="")
    live = {"agent_id": 99, "staff_number": OPERATOR, "team": "GICH 1", "segment": "GICH"}
    await place.add(t.agent_live, **live, state="logged_out", since=START)


def many(sql: Connection, count: int) -> None:
    """So many more agents in teams of twelve, every third of them Available."""
    teams = [{"name": f"Crowd {n}", "segment": "Enforcement", "leader": None} for n in range(count // 12 + 1)]
    sql.execute(insert(t.team), teams)
    agents: list[dict[str, Any]] = [
        {
            "agent_id": 1000 + n,
            "staff_number": str(20_000 + n),
            "name": f"{_FIRST[n % len(_FIRST)]} {_LAST[n // len(_FIRST) % len(_LAST)]}",
            "role": "agent",
            "team": f"Crowd {n // 12}",
            "password_hash": "",
            "sip_ha1": "",
        }
        for n in range(count)
    ]
    sql.execute(insert(t.agent), agents)
    sql.execute(insert(t.agent_live), [_live(row, n) for n, row in enumerate(agents)])
    index(sql, "agent", agents)


def _live(row: dict[str, Any], n: int) -> dict[str, Any]:
    state = "available" if n % 3 == 0 else "not_ready"
    own = {name: row[name] for name in ("agent_id", "staff_number", "team")}
    return own | {"segment": "Enforcement", "state": state, "since": START, "idle_since": START}


_FIRST: Final = tuple(f"{a}{b}an" for a in "BCDFGHKLMN" for b in ("eth", "ry", "ow", "il", "ar"))
_LAST: Final = tuple(f"{a}{b}ley" for a in "BCDFGHKLMNPRST" for b in ("ant", "oth", "und", "ick"))

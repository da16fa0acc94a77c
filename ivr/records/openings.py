"""Who opened which record without being rung for it: appended, never changed (R-POP-4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from ivr.store import tables as t


def note_opening(sql: Connection, agent_id: int, kind: str, record_id: int, now: datetime) -> None:
    """Keep that the agent opened a record; with the call they have, if they have one."""
    live = t.agent_live
    call_id = sql.scalar(select(live.c.call_id).where(live.c.agent_id == agent_id))
    values = {"agent_id": agent_id, "at": now, "kind": kind, "record_id": record_id, "call_id": call_id}
    sql.execute(insert(t.record_opening).values(values))

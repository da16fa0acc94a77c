"""Who opened which record without being rung for it: audited (R-POP-4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from ivr.domain.ids import AgentId
from ivr.domain.oversight import Audited, Deed
from ivr.store import audit


def note_opening(sql: Connection, agent_id: AgentId, actor: str, kind: str, record_id: int, now: datetime) -> None:
    """Keep that somebody opened a record; with the call they have, if they have one."""
    call_id = audit.call_of(sql, agent_id)
    audit.note(sql, Audited(now, actor, Deed.RECORD_OPENED, kind, record_id, call_id=call_id))

"""Who may set up a caller's PIN, password and answers (R-SEC-1): anybody at first contact; later a team leader, or the
agent whose caller has just passed the check.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from ivr.domain.security import CheckStatus, SecretKind
from ivr.errors import RequestError
from ivr.records.checked import readiness
from ivr.records.deeds import By
from ivr.records.held_secrets import Sealed
from ivr.records.held_secrets import keep as keep_sealed
from ivr.records.secret_keys import SecretKeys
from ivr.store import audit
from ivr.store import tables as t


def check_may(sql: Connection, kind: SecretKind, record_id: int, keys: SecretKeys, by: By) -> None:
    """Raises RequestError where they may not."""
    found = readiness(sql, kind, record_id, keys)
    if found is None or by.leads or found.set_at is None or found.why == "key_missing":
        return
    if not _has_passed(sql, kind, record_id, by):
        words = "PIN and password were set up before: check the caller first, or ask a team leader"
        raise RequestError(words, error_id="security.set_up_already")


def keep(
    sql: Connection, kind: SecretKind, record_id: int, sealed: Sealed, keys: SecretKeys, by: By, now: datetime
) -> bool:
    """Keep them if they may. False: there is no such record. Raises RequestError. Audited."""
    check_may(sql, kind, record_id, keys, by)
    return keep_sealed(sql, kind, record_id, sealed, by, now)


def _has_passed(sql: Connection, kind: SecretKind, record_id: int, by: By) -> bool:
    """Whether this contact has passed the check of the call that the agent has now."""
    table, call_id = t.security_check, audit.call_of(sql, by.agent_id)
    query = select(table.c.check_id).where(
        table.c.call_id == call_id,
        table.c.kind == kind,
        table.c.record_id == record_id,
        table.c.status == CheckStatus.PASSED.value,
    )
    return call_id is not None and sql.scalar(query.limit(1)) is not None

"""How a waiting call stands: what may be said to its caller (R-WAIT-2, R-RONA-4)."""

from __future__ import annotations

from sqlalchemy import Connection, text

from ivr.domain.ids import CallId

_OURS = "SELECT key FROM call_scope WHERE call_id = :call_id AND reach = 'open'"
_LOGGED_IN = text(
    f"""SELECT 1 FROM call_scope s JOIN agent_live a ON
        (s.kind = 'agent' AND a.agent_id = s.agent_id) OR (s.kind = 'team' AND a.team = s.name)
        OR (s.kind = 'segment' AND a.segment = s.name)
    WHERE s.call_id = :call_id AND s.key IN ({_OURS}) AND a.state <> 'logged_out' LIMIT 1"""  # noqa: S608 - a fixed text
)
_AHEAD = text(
    f"""SELECT count(DISTINCT c.call_id) FROM call c JOIN call_scope s ON s.call_id = c.call_id
    JOIN call me ON me.call_id = :call_id
    WHERE c.state IN ('waiting', 'ringing') AND s.reach = 'open' AND s.key IN ({_OURS}) AND c.call_id <> me.call_id
    AND (c.first_waiting_at < me.first_waiting_at
         OR (c.first_waiting_at = me.first_waiting_at AND c.call_id < me.call_id))"""  # noqa: S608 - a fixed text
)


def position(sql: Connection, call_id: CallId) -> int | None:
    """1 for who is next among the calls sharing an open scope; None while nobody eligible is logged in."""
    values = {"call_id": call_id}
    if sql.execute(_LOGGED_IN, values).first() is None:
        return None
    return 1 + int(sql.execute(_AHEAD, values).scalar_one())

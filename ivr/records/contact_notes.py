"""A contact's notes (R-ACT-2): appended with author and time, never changed; an activity's description says of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, insert, select

from ivr.domain.activities import DESCRIPTION_LENGTH
from ivr.domain.oversight import Deed
from ivr.domain.words import RecordKind
from ivr.errors import RequestError
from ivr.records import activities, activity_deeds
from ivr.records.activities import Activity
from ivr.records.deeds import By, To, hold, note
from ivr.records.opened import Colleague
from ivr.store import tables as t

SAYS_SO: Final = "[more in the contact's notes]"
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class ContactNote:
    """A note of a contact. ``activity_id``: the activity whose description it goes on from."""

    note_id: int
    at: datetime
    by: Colleague
    activity_id: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Appended:
    """A note, and the activity whose description says of it."""

    note: ContactNote
    activity: Activity | None


def of_record(sql: Connection, kind: RecordKind, record_id: int) -> tuple[ContactNote, ...]:
    """A contact's notes, the latest first."""
    table = t.contact_note
    query = _all().where(table.c.kind == kind, table.c.record_id == record_id)
    return tuple(map(_read, sql.execute(query.order_by(table.c.note_id.desc()).limit(MOST))))


def append(
    sql: Connection, kind: RecordKind, record_id: int, text: str, activity_id: str | None, by: By, now: datetime
) -> Appended | None:
    """Append a note. None: there is no such record. Raises RequestError for an activity that is another's or closed."""
    if not hold(sql, kind, record_id):
        return None
    rest, activity = ("", None) if activity_id is None else _said(sql, activity_id, by, now)
    values = {"kind": kind, "record_id": record_id, "at": now, "agent_id": by.agent_id, "activity_id": activity_id}
    made = insert(t.contact_note).values(values | {"text": rest + text}).returning(t.contact_note.c.note_id)
    note_id = sql.execute(made).scalar_one()
    note(sql, by, Deed.CONTACT_NOTED, To(kind, record_id, str(note_id)), now)
    row = sql.execute(_all().where(t.contact_note.c.note_id == note_id)).one()
    return Appended(_read(row), activity)


def said_in(description: str) -> tuple[str, str]:
    """The description with the words that say of the notes, and what had to leave it for them: the note begins so."""
    if SAYS_SO in description:
        return description, ""
    room = DESCRIPTION_LENGTH - len(SAYS_SO) - 1
    kept, rest = description[:room].rstrip(), description[room:]
    return f"{kept} {SAYS_SO}".strip(), f"… {rest.strip()}\n\n" if rest.strip() else ""


def _said(sql: Connection, activity_id: str, by: By, now: datetime) -> tuple[str, Activity | None]:
    """What left the description, and the activity as it is now."""
    found = activities.one(sql, activity_id)
    if found is None:
        raise RequestError("there is no such activity", error_id="activity.unknown")
    description, rest = said_in(found.description)
    written = activity_deeds.write(sql, activity_id, {"description": description}, by, now)
    return rest, written or found


def _all() -> Select[Any]:
    table, agent = t.contact_note, t.agent
    return select(table, agent.c.staff_number, agent.c.name).join(agent, agent.c.agent_id == table.c.agent_id)


def _read(row: Row[Any]) -> ContactNote:
    return ContactNote(row.note_id, row.at, Colleague(row.staff_number, row.name), row.activity_id, row.text)

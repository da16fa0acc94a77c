"""One call's time line for the command line: told line by line, or drawn into a file.

Enters: a call's id, or ``last``. Leaves: lines to print. The database is read beside a running service.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, get_args

from sqlalchemy import Connection

from ivr import accepted
from ivr.domain.ids import CallId, Language
from ivr.errors import RequestError
from ivr.mi.call_view.picture import picture
from ivr.mi.call_view.reading import latest, told
from ivr.mi.call_view.timeline import timeline
from ivr.mi.call_view.told import Timeline
from ivr.mi.call_view.words import Words, clock, day, lasted
from ivr.settings import Settings

LAST: Final = "last"
_LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


def lines(settings: Settings, call: str, svg: Path | None, language: str) -> Iterator[str]:
    """The call in words; with ``svg`` it is drawn there and only the file is named.

    Raises RequestError for a call or a language that is not there.
    """
    chosen = next((one for one in _LANGUAGES if one == language), None)
    if chosen is None:
        raise RequestError(f"language: found: {language}; expected: {' or '.join(_LANGUAGES)}")
    found, now = accepted.read(settings, lambda sql: _read(sql, call)), datetime.now(UTC)
    if svg is not None:
        svg.write_text(picture(found, chosen, now), encoding="utf-8")
        yield str(svg)
    else:
        yield from in_lines(found, chosen, now)


def in_lines(found: Timeline, language: Language, now: datetime) -> Iterator[str]:
    """A heading, every step with its time and lane, and what each lane was spent with."""
    words = Words.of(found, language)
    yield words.head("title", day=day(found.begin), time=clock(found.begin), line=found.call.line)
    yield f"{words.about(found.call)} · {words.end(found.call)} · {found.call.call_id}"
    width = max((len(words.lane(lane)) for lane in found.lanes), default=0)
    yield ""
    for mark in found.marks:
        yield f"{mark.number:3}  {clock(mark.at)}  {words.lane(mark.lane):{width}}  {words.mark(mark)}"
    yield ""
    for lane in found.lanes:
        spans = [span for span in found.spans if span.lane == lane]
        spent = "; ".join(f"{clock(span.begin)} {words.span(span)} {lasted(span, now)}" for span in spans)
        if spent:
            yield f"{words.lane(lane):{width}}  {spent}"


def _read(sql: Connection, call: str) -> Timeline:
    call_id = latest(sql) if call == LAST else CallId(call)
    found = None if call_id is None else told(sql, call_id)
    if found is None:
        raise RequestError(f"found: no call {call}; expected: a call's id, as GET /api/calls has it, or {LAST}")
    return timeline(found)

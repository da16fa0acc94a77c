"""A time line in words, English or Welsh: its lanes, what they were spent with, each step. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from ivr.domain.ids import Language
from ivr.domain.routes import CallKind
from ivr.mi.call_view.texts import HEADS, LANES, MARKS, OUTCOMES, SPANS, VALUES, Text, Texts
from ivr.mi.call_view.told import AGENT, CALLER, CallTold, Mark, Span, Timeline, Values

LONDON: Final = ZoneInfo("Europe/London")
_GAP: Final = re.compile(r"\{(\w+)\}")
_NEXT_KEY: Final = re.compile(r", (?=(?:agent|team|segment):)")
_VARIANTS: Final[Mapping[str, str]] = {
    "no_choice": "why",
    "opened": "why",
    "came_in": "role",
    "left": "outcome",
    "dialled": "progress",
    "recording_quiet": "how",
    "recording_stopped": "why",
}
"""The value that makes another sentence of a step."""


class Words:
    """Says things of one call's time line. ``names``: the agents', by staff number."""

    def __init__(self, language: Language, names: Values, kind: str | None = None) -> None:
        """``kind``: of the call; who is called is no caller."""
        self.language = language
        self._names = names
        self._kind = kind

    @classmethod
    def of(cls, timeline: Timeline, language: Language) -> Words:
        """For this time line."""
        return cls(language, timeline.names, timeline.call.kind)

    def lane(self, lane: str) -> str:
        """Whose lane it is."""
        if lane.startswith(AGENT):
            return self._agent(lane.removeprefix(AGENT))
        is_called = lane == CALLER and self._kind == CallKind.OUTBOUND
        return self._in(LANES, "called" if is_called else lane)

    def span(self, span: Span) -> str:
        """What a stretch is spent with, and how it ended."""
        words, outcome = self._in(SPANS, span.what), span.values.get("outcome")
        return words if outcome is None else f"{words}: {self._in(OUTCOMES, outcome)}"

    def mark(self, mark: Mark) -> str:
        """What has happened."""
        return self._filled(self._sentence(mark.what, mark.values), mark.values)

    def end(self, call: CallTold) -> str:
        """How the call ended, or that it goes on."""
        return self.head("now") if call.end is None else self._in(VALUES["end"], call.end)

    def head(self, key: str, **values: str) -> str:
        """One of the headings."""
        return _GAP.sub(lambda gap: values.get(gap[1], ""), self._chosen(HEADS[key]))

    def about(self, call: CallTold) -> str:
        """Brand, language and number."""
        key = "about/outbound" if call.kind == CallKind.OUTBOUND else "about"
        return self.head(key, brand=call.brand.upper(), language=self.head(call.language), caller=call.caller)

    def _sentence(self, what: str, values: Values) -> Text:
        variant = values.get(_VARIANTS.get(what, ""), "")
        if what == "identified" and "case_id" in values:
            variant = "case"
        if what == "ended" and "by" in values:
            variant = "by"
        return MARKS.get(f"{what}/{variant}") or MARKS.get(what) or (what, what)

    def _filled(self, text: Text, values: Values) -> str:
        filled = _GAP.sub(lambda gap: self._value(gap[1], values), self._chosen(text))
        return re.sub(r" +(?=[,:;]|$)|(?<= ) +", "", filled)

    def _value(self, name: str, values: Values) -> str:
        given = values.get(_GIVEN.get(name, name), "")
        if name in {"scopes", "scope", "to"}:
            return ", ".join(self._scope(key) for key in _NEXT_KEY.split(given))
        if name in {"agent", "from", "leader"}:
            return self._agent(given)
        if name == "after" and "code" in values:
            return f"{self._in(VALUES['after'], given)}, {self._in(VALUES['code'], values['code'])}"
        return self._in(VALUES[name], given) if name in VALUES else given

    def _scope(self, key: str) -> str:
        kind, _, name = key.partition(":")
        shown = self._agent(name) if kind == "agent" else name
        return self._in(VALUES["scope"], kind).replace("{name}", shown)

    def _agent(self, staff: str) -> str:
        return (
            self._in(VALUES["scope"], staff) if staff == "outside" else f"{staff} {self._names.get(staff, '')}".strip()
        )

    def _in(self, texts: Texts, key: str) -> str:
        return self._chosen(texts.get(key, (key, key)))

    def _chosen(self, text: Text) -> str:
        return text[0] if self.language == "en" else text[1]


_GIVEN: Final[Mapping[str, str]] = {"key": "option", "tried": "outcome", "number_shown": "number"}
"""Gaps that are filled with a value of another name."""


def clock(at: datetime) -> str:
    """The time of day where the helpline is."""
    return at.astimezone(LONDON).strftime("%H:%M:%S")


def day(at: datetime) -> str:
    """The date as it is written in both languages."""
    return at.astimezone(LONDON).strftime("%d/%m/%Y")


def lasted(span: Span, now: datetime) -> str:
    """How long a stretch was, or is by now: ``0:07``, ``12:30``, ``1:02:03``."""
    seconds = round(((now if span.end is None else span.end) - span.begin).total_seconds())
    hours, rest = divmod(max(0, seconds), 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"

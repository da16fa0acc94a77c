"""Lanes being filled, one thing after another: what each is spent with now, what it was before, what has happened."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from ivr.mi.call_view.told import AGENT, CALLER, IVR, OUTSIDE, QUEUE, During, Mark, Prompt, Span, Values

_FIRST: Final = (CALLER, IVR, QUEUE)


@dataclass(slots=True)
class Lanes:
    """Each lane has one open span at most, so none overlaps. ``at``: the moment of what is being told."""

    at: datetime
    spans: list[Span] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    _open: dict[str, Span] = field(default_factory=dict)

    def begin(self, lane: str, what: During, **values: str) -> None:
        """From now on the lane is spent with ``what``; what it was spent with is over."""
        now = self._open.get(lane)
        if now is not None and (now.what, dict(now.values)) == (what, values):
            return
        self.close(lane)
        self._open[lane] = Span(lane, self.at, None, what, values)

    def close(self, lane: str, **values: str) -> None:
        """Nothing more in this lane; ``values``: what is known of it only at its end."""
        span = self._open.pop(lane, None)
        if span is not None:
            self.spans.append(replace(span, end=max(self.at, span.begin), values={**span.values, **values}))

    def what(self, lane: str) -> During | None:
        """What the lane is spent with now."""
        return self._open[lane].what if lane in self._open else None

    def spent_with(self, what: During) -> list[str]:
        """The lanes that are spent with it now."""
        return [lane for lane, span in self._open.items() if span.what is what]

    @property
    def busy(self) -> list[str]:
        """The lanes that are spent with anything now."""
        return list(self._open)

    def mark(self, lane: str, what: str, values: Values, prompts: tuple[Prompt, ...] = ()) -> None:
        """Something has happened."""
        self.marks.append(Mark(len(self.marks) + 1, lane, self.at, what, dict(values), prompts))

    def all_spans(self) -> tuple[Span, ...]:
        """Every span, those that go on too, by lane and time."""
        by_time = sorted([*self.spans, *self._open.values()], key=lambda span: span.begin)
        return tuple(span for lane in self.names() for span in by_time if span.lane == lane)

    def names(self) -> tuple[str, ...]:
        """The lanes in use: caller, prompts and queue first, then agents and those outside as they came."""
        spans = [*self.spans, *self._open.values()]
        used = dict.fromkeys([*(mark.lane for mark in self.marks), *(span.lane for span in spans)])
        agents = (lane for lane in used if lane.startswith(AGENT))
        outside = (lane for lane in used if lane.startswith(OUTSIDE))
        return (*(lane for lane in _FIRST if lane in used), *agents, *outside)

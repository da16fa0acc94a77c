"""A time line as a picture: a lane each for caller, helpline, queue and agents; every step a numbered mark. Pure.

The numbers are those of the list below it, or, without a list, of whatever shows the steps beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

from ivr.domain.ids import Language
from ivr.mi.call_view.scale import STEP_PX, Scale
from ivr.mi.call_view.told import During, Mark, Span, Timeline
from ivr.mi.call_view.words import Words, clock, day, lasted
from ivr.svg import Canvas, width_px, wrapped

EDGE: Final = 20
NAMES_PX: Final = 168
LEAST_PX: Final = 980
LANE_PX: Final = 62
BAR_PX: Final = 24
HEAD_PX: Final = 92
BARE_PX: Final = 30
"""Room above the lanes with a heading, and without: then only the times stand there."""
AXIS_PX: Final = 68
LIST_LINE_PX: Final = 19
_LAST_PX: Final = 70
"""Room behind the last moment, for its marks and its time."""
STYLE: Final = """
.call-view text { font: 13px system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
 fill: #0b0c0c; font-variant-numeric: tabular-nums }
.call-view .head { font-size: 20px; font-weight: 700 } .call-view .soft { fill: #505a5f } .call-view .name { font-weight: 700 }
.call-view .light { fill: #fff } .call-view .end { text-anchor: end } .call-view .mid { text-anchor: middle }
.call-view .card { fill: #fff } .call-view .lane { fill: #f8f8f8 } .call-view .rule { stroke: #cecece; stroke-width: 1 }
.call-view .bar { stroke-width: 1.5 }
.call-view .menu { fill: #d2e2f1; stroke: #1d70b8 } .call-view .waits { fill: #fff7bf; stroke: #8a6d00 }
.call-view .rings, .call-view .dials { fill: #fff; stroke: #f47738; stroke-dasharray: 5 3 }
.call-view .vain { stroke: #d4351c } .call-view .talks { fill: #00703c; stroke: #00703c }
.call-view .consults, .call-view .consulted, .call-view .interpreter, .call-view .joined { fill: #1d70b8; stroke: #1d70b8 }
.call-view .listening, .call-view .whispering { fill: #fff; stroke: #1d70b8; stroke-dasharray: 2 3 }
.call-view .held, .call-view .holds { fill: url(#hatch); stroke: #505a5f }
.call-view .away { fill: #fff; stroke: #8a6d00; stroke-dasharray: 2 3 }
.call-view .after_call_work { fill: #dde0e2; stroke: #505a5f }
.call-view circle { fill: #fff; stroke: #0b0c0c; stroke-width: 1.2 } .call-view .mark text { font-size: 11px }
.call-view .mark.chosen circle { fill: #ffdd00; stroke-width: 3 }
"""  # noqa: E501 - a style sheet
_HATCH: Final = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#fff"/><rect width="2" height="6" fill="#cfd3d6"/></pattern></defs>'
)
_LIGHT_TEXT: Final = frozenset(
    {During.TALKS, During.CONSULTS, During.CONSULTED, During.INTERPRETER, During.JOINED},
)
_WELL: Final = frozenset({None, "answered"})


def picture(timeline: Timeline, language: Language, now: datetime, *, with_list: bool = True) -> str:
    """The time line as an SVG file's text. ``now``: where what goes on is cut; ``with_list``: the steps in words."""
    return _Picture(timeline, Words.of(timeline, language), now).drawn(with_list=with_list)


class _Picture:
    def __init__(self, timeline: Timeline, words: Words, now: datetime) -> None:
        self._timeline = timeline
        self._words = words
        self._now = now
        self._scale = Scale(timeline, now, LEAST_PX, self._room_px)
        self._head = HEAD_PX
        width = EDGE * 2 + NAMES_PX + self._scale.width + _LAST_PX
        self._canvas = Canvas(round(width), style=STYLE, kind="call-view")

    def drawn(self, *, with_list: bool) -> str:
        canvas, timeline, words = self._canvas, self._timeline, self._words
        canvas.parts.append(_HATCH)
        title = words.head("title", day=day(timeline.begin), time=clock(timeline.begin), line=timeline.call.line)
        if with_list:
            canvas.text(EDGE, 34, title, "head")
            canvas.text(EDGE, 58, f"{words.about(timeline.call)} · {words.end(timeline.call)}", "soft")
        self._head = HEAD_PX if with_list else BARE_PX
        foot = self._lanes(self._head)
        self._axis(foot)
        for span in timeline.spans:
            self._bar(span)
        self._marks()
        canvas.text(EDGE, foot + 20, words.head("scale"), "soft")
        foot = self._list(foot + 52) if with_list else foot + 26
        return canvas.document(round(foot + EDGE / 2), title, self._description())

    def _x(self, at: datetime) -> float:
        return round(EDGE + NAMES_PX + self._scale.px(at), 1)

    def _top(self, lane: str) -> float:
        return self._head + self._timeline.lanes.index(lane) * LANE_PX

    def _lanes(self, top: float) -> float:
        """Names, and a ground for every second; returns the foot."""
        for n, lane in enumerate(self._timeline.lanes):
            y = top + n * LANE_PX
            if n % 2 == 0:
                self._canvas.box(EDGE - 8, y, self._canvas.width - 2 * (EDGE - 8), LANE_PX, "lane")
            for row, text in enumerate(wrapped(self._words.lane(lane), NAMES_PX - 20)[:3]):
                self._canvas.text(EDGE, y + 24 + row * 16, text, "name")
        return top + len(self._timeline.lanes) * LANE_PX

    def _axis(self, foot: float) -> None:
        """Times of day above the lanes, as many as have room, each with a line down."""
        free_from = 0.0
        for at in self._scale.moments:
            x = self._x(at)
            if x >= free_from:
                self._canvas.text(x, self._head - 8, clock(at), "soft mid")
                self._canvas.arrow(f"M{x:g} {self._head - 4:g} V{foot:g}", "rule")
                free_from = x + AXIS_PX

    def _bar(self, span: Span) -> None:
        begin, end = self._x(span.begin), self._x(self._now if span.end is None else span.end)
        width = max(4.0, end - begin)
        kind = f"bar {span.what}" + (" vain" if _is_vain(span) else "")
        y = self._top(span.lane) + 8
        self._canvas.parts.append(f"<g><title>{escape(self._words.span(span))}</title>")
        self._canvas.box(begin, y, width, BAR_PX, kind)
        text = self._fitting(span, width - 10)
        if text:
            self._canvas.text(begin + 6, y + 17, text, "light" if span.what in _LIGHT_TEXT else "s")
        self._canvas.parts.append("</g>")

    def _room_px(self, span: Span) -> float:
        return width_px(self._short(span)) + 12

    def _short(self, span: Span) -> str:
        return self._words.span(span).partition(":")[0] + (" ✕" if _is_vain(span) else "")

    def _fitting(self, span: Span, room_px: float) -> str:
        """As much of what the stretch is as fits in it."""
        whole = self._words.span(span)
        short, time = self._short(span), lasted(span, self._now)
        candidates = (f"{whole} {time}", whole, f"{short} {time}", short)
        return next((text for text in candidates if width_px(text) <= room_px), "")

    def _marks(self) -> None:
        beside: dict[tuple[str, datetime], int] = defaultdict(int)
        for mark in self._timeline.marks:
            n = beside[mark.lane, mark.at]
            beside[mark.lane, mark.at] += 1
            x, y = self._x(mark.at) + n * STEP_PX, self._top(mark.lane) + 46
            self._canvas.parts.append(
                f'<g class="mark" data-step="{mark.number}"><title>{escape(self._told(mark))}</title>'
                f'<circle cx="{x:g}" cy="{y:g}" r="10"/>'
                f'<text class="mid" x="{x:g}" y="{y + 4:g}">{mark.number}</text></g>'
            )

    def _told(self, mark: Mark) -> str:
        return f"{clock(mark.at)} {self._words.lane(mark.lane)}: {self._words.mark(mark)}"

    def _list(self, top: float) -> float:
        """The steps in words, in two columns; returns the foot."""
        marks, width = self._timeline.marks, (self._canvas.width - 2 * EDGE - 20) / 2
        half = (len(marks) + 1) // 2
        feet = [
            self._column(EDGE + n * (width + 20), top, width, part)
            for n, part in enumerate((marks[:half], marks[half:]))
        ]
        return max(feet)

    def _column(self, x: float, top: float, width: float, marks: Sequence[Mark]) -> float:
        y = top
        for mark in marks:
            self._canvas.text(x + 20, y, str(mark.number), "end soft")
            self._canvas.text(x + 30, y, clock(mark.at), "soft")
            text = f"{self._words.lane(mark.lane)}: {self._words.mark(mark)}"
            lines = wrapped(text, width - 112)
            self._canvas.lines(x + 104, y, lines)
            y += LIST_LINE_PX * len(lines)
        return y

    def _description(self) -> str:
        lanes = ", ".join(self._words.lane(lane) for lane in self._timeline.lanes)
        steps = "; ".join(self._steps())
        return self._words.head("description", lanes=lanes, count=str(len(self._timeline.marks)), steps=steps)

    def _steps(self) -> Iterator[str]:
        return (self._told(mark) for mark in self._timeline.marks)


def _is_vain(span: Span) -> bool:
    return span.what is During.RINGS and span.values.get("outcome") not in _WELL

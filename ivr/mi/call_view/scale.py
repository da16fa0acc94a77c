"""Where a moment stands on a time line: in order, long stretches shortened, with room for each lane's marks. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from math import log2
from typing import Final

from ivr.mi.call_view.told import Span, Timeline

STEP_PX: Final = 22
"""Between two marks of one lane."""
_LEAST_PX: Final = 9
_DOUBLING_PX: Final = 16
_MOST_PX: Final = 150
"""Of one stretch between two things that happen, however long it was."""


class Scale:
    """From moments to pixels from the beginning. A call that goes on ends ``now``."""

    def __init__(self, timeline: Timeline, now: datetime, least_px: float, room_px: Callable[[Span], float]) -> None:
        """``least_px``: a short call is stretched to so much; ``room_px``: what a stretch needs for its word."""
        self._room_px = room_px
        self._until = timeline.until(now)
        moments = {timeline.begin, self._until, *(mark.at for mark in timeline.marks)}
        moments |= {at for span in timeline.spans for at in (span.begin, span.end) if at is not None}
        self._moments = sorted(moments)
        places = self._placed(timeline)
        factor = max(1.0, least_px / places[-1]) if places[-1] else 1.0
        self._places = [place * factor for place in places]

    @property
    def moments(self) -> list[datetime]:
        """Every moment at which something happens."""
        return self._moments

    @property
    def width(self) -> float:
        """From the first moment to the last, with room for what happens in it."""
        return self._places[-1]

    def px(self, at: datetime) -> float:
        """Where a moment stands; one between two of the known at the earlier's."""
        return self._places[max(0, bisect_right(self._moments, at) - 1)]

    def _placed(self, timeline: Timeline) -> list[float]:
        crowd = Counter((mark.lane, mark.at) for mark in timeline.marks)
        places, free_from, x = dict[datetime, float](), dict[str, float](), 0.0
        for n, at in enumerate(self._moments):
            if n:
                x += _stretch_px((at - self._moments[n - 1]).total_seconds())
            here = {lane: count for (lane, moment), count in crowd.items() if moment == at}
            x = max([x, *(free_from.get(lane, 0.0) for lane in here), *self._needed(timeline, at, places)])
            places[at] = x
            free_from |= {lane: x + count * STEP_PX for lane, count in here.items()}
        return list(places.values())

    def _needed(self, timeline: Timeline, at: datetime, places: Mapping[datetime, float]) -> Iterator[float]:
        """From where on each stretch that ends now has had room for its word."""
        for span in timeline.spans:
            if (span.end or self._until) == at and span.begin < at:
                yield places[span.begin] + self._room_px(span)


def _stretch_px(seconds: float) -> float:
    return min(_MOST_PX, _LEAST_PX + _DOUBLING_PX * log2(1 + max(0.0, seconds)))

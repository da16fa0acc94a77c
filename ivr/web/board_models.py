"""The boards as they go over the wire: queues with today's figures and what is broken in them, and the day itself."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import AwareDatetime, Field

from ivr.domain.routes import ScopeKind
from ivr.domain.thresholds import BreachKind
from ivr.web.leading_models import Named
from ivr.web.models import Model

Percent = Annotated[int, Field(ge=0, le=100)]
ServiceLevel = Annotated[
    Percent | None,
    Field(
        description="of the calls answered, or given up after more than 5 s of waiting, the share answered within the "
        "target, in whole percent; null: there are none yet"
    ),
]


class QueueToday(Model):
    """What became of the calls that arrived today and were entered in this queue (docs/measures.md)."""

    entered: int
    answered: int
    abandoned: int
    abandoned_short: Annotated[int, Field(description="of those abandoned, so many within 5 s of beginning to wait")]
    redirected: Annotated[int, Field(description="an agent's phone rang for one, or was to, and was not answered")]
    answered_percent: Annotated[
        Percent | None,
        Field(description="of those entered that neither went to another queue nor wait still; null: there are none"),
    ]
    service_level_percent: ServiceLevel


class TargetNow(Model):
    """The service level aimed at: ``percent`` of calls answered within ``within_s`` seconds."""

    percent: Percent
    within_s: float


class LimitsNow(Model):
    """A queue's thresholds (R-MON-3); null: it has none."""

    waiting: Annotated[int | None, Field(description="more calls than this wait: broken")]
    longest_wait_s: Annotated[float | None, Field(description="a call has waited so long: broken")]
    service_level_percent: Annotated[Percent | None, Field(description="today's service level is below it: broken")]


class Breach(Model):
    """A threshold that is broken now. Told anew when it begins, when its value changes, and when it is acknowledged;
    gone from its queue's ``breaches`` when it is over.
    """

    breach_id: Annotated[int, Field(description="another one each time the threshold breaks anew")]
    what: BreachKind
    value: Annotated[
        int | None,
        Field(description="calls waiting, or percent; null of the longest wait: count it from longest_waiting_since"),
    ]
    limit: float
    since: AwareDatetime
    acknowledged_by: Annotated[Named | None, Field(description="the team leader who was first to say they know")]
    acknowledged_at: AwareDatetime | None


class QueueNow(Model):
    """A queue: the calls that wait through the scope of a team or a segment, who could take them, today's figures, and
    what is broken.
    """

    key: Annotated[str, Field(examples=["segment:GICH"])]
    kind: ScopeKind
    name: str
    waiting: int
    ringing: int
    longest_waiting_since: AwareDatetime | None
    available: int
    logged_in: int
    call_backs: Annotated[int, Field(description="of those waiting, so many whose callers are to be called back")] = 0
    today: QueueToday
    target: TargetNow
    limits: LimitsNow
    breaches: tuple[Breach, ...]


class Queues(Model):
    """Team leaders see all queues, agents those of their own team and segment."""

    queues: tuple[QueueNow, ...]


class Slice(Model):
    """A quarter of an hour: the calls that arrived in it, what has become of them. ``abandoned``: short ones too."""

    begin: AwareDatetime
    offered: int
    answered: int
    abandoned: int


class TodayTotals(Model):
    """All lines' calls that arrived today: offered = answered + abandoned + otherwise + in progress."""

    offered: int
    answered: int
    abandoned: Annotated[int, Field(description="in the menu or in the queue, short ones too")]
    abandoned_short: Annotated[int, Field(description="of those, so many within 5 s")]
    otherwise: Annotated[
        int, Field(description="closed, unknown number, called back, sent outside, or lost to a fault")
    ]
    in_progress: Annotated[int, Field(description="neither answered nor over: in the menu, waiting, or ringing")]
    redirected: Annotated[int, Field(description="an agent's phone rang for one, or was to, and was not answered")]
    service_level_percent: ServiceLevel
    average_speed_of_answer_s: Annotated[
        float | None, Field(description="from the beginning of the wait to the answer; null: nobody was answered")
    ]
    longest_wait_s: Annotated[
        float | None,
        Field(description="the longest that a caller waited who was answered or gave up; null: nobody did"),
    ]


class Today(Model):
    """The calendar day of Europe/London so far. ``slices``: from the first quarter of an hour with a call to the last,
    none left out; a call counts in the one it arrived in.
    """

    day: dt.date
    begin: AwareDatetime
    slices: tuple[Slice, ...]
    target: TargetNow
    totals: TodayTotals

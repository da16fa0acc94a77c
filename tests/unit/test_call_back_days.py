"""The 24 hours of a call back on real days: holidays of both nations, the change of the clocks (R-CB-3, R-CB-4)."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr import config
from ivr.config.dialplan import Dialplan
from ivr.domain.call_backs import LONDON, Whose, alarm, limit_at, preferred_at
from ivr.domain.ids import Brand
from ivr.settings import PROJECT

HOURS = """
[{name}]
nation = "{nation}"
open = ["mon-fri 08:00-18:00"]
"""
NATIONS = {
    "clients": "england-and-wales",
    "employers": "england-and-wales",
    "always": "england-and-wales",
    "clients-ni": "northern-ireland",
}
_INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


@pytest.fixture(scope="module")
def dialplan(tmp_path_factory: pytest.TempPathFactory) -> Dialplan:
    """The dialplan as shipped, but open from Monday to Friday, and closed on public holidays."""
    folder = tmp_path_factory.mktemp("days") / "dialplan"
    shutil.copytree(PROJECT / "dialplan", folder)
    text = "".join(HOURS.format(name=name, nation=nation) for name, nation in NATIONS.items())
    (folder / "hours.toml").write_text(text)
    return config.load(folder)


def _at(day: str, clock: str = "10:00") -> datetime:
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), LONDON)


@pytest.mark.parametrize(
    ("brand", "raised", "due"),
    [
        ("cmg", "2026-03-16", "2026-03-17"),  # the day before St Patrick's day
        ("nicms", "2026-03-16", "2026-03-18"),
        ("nicms", "2026-03-17", "2026-03-18"),  # on it
        ("nicms", "2026-03-18", "2026-03-19"),  # after it
        ("cmg", "2026-07-10", "2026-07-13"),  # a Friday; the 12th of July is a Sunday
        ("nicms", "2026-07-10", "2026-07-14"),
        ("cmg", "2026-08-28", "2026-09-01"),  # the summer bank holiday, a Monday
        ("nicms", "2026-08-28", "2026-09-01"),
        ("cmg", "2026-12-24", "2026-12-29"),  # Christmas on a Friday, Boxing Day's Monday
        ("nicms", "2026-12-24", "2026-12-29"),
        ("cmg", "2026-04-02", "2026-04-07"),  # Good Friday to Easter Monday, behind the clocks' change
    ],
)
def test_the_limit_before_on_and_after_a_public_holiday(
    dialplan: Dialplan, brand: Brand, raised: str, due: str
) -> None:
    """R-CB-3, R-LINE-5: the same time on the next day that is open in that nation."""
    assert limit_at(_at(raised), partial(dialplan.is_open_day, brand)) == _at(due)


def test_the_preferred_time_is_not_on_a_holiday(dialplan: Dialplan) -> None:
    """R-CB-4: on Christmas Eve in the afternoon, their nine o'clock is on the 29th."""
    found = preferred_at(_at("2026-12-24", "15:00"), time(9), partial(dialplan.is_open_day, "cmg"))
    assert found == _at("2026-12-29", "09:00")


@given(raised=_INSTANTS, brand=st.sampled_from(["cmg", "nicms"]), whose=st.sampled_from(Whose))
def test_a_call_back_is_due_on_an_open_day_at_the_time_of_its_request(
    dialplan: Dialplan, raised: datetime, brand: Brand, whose: Whose
) -> None:
    """R-CB-3: whatever the day, in winter and in summer; a time that the night leaves out is an hour later."""
    is_open = partial(dialplan.is_open_day, brand)
    due = alarm(raised, whose, None, is_open)
    began, ends = raised.astimezone(LONDON), due.ends_at.astimezone(LONDON)
    assert is_open(ends.date())
    assert ends.date() > began.date()
    between = (began.date() + timedelta(days=ahead) for ahead in range(1, (ends.date() - began.date()).days))
    assert not any(is_open(day) for day in between)
    assert ends.time() == began.time() or (ends - timedelta(hours=1)).time() == began.time()
    assert due.ends_at - due.starts_at == timedelta(minutes=30)

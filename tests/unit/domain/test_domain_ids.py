"""Ids of calls and offers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.ids import new_call_id, new_offer_id

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive for hypothesis


@given(MOMENTS, st.integers(1, 10**9))
def test_ids_sort_by_time(moment: datetime, later_ms: int) -> None:
    """The order of ids breaks ties of waiting, so it must be the order of time."""
    assert new_call_id(moment) < new_call_id(moment + timedelta(milliseconds=later_ms))
    assert new_offer_id(moment) < new_offer_id(moment + timedelta(milliseconds=later_ms))


def test_ids_of_one_moment_differ_and_fit_their_columns() -> None:
    """Several calls arrive in one millisecond; a column holds 20 characters."""
    moment = datetime(2026, 1, 5, 9, tzinfo=UTC)
    ids = {new_call_id(moment) for _ in range(200)}
    assert len(ids) == 200
    assert all(len(call_id) <= 20 and call_id.isalnum() for call_id in ids)

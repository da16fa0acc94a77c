"""The circuit breaker: when another system of record is not asked, and how it comes to be asked again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.records.edge.breaker import Admitted, Breaker

FAILURES, REST_S = 3, 10.0
STEPS = st.lists(
    st.tuples(st.sampled_from(["ask", "well", "ill", "gave_up"]), st.floats(0, 6), st.integers(0, 3)), max_size=60
)


@given(STEPS)
def test_whatever_happens_it_rests_then_tries_once(steps: list[tuple[str, float, int]]) -> None:
    """Never asked during the rest, never two trials at once, never closed but by an answer, never shut for good."""
    breaker, at, under_way = Breaker(FAILURES, REST_S), 0.0, list[Admitted]()
    in_a_row, opened_at = 0, float("-inf")
    for step, passed_s, which in steps:
        at += passed_s
        if step == "ask":
            was, on_trial = breaker.state, any(one.on_trial for one in under_way)
            admitted = breaker.admit(at)
            assert (admitted is not None) == (was == "closed" or (not on_trial and at - opened_at >= REST_S))
            if admitted is not None:
                assert admitted.on_trial == (was != "closed")
                under_way.append(admitted)
        elif under_way:
            ended = under_way.pop(which % len(under_way))
            counts = ended.on_trial or breaker.state == "closed"
            if step == "well":
                breaker.succeeded(ended)
                in_a_row = 0 if counts else in_a_row
            elif step == "ill":
                breaker.failed(ended, at)
                in_a_row += counts and not ended.on_trial
                opened_at = at if counts and breaker.state == "open" else opened_at
            else:
                breaker.gave_up(ended)
            assert (breaker.state == "closed") == (in_a_row < FAILURES)
        assert sum(one.on_trial for one in under_way) == (breaker.state == "half_open")


def test_it_opens_rests_tries_and_closes() -> None:
    """The way through all its states, in figures."""
    breaker = Breaker(FAILURES, REST_S)
    for _ in range(FAILURES):
        breaker.failed(_admitted(breaker, 0.0), 0.0)
    assert breaker.state == "open"
    assert breaker.admit(9.9) is None
    trial = _admitted(breaker, 10.0)
    assert trial.on_trial
    assert breaker.admit(10.0) is None
    breaker.failed(trial, 10.5)
    assert breaker.admit(20.4) is None
    trial = _admitted(breaker, 20.5)
    assert not breaker.is_well
    breaker.succeeded(trial)
    assert (breaker.state, breaker.is_well) == ("closed", True)


def _admitted(breaker: Breaker, at: float) -> Admitted:
    admitted = breaker.admit(at)
    assert admitted is not None
    return admitted

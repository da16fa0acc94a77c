"""What is kept of a call before it waits, and what of it may be shown."""

from __future__ import annotations

import pytest

from ivr.acd import ledger
from ivr.domain.ids import CallId
from ivr.errors import StoreError
from tests.unit.acd.world import World


def test_an_arrival_is_a_row_and_a_step() -> None:
    """R-LINE-1, R-DTMF-5: the line is named, of the number dialled the last three digits."""
    world = World()
    call = world.arrives()
    assert world.journey(call) == [("arrived", {"line": "general", "dnis": "…100"})]


def test_a_choice_in_the_menu_is_kept() -> None:
    """R-MENU-2."""
    world = World()
    call = world.arrives()
    world.run(ledger.choose_menu, call, "1", world.now)
    assert world.call(call).menu_choice == "1"
    assert world.journey(call)[-1] == ("chose", {"option": "1"})


def test_a_keyed_reference_shows_its_last_three_digits() -> None:
    """R-DTMF-3, R-DTMF-5: the call's record keeps what was keyed, the journey never all of it."""
    world = World()
    call = world.arrives()
    world.run(ledger.note_attempt, call, "scin", 1, "invalid", "123456789012", world.now)
    step, data = world.journey(call)[-1]
    assert (step, data) == ("attempted", {"what": "scin", "number": "1", "outcome": "invalid", "keyed": "…012"})
    assert world.store.rows.attempts[-1].keyed == "123456789012"


def test_a_keyed_date_shows_nothing() -> None:
    """R-DTMF-5: a date of birth shows no digit."""
    world = World()
    call = world.arrives()
    world.run(ledger.note_attempt, call, "date_of_birth", 2, "ambiguous", "01022015", world.now)
    assert "keyed" not in world.journey(call)[-1][1]


def test_nothing_keyed_shows_nothing() -> None:
    """R-DTMF-2: none is an outcome, and no digits."""
    world = World()
    call = world.arrives()
    world.run(ledger.note_attempt, call, "scin", 1, "none", "", world.now)
    assert "keyed" not in world.journey(call)[-1][1]


def test_whom_it_is_about_is_set_piece_by_piece() -> None:
    """R-POP-1: what is not given stays."""
    world = World()
    call = world.arrives()
    world.run(ledger.identify, call, client_id=5, pop="record")
    world.run(ledger.identify, call, case_id=9, now=world.now)
    row = world.call(call)
    assert (row.client_id, row.case_id, row.pop) == (5, 9, "record")
    assert world.journey(call)[-1] == ("identified", {"case_id": "9"})


def test_a_call_that_is_not_there_is_a_mistake_of_ours() -> None:
    """Nothing is silently written to nowhere."""
    world = World()
    with pytest.raises(StoreError, match="no call"):
        world.run(ledger.choose_menu, CallId("nobody"), "1", world.now)

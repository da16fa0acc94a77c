"""A service that hangs is found; one that starts slowly, refuses, or misses a beat is not taken for it."""

from __future__ import annotations

import asyncio

import pytest

from ivr.supervisor.pulse import Pulse, answers
from tests.unit.virtual_time import now, run_virtual


def hangs_found(beats: str) -> list[float]:
    """When (seconds) a hang was found, for a service that answers (``x``) or does not (``.``) each time it is asked."""
    asked = iter(beats)
    found: list[float] = []

    async def beat() -> bool:
        try:
            return next(asked) == "x"
        except StopIteration:
            raise EOFError from None

    async def hung() -> None:
        found.append(now())

    async def story() -> None:
        with pytest.raises(EOFError):
            await Pulse(beat, try_every_s=5, missed_pulses=3).watch(hung)

    run_virtual(story())
    return found


def test_a_service_that_stops_answering_is_found() -> None:
    """Supervision: three missed pulses in a row, five seconds apart, are a hang."""
    assert hangs_found("xx...") == [20.0]


def test_a_service_that_misses_a_beat_now_and_then_is_left_alone() -> None:
    """Supervision: only misses in a row count."""
    assert hangs_found("x..x..x..x") == []


def test_a_service_that_starts_slowly_is_left_alone() -> None:
    """Supervision: who never answered is starting, not hung; a new start after a hang is waited for again."""
    assert hangs_found("......x") == []
    assert hangs_found("x.........x...") == [15.0, 60.0]


async def test_a_port_that_accepts_and_says_nothing_is_no_pulse() -> None:
    """Supervision: the kernel accepts for a stopped process too; only an answer counts."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert not await answers("127.0.0.1", port, limit_s=0.1)
    assert not await answers("127.0.0.1", port, limit_s=0.1)

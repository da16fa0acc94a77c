"""A loop whose clock jumps to the next timer whenever nothing is left to do: hours pass at once, and exactly."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _JumpingSelector(selectors.DefaultSelector):
    """Instead of sleeping until the next timer it moves the loop's clock there."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise AssertionError("everybody waits and no timer is set: this would hang for ever")
        self.now += max(timeout, 0.0)
        return super().select(0)


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """``time()`` starts at 0 and passes only while everybody waits."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Virtual seconds."""
        return self._jumping.now


def run_virtual(story: Coroutine[Any, Any, T]) -> T:
    """Run ``story`` in virtual time; a task it leaves behind fails the test."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        result = runner.run(story)
        left = asyncio.all_tasks(runner.get_loop())
        assert not left, f"tasks left behind: {left}"
        return result


def now() -> float:
    """Virtual seconds since the story began."""
    return asyncio.get_running_loop().time()

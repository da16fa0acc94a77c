"""Which tests a worker is dealt: one begins with what works a processor hard, the others with stories, which wait.

pytest-xdist (``--dist worksteal``) gives each worker a part of the list, all of about one length, and whoever is done
takes from the end of the longest part. So stories stand in front of all parts but the first, folder by folder, since a
folder has a helpline of its own; behind them stand unit tests, which the first worker comes to take. With that no two
workers compute at once for long, and stories, whose limits are seconds, have a processor when they need one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, groupby
from typing import Final, TypeVar

Test = TypeVar("Test")
SLOW_COUNTS: Final = 6
"""How many other stories one takes as long as that is marked slow."""


def in_parts(
    tests: Sequence[Test],
    workers: int,
    folder_of_story: Callable[[Test], str | None],
    is_slow: Callable[[Test], bool],
) -> list[Test]:
    """The tests in the order in which as many workers are dealt them; ``folder_of_story``: None of what is no story."""
    stories = [test for test in tests if folder_of_story(test) is not None]
    others = iter([test for test in tests if folder_of_story(test) is None])
    hands = _dealt(_folders(stories, folder_of_story), workers - 1, is_slow)
    sizes = _sizes(len(tests), workers)
    parts = [_filled(hand, size, others) for hand, size in zip([[], *hands], sizes, strict=True)]
    return [*chain(*parts), *others]


def _folders(stories: Iterable[Test], folder_of: Callable[[Test], str | None]) -> list[list[Test]]:
    return [list(folder) for _, folder in groupby(stories, folder_of)]


def _dealt(folders: list[list[Test]], hands: int, is_slow: Callable[[Test], bool]) -> list[list[Test]]:
    """Each folder, the longest first, to whoever has least; in a hand the slow ones come first."""
    dealt: list[list[Test]] = [[] for _ in range(hands)]
    if not dealt:
        return []

    def length(tests: list[Test]) -> int:
        return sum(SLOW_COUNTS if is_slow(test) else 1 for test in tests)

    for folder in sorted(folders, key=length, reverse=True):
        min(dealt, key=length).extend(folder)
    return [sorted(hand, key=lambda test: not is_slow(test)) for hand in dealt]


def _sizes(tests: int, workers: int) -> list[int]:
    """How many tests each part has, as pytest-xdist cuts them."""
    sizes: list[int] = []
    for left in range(workers, 0, -1):
        sizes.append((tests - sum(sizes)) // left)
    return sizes


def _filled(hand: list[Test], size: int, others: Iterable[Test]) -> list[Test]:
    return [*hand, *(test for _, test in zip(range(size - len(hand)), others, strict=False))]

"""The order in which workers are dealt the tests."""

from __future__ import annotations

from tests.order import in_parts

STORIES = [f"{folder}/{number}" for folder in ("menu", "waiting", "trunks", "soak") for number in range(3)]
UNITS = [f"unit/{number}" for number in range(20)]


def _ordered(tests: list[str], workers: int) -> list[str]:
    def folder(test: str) -> str | None:
        return None if test.startswith("unit") else test.split("/", maxsplit=1)[0]

    return in_parts(tests, workers, folder, lambda test: test == "soak/1")


def test_one_worker_computes_and_the_others_begin_with_stories() -> None:
    """Of 32 tests and four workers each part has eight."""
    found = _ordered([*STORIES, *UNITS], 4)
    assert sorted(found) == sorted([*STORIES, *UNITS]), "each once"
    parts = [found[begin : begin + 8] for begin in range(0, 32, 8)]
    assert parts[0] == UNITS[:8]
    assert parts[1] == ["soak/1", "soak/0", "soak/2", *UNITS[8:13]], "the slow one first, its folder with it"
    assert [[test.split("/")[0] for test in part] for part in parts[2:]] == [
        [*["menu"] * 3, *["trunks"] * 3, "unit", "unit"],
        [*["waiting"] * 3, *["unit"] * 5],
    ]


def test_one_worker_has_the_slow_first_when_there_are_no_others() -> None:
    assert _ordered(STORIES, 2)[:1] == ["soak/1"]
    assert sorted(_ordered(STORIES, 4)) == sorted(STORIES)

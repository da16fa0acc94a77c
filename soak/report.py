"""What a soak was and what came of it, as a table for people and as values for programs. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ivr.mi.measures import LineSums, QueueSums, Sums
from soak.run import Soaked


@dataclass(frozen=True, slots=True)
class Report:
    """All that is told. ``silence``: the longest, and whose."""

    soaked: Soaked
    sums: Sums
    ends: Mapping[str, Mapping[str, int]]
    warnings: Mapping[str, int]
    silence: str
    wrong: Sequence[str]
    load: str


def ends_by_wish(soaked: Soaked, ends: Mapping[int, str]) -> dict[str, dict[str, int]]:
    """How calls ended, by what their callers did; ``ends`` by the caller's order."""
    found: dict[str, Counter[str]] = {}
    for party in soaked.parties:
        found.setdefault(party.wish.value, Counter())[ends.get(party.order, "no row")] += 1
    return {wish: dict(sorted(counted.items())) for wish, counted in sorted(found.items())}


def table(report: Report) -> str:
    """The report as text."""
    plan = report.soaked.plan
    lines = [
        f"{plan.calls} calls at {plan.rate:g}/s, seed {plan.seed}, {report.soaked.took_s:.0f} s; {report.load}",
        "",
        *_block("callers hung up | and their calls ended", [(w, _counts(e)) for w, e in report.ends.items()]),
        *_block("deed | outcomes", _deeds(report.soaked)),
        *_block("line | sums", [(name, _sums(one)) for name, one in sorted(report.sums.lines.items())]),
        *_block("queue | sums", [(name, _sums(one)) for name, one in sorted(report.sums.queues.items())]),
        *_block("warned of | times", [(name, str(count)) for name, count in sorted(report.warnings.items())]),
        f"The longest silence: {report.silence}.",
        "",
        *(f"WRONG: {one}" for one in report.wrong),
        f"{len(report.wrong)} things are wrong." if report.wrong else "Nothing is wrong.",
    ]
    return "\n".join(lines) + "\n"


def values(report: Report) -> dict[str, Any]:
    """The same for programs, to be written as JSON."""
    return {
        "plan": asdict(report.soaked.plan),
        "took_s": report.soaked.took_s,
        "ends": report.ends,
        "deeds": {deed: dict(outcomes) for deed, outcomes in _by_deed(report.soaked).items()},
        "lines": {name: asdict(one) for name, one in report.sums.lines.items()},
        "queues": {name: asdict(one) for name, one in report.sums.queues.items()},
        "warnings": dict(report.warnings),
        "longest_silence": report.silence,
        "wrong": list(report.wrong),
    }


def _block(head: str, rows: Sequence[tuple[str, str]]) -> list[str]:
    width = max((len(name) for name, _ in rows), default=0)
    first, _, second = head.partition(" | ")
    body = [f"  {name:{width}}  {text}" for name, text in rows]
    return [f"{first}: {second}", *body, ""]


def _by_deed(soaked: Soaked) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for (deed, outcome), count in sorted(soaked.tally.deeds.items()):
        found.setdefault(deed, Counter())[outcome] += count
    return found


def _deeds(soaked: Soaked) -> list[tuple[str, str]]:
    return [(deed, _counts(outcomes)) for deed, outcomes in _by_deed(soaked).items()]


def _counts(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counted.items())


def _sums(sums: LineSums | QueueSums) -> str:
    return _counts({name: count for name, count in asdict(sums).items() if count})

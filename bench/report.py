"""The figures beside their aims, as a table and as a picture. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

from bench.figures import Load, Measured, percentile

AGENT_RATIO: Final = 4.0
AGENT_P99_MS: Final = 50.0
PROMPT_MS: Final = 30.0
CPU_SHARE: Final = 0.7
AVAILABLE_P99_MS: Final = 50.0
MANY_AGENTS_RATIO: Final = 2.0
WAITING_KIB: Final = 64.0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; ``aim``: the most that ``judged`` may be."""

    what: str
    dialplan: str
    service: str
    judged: float | None = None
    aim: float | None = None
    unit: str = ""

    @property
    def verdict(self) -> str:
        """``pass``, ``miss``, or nothing where there is no aim."""
        if self.aim is None or self.judged is None:
            return ""
        return "pass" if self.judged <= self.aim else "miss"


def rows(measured: Measured) -> Iterator[Row]:
    """Every figure."""
    for rate in sorted({load.rate for load in measured.loads}):
        yield from _load_rows(rate, measured.load("dialplan", rate), measured.load("service", rate))
    took = measured.available_ms
    p50, p99 = percentile(took, 0.5), percentile(took, 0.99)
    what = f"agent asks to be Available -> waiting call's INVITE, p50 / p99 of {len(took)}"
    yield Row(what, "", f"{p50:.1f} / {p99:.1f} ms", p99, AVAILABLE_P99_MS, " ms")
    few, many = min(measured.reserve_ms), max(measured.reserve_ms)
    yield Row(f"queue and reserve in the store, {few} agents, p50", "", f"{measured.reserve_ms[few]:.2f} ms")
    ratio = measured.reserve_ms[many] / measured.reserve_ms[few]
    text = f"{measured.reserve_ms[many]:.2f} ms"
    yield Row(f"the same, {many:,} agents, against {few}", "", text, ratio, MANY_AGENTS_RATIO, " x")
    kib = measured.waiting_kib
    yield Row("memory of a waiting call", "", f"{kib:.0f} KiB", kib, WAITING_KIB, " KiB")


def _load_rows(rate: float, plain: Load, service: Load) -> Iterator[Row]:
    at = f"{rate:g} calls/s: "
    yield Row(at + "calls / errors", f"{plain.calls} / {len(plain.errors)}", f"{service.calls} / {len(service.errors)}")
    yield Row(at + "INVITE -> answer, p50 / p99", _both(_answers(plain)), _both(_answers(service)))
    prompts = [journey.prompt_ms for journey in service.journeys]
    p50 = percentile(prompts, 0.5)
    yield Row(at + "key -> next prompt, p50 / p99", _both(_prompts(plain)), _both(prompts), p50, PROMPT_MS, " ms p50")
    yield from _agent_rows(at, _agents(plain), _agents(service))
    cpu, pbx = service.service_ms_per_call, service.pbx_ms_per_call
    yield Row(at + "Asterisk's CPU per call", f"{plain.pbx_ms_per_call:.1f} ms", f"{pbx:.1f} ms")
    share = cpu / pbx if pbx else float("nan")
    yield Row(at + "service's CPU per call, of Asterisk's", "", f"{cpu:.1f} ms", share, CPU_SHARE, " x")


def _agent_rows(at: str, plain: list[float], service: list[float]) -> Iterator[Row]:
    plain_p50, p50, p99 = percentile(plain, 0.5), percentile(service, 0.5), percentile(service, 0.99)
    ratio = p50 / plain_p50
    yield Row(
        at + "last digit -> agent's INVITE, p50", f"{plain_p50:.1f} ms", f"{p50:.1f} ms", ratio, AGENT_RATIO, " x"
    )
    plain_p99 = percentile(plain, 0.99)
    yield Row(at + "the same, p99", f"{plain_p99:.1f} ms", f"{p99:.1f} ms", p99, AGENT_P99_MS, " ms")


def _answers(load: Load) -> list[float]:
    return [journey.answer_ms for journey in load.journeys]


def _prompts(load: Load) -> list[float]:
    return [journey.prompt_ms for journey in load.journeys]


def _agents(load: Load) -> list[float]:
    return [journey.agent_ms for journey in load.journeys]


def _both(values: list[float]) -> str:
    return f"{percentile(values, 0.5):.1f} / {percentile(values, 0.99):.1f} ms"


def table(measured: Measured) -> str:
    """The table as Markdown, and what went wrong below it."""
    lines = ["| figure | dialplan | service | judged | aim | |", "| --- | --- | --- | --- | --- | --- |"]
    for row in rows(measured):
        judged = "" if row.judged is None else f"{row.judged:.3g}{row.unit}"
        aim = "" if row.aim is None else f"<= {row.aim:g}{row.unit}"
        lines.append(f"| {row.what} | {row.dialplan} | {row.service} | {judged} | {aim} | {row.verdict} |")
    errors = [f"{load.way}, {load.rate:g} calls/s: {error}" for load in measured.loads for error in load.errors]
    return "\n".join([*lines, *(f"\n{error}" for error in errors)]) + "\n"


# --- the picture ----------------------------------------------------------------------------------------------------

_WIDTH: Final = 720
_LABEL: Final = 210
_LINE: Final = 24
_COLOURS: Final = {"dialplan": "#888", "service": "#2a6"}


def chart(measured: Measured) -> str:
    """Last digit to the agent's INVITE, median (bar) and 99th percentile (line), as SVG."""
    loads = [load for load in measured.loads if load.journeys]
    most = max((percentile(_agents(load), 0.99) for load in loads), default=1.0)
    scale = (_WIDTH - _LABEL - 120) / most
    bars = [_bar(number, load, scale) for number, load in enumerate(loads, start=1)]
    size = f'width="{_WIDTH}" height="{(len(loads) + 2) * _LINE}"'
    title = '<text x="8" y="18">last digit to the agent\'s INVITE: median (bar), 99th percentile (line)</text>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13">'
    return "\n".join([head, title, *bars, "</svg>"]) + "\n"


def _bar(number: int, load: Load, scale: float) -> str:
    p50, p99 = percentile(_agents(load), 0.5), percentile(_agents(load), 0.99)
    y, x = number * _LINE + 8, _LABEL
    name = escape(f"{load.way}, {load.rate:g} calls/s")
    return (
        f'<text x="8" y="{y + 14}">{name}</text>'
        f'<rect x="{x}" y="{y}" width="{p50 * scale:.1f}" height="16" fill="{_COLOURS[load.way]}"/>'
        f'<line x1="{x}" x2="{x + p99 * scale:.1f}" y1="{y + 8}" y2="{y + 8}" stroke="#000"/>'
        f'<text x="{x + p99 * scale + 6:.1f}" y="{y + 13}">{p50:.1f} / {p99:.1f} ms</text>'
    )

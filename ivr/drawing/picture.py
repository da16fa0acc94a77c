"""The picture of one line: steps across the top, the ways below them, what holds in the queue at the foot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ivr.config import Dialplan
from ivr.domain.lines import Line
from ivr.drawing.ways import Chain, Option, Outcome, Step, Target, chain
from ivr.svg import LINE_PX, Canvas, width_px, wrapped

WIDTH: Final = 1100
"""At least; long names of segments make it wider."""
EDGE: Final = 24
SPINE: Final = 44
STEPS: Final = 86
OPTION: Final = 78
OPTION_WIDTH: Final = 236
OUTCOME: Final = 336
OUTCOME_WIDTH: Final = 226
TARGETS: Final = 600
GAP: Final = 24
TARGET_HEIGHT: Final = 34
PAD: Final = 12


def draw(dialplan: Dialplan, line: Line) -> str:
    """The line as an SVG file's text."""
    shown = chain(dialplan, line)
    canvas = Canvas(max([WIDTH, *(_needed_px(outcome) for option in shown.options for outcome in option.outcomes)]))
    canvas.text(EDGE, 42, shown.title, "title")
    canvas.text(EDGE, 66, shown.subtitle, "sub")
    foot = _options(canvas, _steps(canvas, STEPS, shown.steps), shown)
    foot = _notes(canvas, foot + GAP, shown.notes)
    title = f"The line {line.name}: {shown.title}"
    return canvas.document(foot + EDGE, title, shown.description)


def draw_all(dialplan: Dialplan, folder: Path) -> list[Path]:
    """A file for each line, ``<line>.svg``, in ``folder``; those of lines that are no more are left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    for line in dialplan.lines.values():
        file = folder / f"{line.name}.svg"
        file.write_text(draw(dialplan, line), encoding="utf-8")
        drawn.append(file)
    return drawn


# --- the steps of every caller --------------------------------------------------------------------------------------


def _steps(canvas: Canvas, top: float, steps: Sequence[Step]) -> float:
    """Side by side, an arrow between two; asides below them. Returns the foot of the row."""
    width = (canvas.width - 2 * EDGE - (len(steps) - 1) * GAP) / len(steps)
    bodies = [wrapped(step.text, width - 2 * PAD) for step in steps]
    height = (max(map(len, bodies)) + 1) * LINE_PX + 2 * PAD - 4
    feet = [top + height]
    for number, (step, body) in enumerate(zip(steps, bodies, strict=True)):
        x = EDGE + number * (width + GAP)
        _titled(canvas, (x, top, width, height), step.title, body, "step")
        if number:
            canvas.arrow(f"M{x - GAP:g} {top + height / 2:g} H{x:g}")
        if step.aside:
            feet.append(_aside(canvas, x, top + height, width, step.aside))
    return max(feet)


def _titled(
    canvas: Canvas, place: tuple[float, float, float, float], title: str, body: Sequence[str], kind: str
) -> None:
    x, y, width, height = place
    canvas.box(x, y, width, height, kind)
    canvas.text(x + PAD, y + PAD + 11, title, "b")
    canvas.lines(x + PAD, y + PAD + 11 + LINE_PX, body)


def _aside(canvas: Canvas, x: float, top: float, width: float, words: str) -> float:
    """What may happen instead, below its step. Returns its foot."""
    lines = wrapped(words, width - 2 * PAD - 30, 12)
    height = len(lines) * LINE_PX + PAD
    canvas.arrow(f"M{x + 15:g} {top:g} V{top + 10 + height / 2:g} H{x + 30:g}", "arrow dash")
    canvas.box(x + 30, top + 10, width - 30, height, "aside")
    canvas.lines(x + 30 + PAD, top + 10 + 18, lines, "note")
    return top + 10 + height


# --- the ways -------------------------------------------------------------------------------------------------------


def _options(canvas: Canvas, top: float, shown: Chain) -> float:
    """One below another along a spine that comes down from the steps. Returns the foot of the last."""
    begun = top + 14
    y, entries = begun + 18, []
    for option in shown.options:
        entry, foot = _option(canvas, y, option)
        entries.append(entry)
        y = foot + 14
    canvas.parts.insert(0, f'<path class="line" d="M{SPINE:g} {begun:g} V{entries[-1]:g}"/>')
    canvas.parts.insert(
        0, f'<path class="line" d="M{SPINE:g} {begun:g} H{canvas.width - EDGE - 60:g} V{STEPS + 20:g}"/>'
    )
    return y - 14


def _option(canvas: Canvas, top: float, option: Option) -> tuple[float, float]:
    """One way with its results. Returns where the spine meets it, and its foot."""
    asks = wrapped(option.asks, OPTION_WIDTH - 2 * PAD)
    height = (len(asks) + 1) * LINE_PX + PAD + 6
    rows = [_row_height(outcome) for outcome in option.outcomes]
    block = max(height, sum(rows))
    middle = top + block / 2
    _titled(canvas, (OPTION, middle - height / 2, OPTION_WIDTH, height), option.title, asks, "step")
    _key(canvas, middle, option.key)
    y = top + (block - sum(rows)) / 2
    for outcome, row in zip(option.outcomes, rows, strict=True):
        _outcome(canvas, middle, y + row / 2, outcome)
        y += row
    return middle, top + block


def _key(canvas: Canvas, middle: float, key: str) -> None:
    if not key:
        canvas.arrow(f"M{SPINE:g} {middle:g} H{OPTION:g}")
        return
    canvas.arrow(f"M{SPINE + 14:g} {middle:g} H{OPTION:g}")
    canvas.box(SPINE - 14, middle - 14, 28, 28, "key")
    canvas.text(SPINE, middle + 5, key, "b mid")


def _row_height(outcome: Outcome) -> float:
    words = len(wrapped(outcome.when, OUTCOME_WIDTH)) * LINE_PX
    noted = LINE_PX if any(target.note for target in outcome.targets) else 0
    return max(words, TARGET_HEIGHT + noted) + 12


def _outcome(canvas: Canvas, middle: float, y: float, outcome: Outcome) -> None:
    """From the way to the result, and from there from target to target."""
    edge = OPTION + OPTION_WIDTH
    if outcome.when:
        canvas.arrow(f"M{edge:g} {middle:g} H{edge + 10:g} V{y:g} H{OUTCOME - 4:g}", "line")
        lines = wrapped(outcome.when, OUTCOME_WIDTH)
        canvas.lines(OUTCOME, y + 5 - (len(lines) - 1) * LINE_PX / 2, lines)
        widest = max(width_px(line) for line in lines)
        canvas.arrow(f"M{OUTCOME + widest + 6:g} {y:g} H{TARGETS:g}")
    else:
        canvas.arrow(f"M{edge:g} {middle:g} H{TARGETS:g}")
    x: float = TARGETS
    for number, target in enumerate(outcome.targets):
        if number:
            canvas.arrow(f"M{x:g} {y:g} H{x + GAP:g}", "arrow dash" if target.added else "arrow")
            x += GAP
        x += _target(canvas, x, y, target)


def _target_px(target: Target) -> float:
    return width_px(target.name, bold=True) + 2 * PAD


def _needed_px(outcome: Outcome) -> float:
    """How wide a picture must be for all targets in a row."""
    return TARGETS + sum(_target_px(target) + GAP for target in outcome.targets) - GAP + 2 * EDGE


def _target(canvas: Canvas, x: float, y: float, target: Target) -> float:
    """A box; returns its width."""
    width = _target_px(target)
    canvas.box(x, y - TARGET_HEIGHT / 2, width, TARGET_HEIGHT, "added" if target.added else "to")
    canvas.text(x + width / 2, y + 5, target.name, "s b mid")
    if target.note:
        canvas.text(x + width / 2, y + TARGET_HEIGHT / 2 + 15, target.note, "note mid")
    return width


# --- what holds for all of them -------------------------------------------------------------------------------------


def _notes(canvas: Canvas, top: float, notes: Sequence[Step]) -> float:
    """Side by side. Returns their foot."""
    width = (canvas.width - 2 * EDGE - (len(notes) - 1) * GAP) / len(notes)
    bodies = [wrapped(note.text, width - 2 * PAD) for note in notes]
    height = (max(map(len, bodies)) + 1) * LINE_PX + 2 * PAD - 4
    for number, (note, body) in enumerate(zip(notes, bodies, strict=True)):
        _titled(canvas, (EDGE + number * (width + GAP), top, width, height), note.title, body, "panel")
    return top + height

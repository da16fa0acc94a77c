"""SVG by hand: text that stays text, boxes, arrows. Widths are estimated, with room for a wider face."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape

NARROW: Final = frozenset("iljtfr.,:;'|()!- ")
WIDE: Final = frozenset("mwMW")
LINE_PX: Final = 18
STYLE: Final = """
text { font: 14px "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; fill: #1a1a1a }
.title { font-size: 24px; font-weight: 600 } .sub { font-size: 14px; fill: #4a4a4a } .b { font-weight: 600 }
.s { font-size: 13px } .note { font-size: 12px; fill: #4a4a4a } .mid { text-anchor: middle }
rect { stroke: #4d4d4d; stroke-width: 1.2; fill: #fff }
.card { stroke: none; fill: #fff } .step { fill: #e4eef9 } .aside { fill: #f7e2dc } .key { fill: #fff3c4 }
.to { fill: #d5ead5 } .added { fill: #eef6ee; stroke-dasharray: 5 4 } .panel { fill: #f4f4f4 }
.arrow { fill: none; stroke: #333; stroke-width: 1.4; marker-end: url(#tip) } .line { fill: none; stroke: #333; stroke-width: 1.4 }
.dash { stroke-dasharray: 5 4 }
"""  # noqa: E501 - a style sheet
TIP: Final = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0 L8 4 L0 8 z" fill="#333"/></marker></defs>'
)


def width_px(text: str, size_px: float = 13, *, bold: bool = False) -> float:
    """About as wide as the text is in a wide sans-serif face."""
    units = sum(0.36 if c in NARROW else 0.95 if c in WIDE else 0.72 if c.isupper() else 0.6 for c in text)
    return units * size_px * (1.08 if bold else 1.0)


def wrapped(text: str, room_px: float, size_px: float = 13) -> list[str]:
    """The text in lines that fit; a word too long for one stands alone."""
    lines: list[str] = []
    for word in text.split():
        if lines and width_px(f"{lines[-1]} {word}", size_px) <= room_px:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


@dataclass(slots=True)
class Canvas:
    """What has been drawn so far; coordinates are pixels from the upper left."""

    width: float
    parts: list[str] = field(default_factory=list)
    style: str = STYLE
    kind: str = ""
    """The class of the whole picture, for a style sheet that may stand inside a page."""

    def box(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        """A rectangle with round corners."""
        self.parts.append(f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6"/>')

    def text(self, x: float, y: float, words: str, kind: str = "s") -> None:
        """One line of text; ``y`` is where it stands."""
        self.parts.append(f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(words)}</text>')

    def lines(self, x: float, y: float, lines: Sequence[str], kind: str = "s") -> None:
        """Lines of text, one below another."""
        for number, words in enumerate(lines):
            self.text(x, y + number * LINE_PX, words, kind)

    def arrow(self, path: str, kind: str = "arrow") -> None:
        """A line along ``path``."""
        self.parts.append(f'<path class="{kind}" d="{path}"/>')

    def document(self, height: float, title: str, description: str) -> str:
        """The whole file. The card behind it is white, so that it reads on dark pages too."""
        return "\n".join(self._document(height, title, description)) + "\n"

    def _document(self, height: float, title: str, description: str) -> Iterator[str]:
        kind = f'class="{self.kind}" ' if self.kind else ""
        yield (
            f'<svg {kind}xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {height:g}" '
            f'width="{self.width:g}" '
            f'height="{height:g}" role="img" aria-labelledby="title desc">'
        )
        yield f'<title id="title">{escape(title)}</title>'
        yield f'<desc id="desc">{escape(description)}</desc>'
        yield TIP
        yield f"<style>{self.style}</style>"
        yield f'<rect class="card" x="0" y="0" width="{self.width:g}" height="{height:g}" rx="8"/>'
        yield from self.parts
        yield "</svg>"

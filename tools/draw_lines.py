"""Draw each shipped line into docs/lines: ``python -m tools.draw_lines``, after any change of ``dialplan/``."""

from __future__ import annotations

from ivr import config
from ivr.drawing.picture import draw_all


def main() -> None:
    """Draw all, and say where."""
    for file in draw_all(config.load(config.PROJECT / "dialplan"), config.PROJECT / "docs" / "lines"):
        print(file.relative_to(config.PROJECT))


if __name__ == "__main__":
    main()

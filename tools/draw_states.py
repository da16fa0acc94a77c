"""Draw the tables of docs/states.md: ``python -m tools.draw_states``, after any change of ``ivr/domain/toolbar.py``."""

from __future__ import annotations

from ivr import config
from ivr.drawing.states import redrawn


def main() -> None:
    """Draw them, and say where."""
    page = config.PROJECT / "docs" / "states.md"
    page.write_text(redrawn(page.read_text(encoding="utf-8")), encoding="utf-8")
    print(page.relative_to(config.PROJECT))


if __name__ == "__main__":
    main()

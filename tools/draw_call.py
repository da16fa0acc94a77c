"""Draw the documentation's call: ``python -m tools.draw_call``, after any change of `ivr/mi/call_view`."""

from __future__ import annotations

from pathlib import Path

from ivr import config
from ivr.domain.ids import Language
from ivr.drawing.sample_call import SAMPLE
from ivr.mi.call_view.picture import picture
from ivr.mi.call_view.timeline import timeline

PICTURES: dict[Language, Path] = {
    "en": config.PROJECT / "docs" / "call-view.svg",
    "cy": config.PROJECT / "docs" / "call-view.cy.svg",
}


def drawn(language: Language) -> str:
    """The picture in one language."""
    made = timeline(SAMPLE)
    return picture(made, language, made.until(made.begin))


def main() -> None:
    """Draw both, and say where."""
    for language, file in PICTURES.items():
        file.write_text(drawn(language), encoding="utf-8")
        print(file.relative_to(config.PROJECT))


if __name__ == "__main__":
    main()

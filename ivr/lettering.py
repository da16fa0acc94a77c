"""`ivr letters`: which letters and forms there are, how one would look, and the batch at once.

Enters: the folder ``letters/``, and for a batch the running installation's database. Leaves: words for a person, a PDF.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from ivr import config
from ivr.checking import letter_mistakes
from ivr.domain import forms
from ivr.domain.documents import Form
from ivr.domain.ids import Brand, Language
from ivr.errors import ConfigError, RequestError
from ivr.letters import checking, templates
from ivr.letters.batch import Batches, Gone
from ivr.letters.in_use import Letters
from ivr.letters.printer import Printer
from ivr.letters.templates import BRANDS, LANGUAGES, LETTERS, Sheet, Texts
from ivr.settings import Settings, letters_dir
from ivr.store.engine import open_store


def lines() -> Iterator[str]:
    """Each letter and form, its templates, and the fields it takes."""
    folder = letters_dir()
    for form in Form:
        languages = LANGUAGES if form in LETTERS else LANGUAGES[:1]
        files = ", ".join(str(folder / templates.template_of(form, language)) for language in languages)
        yield f"{form}: {files}"
        for field in forms.FIELDS[form]:
            needed = "needed" if field.required else "if known"
            yield f"    {field.key:16}{field.shape:10}{field.by:8}{needed:10}{field.en}"


def preview(form: str, file: Path, brand: str, language: str, *, large_print: bool) -> str:
    """Print one with its fields' examples. Raises ConfigError for broken templates, RequestError for wrong words."""
    texts = _sound(letters_dir())
    sheet = checking.example(_form(form), _brand(brand), _language(language), large_print=large_print)
    file.write_bytes(asyncio.run(_printed(texts, sheet)))
    return f"{file}: {sheet.form} with samples in its fields."


def send(settings: Settings) -> str:
    """Send what is issued, now, as a batch of its own."""
    gone = asyncio.run(_send(settings))
    if gone is None:
        return "Nothing is issued: no batch."
    failed = f" {gone.failed} could not be printed and stay issued." if gone.failed else ""
    return f"Sent: {gone.sent} in {gone.folder}.{failed}" if gone.sent else f"Nothing was sent.{failed}"


def _sound(folder: Path) -> Texts:
    found = letter_mistakes(folder)
    if found:
        raise ConfigError(found)
    return templates.read(folder)


async def _printed(texts: Texts, sheet: Sheet) -> bytes:
    printer = Printer()
    try:
        return await printer.pdf(texts, sheet)
    finally:
        await printer.close()


async def _send(settings: Settings) -> Gone | None:
    store, out = open_store(settings.database_url), settings.letters_out_dir
    letters = Letters(letters_dir(), out)
    try:
        at = config.load(config.folder()).office.letters.at
        return await Batches(store, letters, out, settings.node, lambda: datetime.now(UTC), lambda: at).send_now()
    finally:
        await letters.close()
        await store.close()


def _form(text: str) -> Form:
    for form in Form:
        if form.value == text.upper():
            return form
    raise RequestError(f"found {text!r}, expected one of {', '.join(Form)}{config.nearest(text, Form)}")


def _brand(text: str) -> Brand:
    for brand in BRANDS:
        if brand == text:
            return brand
    raise RequestError(f"--brand: found {text!r}, expected one of {', '.join(BRANDS)}{config.nearest(text, BRANDS)}")


def _language(text: str) -> Language:
    for code in LANGUAGES:
        if code == text:
            return code
    raise RequestError(f"--language: found {text!r}, expected one of {', '.join(LANGUAGES)}")

"""The templates that operations edit, as text: read, checked, filled in.

Enters: the folder ``letters/``, and a `Sheet`. Leaves: HTML, or every mistake with file and line. Templates run in
Jinja's sandbox: they see the fields of their form and the words below, and nothing else. A field never becomes markup.
"""

from __future__ import annotations

import base64
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FunctionLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ivr.domain import forms
from ivr.domain.documents import Form
from ivr.domain.ids import Brand, Language

Texts = Mapping[str, str]
"""Every file of the folder by its name in it, e.g. ``en/CMSL8300.html``."""

WORDS: Final = "words.toml"
SUFFIXES: Final = frozenset({".html", ".css", ".svg", ".toml"})
DAYS_TO_PAY: Final = 14
"""R-CB-11: from the day of the letter."""
BRANDS: Final[tuple[Brand, ...]] = ("cmg", "nicms")
LANGUAGES: Final[tuple[Language, ...]] = ("en", "cy")
LETTERS: Final = frozenset({Form.FAILED_SECURITY_CHECK, Form.APPLICATION_FEE, Form.APPLICATION_FEE_REMINDER})
"""What goes to people outside, and so is there in both languages."""
GIVEN: Final = frozenset({"form", "brand", "words", "language", "large_print", "dated", "pay_by", "picture"})
"""What every template sees beside its form's fields."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be printed. ``dated``: the day that stands on it."""

    form: Form
    fields: Mapping[str, str]
    dated: date
    brand: Brand = "cmg"
    language: Language = "en"
    large_print: bool = False


def read(folder: Path) -> Texts:
    """Every file of the folder. Raises OSError, and UnicodeDecodeError for what is no UTF-8."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix in SUFFIXES)
    if not found:
        raise FileNotFoundError(2, "no templates are there", str(folder))
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in found}


def hash_of(texts: Texts) -> str:
    """Tells one set of templates from another."""
    whole = "\0".join(f"{name}\0{texts[name]}" for name in sorted(texts))
    return hashlib.sha256(whole.encode()).hexdigest()


def language_of(form: Form, language: Language) -> Language:
    """Forms stay in the house, and are kept in English alone."""
    return language if form in LETTERS else "en"


def template_of(form: Form, language: Language) -> str:
    """The file of a form's template."""
    return f"{language_of(form, language)}/{form}.html"


def html(texts: Texts, sheet: Sheet, made: Environment | None = None) -> str:
    """The sheet filled in, by an `environment` that was made before if there is one. Raises TemplateError, or KeyError,
    where a template is broken.
    """
    name = template_of(sheet.form, sheet.language)
    return (made or environment(texts)).get_template(name).render(_context(sheet, texts))


def environment(texts: Texts) -> ImmutableSandboxedEnvironment:
    """What runs the templates: nothing undefined, nothing unsafe, nothing unescaped."""

    def load(name: str) -> tuple[str, str, None] | None:
        return (texts[name], name, None) if name in texts else None

    made = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(load),
        undefined=StrictUndefined,
        autoescape=lambda name: name is None or not name.endswith(".css"),
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=50,
    )
    made.filters["day"] = _day
    return made


@pass_context
def _day(context: Context, value: date | str) -> str:
    """A day in words, in the letter's language; nothing where it is not filled in."""
    if not value:
        return ""
    at = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{at.day} {context['words']['months'][at.month - 1]} {at.year}"


def _context(sheet: Sheet, texts: Texts) -> dict[str, Any]:
    words, language = tomllib.loads(texts[WORDS]), language_of(sheet.form, sheet.language)
    return {
        **{one.key: sheet.fields.get(one.key, "") for one in forms.FIELDS[sheet.form]},
        "form": sheet.form.value,
        "brand": words[sheet.brand][language],
        "words": words["words"][language],
        "language": language,
        "large_print": sheet.large_print,
        "dated": sheet.dated,
        "pay_by": sheet.dated + timedelta(days=DAYS_TO_PAY),
        "picture": lambda name: _picture(texts, name),
    }


def _picture(texts: Texts, name: str) -> str:
    """A picture of the folder as an address that holds it whole; KeyError: it is not there."""
    return "data:image/svg+xml;base64," + base64.b64encode(texts[name].encode()).decode()

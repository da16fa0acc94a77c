"""What is wrong in the templates, told before they are used: each mistake with file and line.

Enters: the folder's texts. Leaves: a line for each mistake, as `ivr check` shows it.
"""

from __future__ import annotations

import tomllib
import traceback
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any, Final

from jinja2 import Environment, TemplateError, TemplateNotFound, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from ivr.domain import forms
from ivr.domain.documents import Form
from ivr.domain.ids import Brand, Language
from ivr.letters.templates import BRANDS, GIVEN, LANGUAGES, LETTERS, WORDS, Sheet, Texts, environment, html, template_of

Words = Mapping[str, Mapping[str, Mapping[str, Any]]]
_DAY: Final = date(2026, 11, 23)


def check(texts: Texts) -> list[str]:
    """Every mistake, a line each; none: the templates are sound."""
    words, mistakes = _words(texts)
    if words is None:
        return mistakes
    made = environment(texts)
    for form in Form:
        for language in LANGUAGES:
            mistakes += _misspelt(made, texts, template_of(form, language), _known(form, words))
    for sheet in () if mistakes else _sheets():
        mistakes += _tried(made, texts, sheet)
    return list(dict.fromkeys(mistakes))


def example(form: Form, brand: Brand = "cmg", language: Language = "en", *, large_print: bool = False) -> Sheet:
    """A form with its fields' examples."""
    return Sheet(form, forms.examples(form), _DAY, brand, language, large_print)


def _sheets() -> Iterator[Sheet]:
    """Each form in each language and brand: once with every field, once with those that it cannot do without."""
    for form in Form:
        bare = {one.key: one.example for one in forms.FIELDS[form] if one.required}
        for language in LANGUAGES if form in LETTERS else LANGUAGES[:1]:
            for brand in BRANDS:
                yield example(form, brand, language)
                yield Sheet(form, bare, _DAY, brand, language, large_print=True)


def _words(texts: Texts) -> tuple[Words | None, list[str]]:
    """words.toml, and what is wrong with it; None: nothing can be checked without it."""
    if WORDS not in texts:
        return None, [f"letters/{WORDS}: missing, expected the words of each brand"]
    try:
        words = tomllib.loads(texts[WORDS])
    except tomllib.TOMLDecodeError as error:
        return None, [f"letters/{WORDS}: {error}"]
    absent = [name for name in (*BRANDS, "words") if not isinstance(words.get(name), dict)]
    absent += [
        f"{name}.{language}"
        for name in (*BRANDS, "words")
        for language in LANGUAGES
        if name not in absent and not isinstance(words[name].get(language), dict)
    ]
    if absent:
        return None, [f"letters/{WORDS}: [{name}]: missing, expected a table of words" for name in absent]
    return words, _uneven(words)


def _uneven(words: Words) -> list[str]:
    """Names that one brand or language has and another has not; months that are not twelve."""
    found = []
    for tables in ([words[brand] for brand in BRANDS], [words["words"]]):
        every = {key for table in tables for language in LANGUAGES for key in table[language]}
        for name, table in [(name, one) for name, one in words.items() if one in tables]:
            for language in LANGUAGES:
                lacks = sorted(every - set(table[language]))
                found += [f"letters/{WORDS}: {name}.{language}.{key}: missing, others have it" for key in lacks]
    return found


def _known(form: Form, words: Words) -> Mapping[str, frozenset[str]]:
    """What the form's template may name: by itself (the empty key), and of brand and words."""
    fields = frozenset(one.key for one in forms.FIELDS[form])
    return {"": fields | GIVEN, "brand": frozenset(words["cmg"]["en"]), "words": frozenset(words["words"]["en"])}


def _misspelt(made: Environment, texts: Texts, name: str, known: Mapping[str, frozenset[str]]) -> list[str]:
    """Mistakes of one template and of those it is built on."""
    if name not in texts:
        return [f"letters/{name}: missing, expected a template"]
    try:
        tree = made.parse(texts[name], name, name)
        made.compile(tree, name, name)
    except TemplateSyntaxError as error:
        return [f"letters/{error.name or name}: line {error.lineno}: {error.message}"]
    mistakes = [_unknown(name, node.lineno, node.name, known[""]) for node in _undeclared(tree, known[""])]
    mistakes += [
        _unknown(name, node.lineno, f"{owner.name}.{node.attr}", known[owner.name])
        for node in tree.find_all(nodes.Getattr)
        if isinstance(owner := node.node, nodes.Name) and node.attr not in known.get(owner.name, {node.attr})
    ]
    for inner in _named_in(tree):
        mistakes += _misspelt(made, texts, inner, known)
    return mistakes


def _undeclared(tree: nodes.Template, known: frozenset[str]) -> Iterator[nodes.Name]:
    strange = find_undeclared_variables(tree) - known
    yield from (node for node in tree.find_all(nodes.Name) if node.name in strange and node.ctx == "load")


def _named_in(tree: nodes.Template) -> Iterator[str]:
    extended = [node.template for node in tree.find_all(nodes.Extends)]
    included = [node.template for node in tree.find_all(nodes.Include)]
    yield from (str(name.value) for name in (*extended, *included) if isinstance(name, nodes.Const))


def _unknown(file: str, line: int, found: str, known: frozenset[str]) -> str:
    close = get_close_matches(found.rpartition(".")[2], sorted(known), 1)
    return f"letters/{file}: line {line}: found {found!r}, no such field" + (
        f" (did you mean {close[0]!r}?)" if close else ""
    )


def _tried(made: Environment, texts: Texts, sheet: Sheet) -> list[str]:
    """What goes wrong when it is filled in."""
    name = template_of(sheet.form, sheet.language)
    try:
        html(texts, sheet, made)
    except TemplateNotFound as error:
        return [f"letters/{name}: found {error.name!r}, expected a file of the folder"]
    except TemplateSyntaxError as error:
        return [f"letters/{error.name or name}: line {error.lineno}: {error.message}"]
    except (TemplateError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        file, line = _place(error, texts, name)
        return [f"letters/{file}: line {line}: {type(error).__name__}: {error}"]
    return []


def _place(error: Exception, texts: Texts, name: str) -> tuple[str, int]:
    """The innermost template, and its line, in which it went wrong."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in texts]
    return (frames[-1].filename, frames[-1].lineno or 1) if frames else (name, 1)

"""Letters and forms on paper: what they say is read back from the PDF and compared whole."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.domain import forms
from ivr.domain.documents import Form
from ivr.domain.forms import Shape
from ivr.domain.ids import Brand, Language
from ivr.letters.checking import example
from ivr.letters.templates import LETTERS
from tests.unit.letters.press import Press, sizes_of, tags_of, text_of

EXPECTED: Final = Path(__file__).parent / "expected"
_PRINTED: Final[list[tuple[Form, Brand, Language]]] = [
    *((form, "cmg", language) for form in sorted(LETTERS) for language in ("en", "cy")),
    (Form.FAILED_SECURITY_CHECK, "nicms", "en"),
    (Form.APPLICATION_FEE, "nicms", "cy"),
    (Form.BOGUS_CALLER, "cmg", "en"),
    (Form.BOGUS_CALLER_NI, "nicms", "en"),
]
LARGE_PT: Final = 18.0
HOSTILE: Final = (
    "<script>alert(1)</script>",
    "</p></main><h1>Pay at once</h1>",
    "{{ brand.name }} {% include 'words.toml' %} {# gone #}",
    "<img src=file:///etc/passwd> <link rel=stylesheet href=http://192.0.2.1/x.css>",
    "&lt;b&gt; &amp; \"quoted\" 'single' \\u0041 %s",
    "Siân Ŵyn-ap-Ŷ, Łódź, Zoë, O'Neill — £20 €5 ½",
    "ffi fl office afflict",
)
"""What somebody may have for a name."""
_LETTERS: Final = st.characters(
    min_codepoint=0x20, max_codepoint=0x17E, exclude_categories=("Cc", "Cf", "Zs", "Zl", "Zp"), exclude_characters="­"
)
_TEXT: Final = st.one_of(st.sampled_from(HOSTILE), st.text(st.one_of(_LETTERS, st.just(" ")), max_size=60))


@pytest.mark.parametrize(("form", "brand", "language"), _PRINTED)
def test_it_says_what_it_is_to_say(press: Press, form: Form, brand: Brand, language: Language) -> None:
    """R-SEC-4, R-CB-11, R-NI: each letter and form, in each language, word by word."""
    found = text_of(press.read(example(form, brand, language)))
    expected = (EXPECTED / f"{form}-{brand}-{language}.txt").read_text(encoding="utf-8")
    assert found == " ".join(expected.split())


@pytest.mark.parametrize("form", [Form.FAILED_SECURITY_CHECK, Form.BOGUS_CALLER_NI])
def test_it_can_be_read_by_a_screen_reader(press: Press, form: Form) -> None:
    """Accessible PDF: PDF/UA with title, language, headings in order, a picture that says what it is, named cells."""
    brand: Brand = "nicms" if form is Form.BOGUS_CALLER_NI else "cmg"
    reader = press.read(example(form, brand, "en"))
    root = reader.root_object
    assert b'pdfuaid:part="1"' in root["/Metadata"].get_data()  # type: ignore[attr-defined]
    assert root["/MarkInfo"]["/Marked"].value is True  # type: ignore[index]
    assert str(root["/Lang"]) == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True  # type: ignore[index]
    assert reader.metadata is not None
    assert (
        reader.metadata.title
        == {
            Form.FAILED_SECURITY_CHECK: "CMSL8300: We could not confirm who called us",
            Form.BOGUS_CALLER_NI: "CMSF5550(NI): Bogus caller report (Northern Ireland)",
        }[form]
    )
    tags = tags_of(reader)
    names = {"cmg": "Child Maintenance Group", "nicms": "Northern Ireland Child Maintenance Service"}
    assert [alt for tag, alt in tags if tag == "/Figure"] == [names[brand]]
    kinds = [tag for tag, _alt in tags]
    assert [tag for tag in kinds if tag.startswith("/H")][:2] == ["/H1", "/H2"]
    assert kinds.count("/H1") == 1
    assert kinds.count("/TH") == kinds.count("/TR")


def test_a_welsh_letter_says_that_it_is_welsh(press: Press) -> None:
    """A screen reader speaks Welsh to whoever is written to in Welsh."""
    reader = press.read(example(Form.APPLICATION_FEE, "cmg", "cy"))
    assert str(reader.root_object["/Lang"]) == "cy"
    assert reader.metadata is not None
    assert reader.metadata.title == "CMSL0077: Talwch eich ffi ymgeisio erbyn 7 Rhagfyr 2026"


@pytest.mark.parametrize("form", list(Form))
def test_large_print_is_large_and_loses_nothing(press: Press, form: Form) -> None:
    """Large print: nothing smaller than 18 pt, and every word that the usual print has, in the same order."""
    sheet = example(form)
    usual, large = press.read(sheet), press.read(replace(sheet, large_print=True))
    assert min(sizes_of(usual).values()) < LARGE_PT <= min(sizes_of(large).values())
    assert _words(text_of(large), form) == _words(text_of(usual), form)
    assert all(float(page.mediabox.width) == pytest.approx(595.28, abs=0.1) for page in large.pages)


def _words(text: str, form: Form) -> list[str]:
    """The words without bullets and what stands at the foot of each page."""
    for page in range(1, 9):
        for of in range(1, 9):
            text = text.replace(f"{form} Page {page} of {of}", "")
    return text.replace("•", "").split()


@given(st.data())
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_text_in_any_field_is_printed_as_it_stands(press: Press, data: st.DataObject) -> None:
    """No field is taken for markup, none breaks the page: whatever was written is read back."""
    form = data.draw(st.sampled_from(sorted(Form)))
    fields = forms.examples(form)
    for field in forms.FIELDS[form]:
        if field.shape in {Shape.LINE, Shape.LINES, Shape.ADDRESS}:
            fields[field.key] = data.draw(_TEXT, field.key)
    found = _bare(text_of(press.read(replace(example(form), fields=fields))))
    for value in fields.values():
        assert _bare(value) in found or value[:4].isdigit()  # a day is printed in words


def _bare(text: str) -> str:
    """Without the breaks that a line's end makes."""
    return "".join(unicodedata.normalize("NFC", text).split())


def test_a_long_report_goes_over_pages(press: Press) -> None:
    """R-SEC-4: as much as fits in the field is printed whole."""
    report = "\n".join(f"Line {number} of what was said." for number in range(140))
    sheet = example(Form.BOGUS_CALLER)
    reader = press.read(replace(sheet, fields={**sheet.fields, "further_details": report}))
    found = text_of(reader)
    assert len(reader.pages) > 2
    assert all(f"Line {number} of what" in found for number in range(140))

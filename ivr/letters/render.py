"""The process that makes PDF: ``python -m ivr.letters.render``. It ends when its input does.

Enters on standard input: a length of four bytes, then a request as JSON. Leaves on standard output: the same with a
`Done`, then the length of the PDF and the PDF. It reads no file and no address but what the request holds; what goes
wrong is told without the fields' content.
"""

from __future__ import annotations

import os
import sys
from typing import BinaryIO, Final, Literal

from jinja2 import TemplateError
from pydantic import BaseModel, ConfigDict

from ivr.letters import checking, templates
from ivr.letters.templates import Sheet

NICENESS: Final = 5
LENGTH_BYTES: Final = 4


class Request(BaseModel):
    """What is to be done with these templates: look for mistakes, or print ``sheet``."""

    model_config = ConfigDict(frozen=True)

    do: Literal["check", "print"]
    texts: dict[str, str]
    sheet: Sheet | None = None


class Done(BaseModel):
    """What came of it: mistakes of the templates, or ``why`` nothing could be printed."""

    model_config = ConfigDict(frozen=True)

    mistakes: list[str] = []
    why: str | None = None


def main(source: BinaryIO, sink: BinaryIO) -> None:
    """Serve until the input ends. Calls come before letters: it is given a lower priority."""
    os.nice(NICENESS)
    while text := read_part(source):
        done, pdf = _serve(Request.model_validate_json(text))
        sink.write(part(done.model_dump_json().encode()) + part(pdf))
        sink.flush()


def part(content: bytes) -> bytes:
    """The content behind its length."""
    return len(content).to_bytes(LENGTH_BYTES) + content


def read_part(source: BinaryIO) -> bytes:
    """The next content; empty when the input has ended."""
    length = int.from_bytes(source.read(LENGTH_BYTES))
    return source.read(length)


def _serve(request: Request) -> tuple[Done, bytes]:
    if request.do == "check":
        return Done(mistakes=checking.check(request.texts)), b""
    try:
        return Done(), pdf_of(request)
    except (TemplateError, LookupError, TypeError, AttributeError) as error:
        return Done(why=f"the template failed: {type(error).__name__}"), b""
    except OSError as error:
        return Done(why=f"a library of the system is missing: {error}"), b""
    except Exception as error:  # noqa: BLE001 - one sheet that cannot be printed does not end the others; told by kind
        return Done(why=f"it could not be printed: {type(error).__name__}"), b""


def pdf_of(request: Request) -> bytes:
    """The sheet as tagged PDF (PDF/UA-1). Raises TemplateError, and OSError without Pango."""
    # Slow to import, and its libraries may be missing: neither matters to who only checks.
    from weasyprint import HTML  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    if request.sheet is None:
        return b""
    page = HTML(
        string=templates.html(request.texts, request.sheet), url_fetcher=URLFetcher(allowed_protocols=("data",))
    )
    pdf: bytes = page.write_pdf(pdf_variant="pdf/ua-1")
    return pdf


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)

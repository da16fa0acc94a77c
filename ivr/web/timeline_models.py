"""A call's time line as it goes over the wire (R-MI-2)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from ivr.domain.ids import Language
from ivr.web.models import CallNow, Model


class TimelineQuery(Model):
    """In which language it is told."""

    language: Annotated[Language, Field(description="of the words")] = "en"


class PictureQuery(TimelineQuery):
    """In which language, and whether with the steps in words below."""

    steps: Annotated[Literal["1", "0", "true", "false"], Field(description="the steps in words below it")] = "1"

    @property
    def with_list(self) -> bool:
        """Whether the steps stand below."""
        return self.steps in {"1", "true"}


class PromptQuery(Model):
    """Which recording of a prompt: that of a call's configuration and brand, and of a value said in it."""

    call_id: Annotated[
        str | None, Field(pattern=r"^c[0-9a-z]{16}$", description="as this call heard it; else as it is now")
    ] = None
    value: Annotated[
        str | None, Field(pattern=r"^[0-9*#]{1,3}$", description="of its placeholder: a position, minutes, a key")
    ] = None


class LaneTold(Model):
    """One of those who took part."""

    key: Annotated[str, Field(examples=["caller", "ivr", "queue", "agent:7001", "outside:interpreter"])]
    words: str


class SpanTold(Model):
    """A stretch of a lane; ``end``: null while it lasts."""

    lane: str
    begin: AwareDatetime
    end: AwareDatetime | None
    what: Annotated[str, Field(examples=["menu", "waits", "rings", "talks", "held", "after_call_work"])]
    words: str


class PromptTold(Model):
    """A prompt that the caller heard. ``text``: what was said, if it can still be known."""

    name: str
    language: Language
    value: str | None
    text: str | None


class StepTold(Model):
    """Something that happened; ``number``: in the picture."""

    number: int
    lane: str
    at: AwareDatetime
    what: str
    words: str
    prompts: tuple[PromptTold, ...]


class CallTimeline(Model):
    """One call from its arrival to the end of its last After Call Work; ``end``: null while any of it goes on."""

    call: CallNow
    ended: Annotated[str, Field(description="how the call ended, or that it goes on, in words")]
    begin: AwareDatetime
    end: AwareDatetime | None
    lanes: tuple[LaneTold, ...]
    spans: tuple[SpanTold, ...]
    steps: tuple[StepTold, ...]

"""A call's time line, as JSON and as a picture, and the prompts that were played in it (R-MI-2)."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from sqlalchemy import Connection

from ivr.domain.ids import Brand, CallId, Language
from ivr.mi.call_view.picture import picture
from ivr.mi.call_view.reading import config_of, told
from ivr.mi.call_view.timeline import timeline
from ivr.mi.call_view.told import Mark, Prompt, Timeline
from ivr.mi.call_view.words import Words
from ivr.voice.names import SLOTS
from ivr.voice.prompts import Prompts
from ivr.web import views
from ivr.web.models import CallNow, NoBody
from ivr.web.problems import Refusal
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply
from ivr.web.services import WebServices
from ivr.web.timeline_models import (
    CallTimeline,
    LaneTold,
    PictureQuery,
    PromptQuery,
    PromptTold,
    SpanTold,
    StepTold,
    TimelineQuery,
)

SVG: Final = "image/svg+xml"
WAV: Final = "audio/wav"
_BRANDS: Final[tuple[Brand, ...]] = get_args(Brand)


async def call_timeline(ask: Ask[NoBody, TimelineQuery]) -> Reply:
    """The time line in words."""
    services, call_id = ask.web.services, CallId(ask.path["call_id"])
    found, call = _there(await services.store.read(_read, call_id), call_id)
    return Reply(200, _told(found, call, Words.of(found, ask.query.language), await _heard(services, call_id)))


async def call_picture(ask: Ask[NoBody, PictureQuery]) -> Reply:
    """The time line drawn."""
    services, call_id = ask.web.services, CallId(ask.path["call_id"])
    found, _call = _there(await services.store.read(_read, call_id), call_id)
    drawn = picture(found, ask.query.language, services.now(), with_list=ask.query.with_list)
    return Reply(200, content=drawn.encode())


async def prompt(ask: Ask[NoBody, PromptQuery]) -> Reply:
    """A prompt's sound: what a call heard, or what callers hear now."""
    services, query, name = ask.web.services, ask.query, ask.path["name"]
    language: Language = "cy" if ask.path["language"] == "cy" else "en"
    files = (await _heard(services, query.call_id)).files(language, name, query.value)
    if not files:
        raise Refusal(404, "prompt.unknown", "there is no such prompt, or it needs a value", field="name", found=name)
    return Reply(200, content=await asyncio.to_thread(_joined, files))


def _read(sql: Connection, call_id: CallId) -> tuple[Timeline, CallNow] | None:
    found = told(sql, call_id)
    calls = views.some_calls(sql, frozenset({call_id}))
    return None if found is None or not calls else (timeline(found), calls[0])


def _there(found: tuple[Timeline, CallNow] | None, call_id: CallId) -> tuple[Timeline, CallNow]:
    if found is None:
        raise Refusal(404, "call.unknown", "there is no such call", field="call_id", found=call_id)
    return found


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a call's prompts were: in which configuration, of which brand."""

    prompts: Prompts | None
    brand: Brand

    def text(self, language: Language, name: str, value: str | None) -> str | None:
        """What was said; None where that cannot be known any more."""
        try:
            values = _values(name, value)
            return None if self.prompts is None else self.prompts.text(language, name, brand=self.brand, **values)
        except (KeyError, ValueError):
            return None

    def files(self, language: Language, name: str, value: str | None) -> tuple[Path, ...]:
        """The sounds of a prompt; empty where there are none."""
        try:
            values = _values(name, value)
            return () if self.prompts is None else self.prompts.files(language, name, brand=self.brand, **values)
        except (KeyError, ValueError):
            return ()


async def _heard(services: WebServices, call_id: str | None) -> _Heard:
    """The prompts as this call heard them; without a call as callers hear them now."""
    if call_id is None:
        return _Heard(await services.prompts(None), _BRANDS[0])
    found = await services.store.read(config_of, CallId(call_id))
    if found is None:
        raise Refusal(404, "call.unknown", "there is no such call", field="call_id", found=call_id)
    config_hash, brand = found
    return _Heard(await services.prompts(config_hash), next(one for one in _BRANDS if one == brand))


def _values(name: str, value: str | None) -> dict[str, int | str]:
    """What stands in the prompt's placeholder. Raises ValueError where a number is needed."""
    slot = SLOTS.get(name)
    if slot is None:
        return {}
    given = value if value is not None or slot != "key" else "4"
    return {} if given is None else {slot: given if slot in {"key", "digits"} else int(given)}


def _joined(files: Sequence[Path]) -> bytes:
    """One sound of several, played one after another."""
    out = io.BytesIO()
    with wave.open(out, "wb") as joined:
        for n, file in enumerate(files):
            with wave.open(str(file), "rb") as part:
                if n == 0:
                    joined.setparams(part.getparams())
                joined.writeframes(part.readframes(part.getnframes()))
    return out.getvalue()


def _told(found: Timeline, call: CallNow, words: Words, heard: _Heard) -> CallTimeline:
    return CallTimeline(
        call=call,
        ended=words.end(found.call),
        begin=found.begin,
        end=found.end,
        lanes=tuple(LaneTold(key=lane, words=words.lane(lane)) for lane in found.lanes),
        spans=tuple(
            SpanTold(lane=one.lane, begin=one.begin, end=one.end, what=one.what, words=words.span(one))
            for one in found.spans
        ),
        steps=tuple(_step(mark, words, heard) for mark in found.marks),
    )


def _step(mark: Mark, words: Words, heard: _Heard) -> StepTold:
    return StepTold(
        number=mark.number,
        lane=mark.lane,
        at=mark.at,
        what=mark.what,
        words=words.mark(mark),
        prompts=tuple(_prompt(one, heard) for one in mark.prompts),
    )


def _prompt(one: Prompt, heard: _Heard) -> PromptTold:
    language: Language = "cy" if one.language == "cy" else "en"
    value = one.value if one.name in SLOTS else None
    return PromptTold(name=one.name, language=language, value=value, text=heard.text(language, one.name, value))


_CALL: Final = "/api/calls/{call_id:c[0-9a-z]{16}}"
_EXAMPLE: Final = {"call_id": "c0000000000000000"}
OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "GET",
        f"{_CALL}/timeline",
        "timeline",
        "A call on a time line: who was with whom, from when to when, and each step in words",
        Auth.OVERSIGHT,
        call_timeline,
        {200: Answer("The time line.", CallTimeline)},
        NoBody,
        TimelineQuery,
        programs=True,
        examples=_EXAMPLE,
    ),
    Operation(
        "GET",
        f"{_CALL}/timeline.svg",
        "timeline_picture",
        "A call's time line as a picture",
        Auth.OVERSIGHT,
        call_picture,
        {200: Answer("The picture.", media=SVG)},
        NoBody,
        PictureQuery,
        programs=True,
        examples=_EXAMPLE,
    ),
    Operation(
        "GET",
        "/api/prompts/{language:(?:en|cy)}/{name:[a-z][a-z0-9-]{0,79}}",
        "prompt",
        "The sound of a prompt, as a call heard it or as callers hear it now",
        Auth.OVERSIGHT,
        prompt,
        {200: Answer("16 bit, 8 kHz.", media=WAV)},
        NoBody,
        PromptQuery,
        programs=True,
        examples={"language": "en", "name": "greeting"},
    ),
)

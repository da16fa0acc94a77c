"""What a caller really hears and keys, on a real Asterisk: first syllables, barge-in, type-ahead, twenty at once."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from ivr.errors import NotFound
from ivr.pbx.conf import PbxInstance
from ivr.softphone.call import DigitWay
from ivr.softphone.g711 import SILENT_FRAME
from ivr.voice.dialogue import EndedBy, Keyed, Played, answer_and_settle, ask_digits, menu, play
from tests.e2e.heard import heard
from tests.integration.ari_lab import LIMIT_S, Ends, asterisk, call_from_outside, lab

pytestmark = pytest.mark.e2e

SCIN = "120000000019"
OCTETS_A_SECOND = 8000


@dataclass(frozen=True, slots=True)
class Prompts:
    """Two recordings that nothing else sounds like, and silence."""

    long: Path
    short: Path
    quiet: Path

    @staticmethod
    def media(prompt: Path) -> str:
        """As Asterisk is asked for it."""
        return f"sound:{prompt.with_suffix('')}"


@pytest.fixture(scope="module")
def pbx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PbxInstance]:
    """One Asterisk for this file."""
    with asterisk(tmp_path_factory.mktemp("pbx")) as running:
        yield running


@pytest.fixture(scope="module")
def prompts(tmp_path_factory: pytest.TempPathFactory) -> Prompts:
    """Noise of 3 s and of 0.6 s; silence of a minute."""
    folder = tmp_path_factory.mktemp("prompts")
    made = Prompts(*(folder / f"{name}.alaw" for name in ("long", "short", "quiet")))
    made.quiet.write_bytes(SILENT_FRAME * 3000)
    made.long.write_bytes(random.Random(1).randbytes(3 * OCTETS_A_SECOND))
    made.short.write_bytes(random.Random(2).randbytes(6 * OCTETS_A_SECOND // 10))
    return made


async def test_the_greeting_is_heard_from_its_first_sample(pbx: PbxInstance, prompts: Prompts) -> None:
    """R-MENU-1: not before the caller's phone has had 0.3 s to open its ear, and then whole."""
    async with lab(pbx) as made, call_from_outside(made) as ends:
        await answer_and_settle(ends.channel)
        assert await play(ends.channel, [Prompts.media(prompts.short)]) is Played.FINISHED
        assert prompts.short.read_bytes()[:-800] in ends.phone.heard.alaw
        at = {mark.name: mark.at for mark in ends.phone.marks}
        assert at["stream"] - at["200"] >= 0.3


async def test_a_key_cuts_the_prompt_and_all_that_was_to_follow_it(pbx: PbxInstance, prompts: Prompts) -> None:
    """R-MENU-3: barge-in ends the whole of what was being said; the next prompt is heard from its start."""
    async with lab(pbx) as made, call_from_outside(made) as ends:
        await ends.channel.answer()
        await ends.phone.answered(LIMIT_S)
        asking = asyncio.create_task(menu(ends.channel, [Prompts.media(prompts.long)] * 2, {"1"}))
        await asyncio.sleep(0.8)
        await ends.phone.key("1")
        assert await asking == "1"
        await play(ends.channel, [Prompts.media(prompts.short)])
        keyed_at = next(mark.at for mark in ends.phone.marks if mark.name == "key")
        (cut,) = heard(ends.phone.heard.alaw, prompts.long)
        (following,) = heard(ends.phone.heard.alaw, prompts.short)
        assert cut.ends_at_s - ends.phone.heard.at(keyed_at) < 0.1
        assert following.is_whole


async def test_menu_and_reference_keyed_ahead_are_understood(pbx: PbxInstance, prompts: Prompts) -> None:
    """R-MENU-3, R-DTMF-1: 1, the SCIN and a # in one go; the # does not end what comes after."""
    async with lab(pbx) as made, call_from_outside(made) as ends:
        await ends.channel.answer()
        await ends.phone.answered(LIMIT_S)
        asking = asyncio.create_task(_menu_then_scin(ends, prompts))
        await ends.phone.key("1" + SCIN + "#", tone_ms=80, gap_ms=60)
        assert await asking == ("1", Keyed(SCIN, EndedBy.COMPLETE))
        birth = asyncio.create_task(ask_digits(ends.channel, [Prompts.media(prompts.short)], length=8))
        await asyncio.sleep(0.2)
        await ends.phone.key("12012010")
        assert await birth == Keyed("12012010", EndedBy.COMPLETE)


async def test_digits_by_sip_info_are_digits(pbx: PbxInstance, prompts: Prompts) -> None:
    """R-DTMF-4: SIP INFO works as RFC 4733 does."""
    async with lab(pbx) as made, call_from_outside(made) as ends:
        await ends.channel.answer()
        await ends.phone.answered(LIMIT_S)
        asking = asyncio.create_task(ask_digits(ends.channel, [Prompts.media(prompts.short)], length=4))
        await ends.phone.key("1290", way=DigitWay.INFO)
        assert await asking == Keyed("1290", EndedBy.COMPLETE)


async def test_tones_in_the_audio_are_digits_where_there_is_nothing_else(pbx: PbxInstance, prompts: Prompts) -> None:
    """R-DTMF-4: a trunk that offers no telephone events."""
    async with lab(pbx) as made, call_from_outside(made, offer_events=False) as ends:
        await ends.channel.answer()
        await ends.phone.answered(LIMIT_S)
        asking = asyncio.create_task(ask_digits(ends.channel, [Prompts.media(prompts.short)], length=4))
        await ends.phone.key("1290", tone_ms=120, gap_ms=100)
        assert await asking == Keyed("1290", EndedBy.COMPLETE)


async def test_a_missing_prompt_is_said_and_the_caller_can_still_key(pbx: PbxInstance) -> None:
    """R-DTMF-1: a failed playback ends its wait at once."""
    async with lab(pbx) as made, call_from_outside(made) as ends:
        await ends.channel.answer()
        await ends.phone.answered(LIMIT_S)
        assert await asyncio.wait_for(play(ends.channel, ["sound:/no/such/prompt"]), 1.0) is Played.FAILED


@pytest.mark.parametrize("while_playing", [True, False])
async def test_hanging_up_ends_the_question_at_once(
    pbx: PbxInstance,
    prompts: Prompts,
    while_playing: bool,  # noqa: FBT001  (a table's column)
) -> None:
    """R-WAIT-5: nothing goes on asking somebody who has gone."""
    async with lab(pbx) as made, call_from_outside(made) as ends:
        await ends.channel.answer()
        await ends.phone.answered(LIMIT_S)
        media = [Prompts.media(prompts.long if while_playing else prompts.short)]
        asking = asyncio.create_task(ask_digits(ends.channel, media, length=12))
        await asyncio.sleep(1.0)
        hung_up_at = time.monotonic()
        await ends.phone.hang_up()
        with pytest.raises(NotFound):
            await asking
        assert time.monotonic() - hung_up_at < 0.5


async def test_twenty_callers_at_once_are_all_understood(pbx: PbxInstance, prompts: Prompts) -> None:
    """R-DTMF-1: every reference arrives whole, whatever the others key."""
    references = [f"12000000{number:04d}" for number in range(20)]
    async with lab(pbx) as made, AsyncExitStack() as calls:
        every = [await calls.enter_async_context(call_from_outside(made)) for _ in references]
        keyed = await asyncio.gather(*(_keyed_by(*one, prompts) for one in zip(every, references, strict=True)))
    assert [one.digits for one in keyed] == references


@pytest.mark.parametrize("every_s", [0.1, 0.3, 1.2])
async def test_digits_that_a_stalled_network_delivers_together_are_understood(
    pbx: PbxInstance, prompts: Prompts, every_s: float
) -> None:
    """R-DTMF-1: none is doubled and none is lost, also when they come after the prompt's end."""
    references = ["120000000013", "129090909021", "123456789012"]
    async with lab(pbx) as made, AsyncExitStack() as calls:
        every = [await calls.enter_async_context(call_from_outside(made)) for _ in references]
        for ends in every:
            ends.phone.media.stall(every_s)
        keyed = await asyncio.gather(*(_keyed_by(*one, prompts) for one in zip(every, references, strict=True)))
    assert [one.digits for one in keyed] == references


async def _menu_then_scin(ends: Ends, prompts: Prompts) -> tuple[object, Keyed]:
    choice = await menu(ends.channel, [Prompts.media(prompts.long)], {"1"})
    return choice, await ask_digits(ends.channel, [Prompts.media(prompts.long)], length=12)


async def _keyed_by(ends: Ends, scin: str, prompts: Prompts) -> Keyed:
    await ends.channel.answer()
    await ends.phone.answered(LIMIT_S)
    media, quiet = [Prompts.media(prompts.short)], Prompts.media(prompts.quiet)
    asking = asyncio.create_task(ask_digits(ends.channel, media, length=len(scin), quiet=quiet))
    await ends.phone.key(scin, tone_ms=80, gap_ms=60)
    return await asking

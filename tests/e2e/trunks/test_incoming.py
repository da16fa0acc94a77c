"""What a carrier brings: numbers in every form, withheld ones, digits in every way."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.softphone.call import DigitWay
from ivr.softphone.carrier import Carrier
from ivr.softphone.sip_message import Fields
from tests.e2e.heard import heard
from tests.e2e.story import Story
from tests.e2e.trunks.carriers import EVENTS, INFO, TONES, UNIT, TrunkLab, brings

LIMIT_S = 10.0
NEW_APPLICATIONS = "new-applications"
FORMS = [
    "03069990101",
    "443069990101",
    "+443069990101",
    "00443069990101",
    "3069990101",
    "+4403069990101",
    "03069990101;phone-context=+44",
    "+44-3069-990-101",
    "03069%20990101",
    "(0)3069990101",
]


def _newest(story: Story) -> Any:
    return story.line.rows("SELECT line, dnis, cli, end FROM call ORDER BY arrived_at DESC LIMIT 1")[0]


async def test_a_number_reaches_its_line_in_every_form(trunk_story: Story) -> None:
    """R-LINE-1: 0…, 44…, +44…, 0044…, without prefix, with a SIP user's parameters, with separators."""
    for form in FORMS:
        async with Carrier(EVENTS) as carrier:
            call = await brings(trunk_story, carrier, form)
            await call.answered(LIMIT_S)
            await call.hang_up()
        await trunk_story.over()
        assert _newest(trunk_story)[:2] == (NEW_APPLICATIONS, "03069990101"), form


@pytest.mark.parametrize(
    ("cli", "headers", "kept"),
    [
        ("+447700900123", (), "07700900123"),
        ("07700900123", (), "07700900123"),
        ("447700900123", (), "07700900123"),
        (None, (), ""),
        (None, (("P-Asserted-Identity", "<sip:+447700900123@127.0.0.2>"),), ""),
        ("+443069990199", (("P-Asserted-Identity", "<sip:+447700900123@127.0.0.2>"),), "07700900123"),
        ("+33-199-001-234", (), "+33199001234"),
    ],
)
async def test_the_callers_number_is_kept(trunk_story: Story, cli: str | None, headers: Fields, kept: str) -> None:
    """R-LINE-1: in one form whatever the carrier wrote; a withheld number is nobody's to see."""
    async with Carrier(EVENTS) as carrier:
        call = await brings(trunk_story, carrier, "03069990100", cli, headers)
        await call.answered(LIMIT_S)
        await call.hang_up()
    await trunk_story.over()
    assert _newest(trunk_story)[2] == kept


async def test_an_unknown_number_is_told_so_then_404(trunk_story: Story) -> None:
    """R-LINE-3: a message as early media, never answered, then 404; it is logged."""
    async with Carrier(EVENTS) as carrier:
        call = await brings(trunk_story, carrier, "+443069990199")
        ending = await call.ended(LIMIT_S)
    assert (ending.status, call.is_answered, call.early_media) == (404, False, True)
    assert heard(call.heard, trunk_story.line.prompt("not-in-use"))
    await trunk_story.over()
    line, dnis, _cli, end = _newest(trunk_story)
    assert (line, dnis, end) == ("unknown", "03069990199", "unknown_number")
    assert '"line": "unknown"' in (trunk_story.line.folder / "service.log").read_text()


@pytest.mark.parametrize(
    ("address", "way", "events"),
    [(EVENTS, DigitWay.RFC4733, True), (INFO, DigitWay.INFO, False), (TONES, DigitWay.INBAND, False)],
)
async def test_digits_are_understood_however_the_carrier_sends_them(
    trunk_story: Story, address: str, way: DigitWay, *, events: bool
) -> None:
    """R-DTMF-4: RFC 4733, SIP INFO, and tones in the sound where the trunk has nothing else."""
    owner = await trunk_story.agent("7001")
    uri = trunk_story.line.uri("+443069990100")
    async with Carrier(address) as carrier:
        call = await carrier.call(uri, cli="+447700900123", offer_events=events)
        await call.answered(LIMIT_S)
        await call.key("1", way=way)
        await call.key("120000000019", way=way)
        assert (await owner.rung()).cli
        await call.hang_up()


async def test_who_is_no_carrier_is_the_test_line(trunk_story: Story, lab: TrunkLab) -> None:
    """Design, configuration: an address that no carrier has is this machine's; carriers' come first."""
    async with Carrier("127.0.0.9") as nobody:
        call = await brings(trunk_story, nobody, "03069990101")
        await call.answered(LIMIT_S)
        assert "test-line" in trunk_story.line.ari("channels")[0]["name"]
        await call.hang_up()
    async with Carrier("127.0.0.5") as last:
        call = await brings(trunk_story, last, "03069990101")
        await call.answered(LIMIT_S)
        assert "trunk-tones" in trunk_story.line.ari("channels")[0]["name"]
        await call.hang_up()
    assert lab.line is trunk_story.line


@pytest.mark.parametrize("dialled", [UNIT, "+44" + UNIT[1:], UNIT + "@trunk-events"])
async def test_nothing_dialled_here_reaches_a_carrier(trunk_story: Story, lab: TrunkLab, dialled: str) -> None:
    """R-OUT-4: from the test line and a carrier a number outside is no line; what an agent's phone dials is
    the service's to call, and here nothing leads out.
    """
    uri = trunk_story.line.uri(dialled.replace("@", "%40"))
    agent = await trunk_story.agent("7001")
    async with lab.carrier() as carrier, Carrier("127.0.0.9") as stranger:
        for phone in (stranger, carrier):
            call = await phone.call(uri, cli="7001")
            assert (await call.ended(LIMIT_S)).status == 404
        refused = await agent.phone.call(uri, cli="7001")
        ending = await refused.ended(LIMIT_S)
        assert (ending.by, ending.how) == ("them", "bye"), "told by a prompt, and let go"
        ghosts = [ring for ring in carrier.rings if ring.ending is not None and ring.ending.how == "cancel"]
        assert carrier.rings == ghosts, "rung for none of these calls"


@pytest.mark.parametrize("dialled", ["*2", "*17001", "*%2Cs"])
async def test_a_carrier_never_reaches_a_feature_code(trunk_story: Story, dialled: str) -> None:
    """R-STATE-10: those are for registered phones alone, even in a call that gives an agent's number."""
    agent = await trunk_story.agent("7001", available=False)
    before = (agent.state, len(_changes(trunk_story)))
    async with Carrier(EVENTS) as carrier:
        call = await carrier.call(trunk_story.line.uri(dialled), cli="7001")
        ending = await call.ended(LIMIT_S)
    assert (ending.status, call.is_answered) == (404, False)
    assert (agent.state, len(_changes(trunk_story))) == before


def _changes(story: Story) -> list[object]:
    return story.line.rows("SELECT event_id FROM agent_event")

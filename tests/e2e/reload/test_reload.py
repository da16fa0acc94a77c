"""Operations change files while calls are up, on the real PBX."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from ivr.pbx import asterisk
from ivr.softphone.agent_phone import Script
from tests.e2e.heard import LookingOut
from tests.e2e.helpline import SHORT
from tests.e2e.reload.own import OwnHelpline
from tests.e2e.story import GENERAL, Call, Story

EMPLOYERS = "03069990200"
ANOTHER = "03069990119"
JANE = "120000000019"
REWORDED = "We would now like to know the long number from one of our recent letters, so go ahead and enter it"


@pytest.fixture(scope="module")
def own_helpline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnHelpline]:
    """A helpline whose files these stories edit."""
    line = OwnHelpline(tmp_path_factory.mktemp("reload"), SHORT)
    line.start()
    yield line
    line.stop()


@pytest.fixture
async def line(own_helpline: OwnHelpline) -> AsyncIterator[OwnHelpline]:
    """The files are afterwards as they were; what is in use is what the last story left."""
    folders = (own_helpline._dialplan, own_helpline.texts)
    before = {path: path.read_bytes() for folder in folders for path in folder.glob("*.toml")}
    yield own_helpline
    for path, content in before.items():
        path.write_bytes(content)


async def _hears(story: Story, call: Call, sound: Path) -> None:
    await story.until(LookingOut(call.sip.heard, sound).has_begun, f"the caller hears {sound.name}", poll_s=0.3)


async def _restart(line: OwnHelpline) -> None:
    line.signal_service(signal.SIGKILL)
    await asyncio.to_thread(line.start_service)


async def test_a_call_keeps_what_it_began_with_and_the_next_has_the_new(line: OwnHelpline) -> None:
    """R-LINE-1, reload: a new number works at once; the call in progress keeps its prompts and its ringing time, also
    when another process carries it on.
    """
    async with Story(line) as story:
        agent = await story.agent("7001", Script.ring())
        old = await (await story.call()).answered()
        line.edit("lines.toml", '"03069 990100"', f'"03069 990100", "{ANOTHER}"')
        line.edit("queues.toml", "ring_timeout_s = 2", "ring_timeout_s = 40")
        line.edit("en-GB.toml", _ask_scin(line), f'ask-scin = "{REWORDED}."')
        said = await line.reload()
        assert said.code == 0, said.text
        old_words, new_words = line.prompt("ask-scin"), line.newest("ask-scin")
        assert old_words != new_words
        new = await (await story.call(ANOTHER)).answered()
        await asyncio.gather(old.key("1"), new.key("1"))
        await asyncio.gather(_hears(story, old, old_words), _hears(story, new, new_words))
        assert old.row().config_hash != new.row().config_hash == line.accepted()
        await new.hang_up()
        await story.until(lambda: old.row().menu_choice == "1", "the choice is written")
        await _restart(line)
        await old.key(JANE)
        await agent.rung()
        await agent.is_in("not_ready")
        assert not old.heard(new_words)
        assert old.offers()[0] == ("7001", "agent:1", "no_answer")


def _ask_scin(line: OwnHelpline) -> str:
    lines = (line.texts / "en-GB.toml").read_text(encoding="utf-8").splitlines()
    return next(one for one in lines if one.startswith("ask-scin ="))


async def test_a_wrong_file_changes_nothing_and_every_mistake_is_told(line: OwnHelpline) -> None:
    """Reload: exit code 1, all mistakes of all files at once; the service goes on, also through a restart."""
    async with Story(line) as story:
        before = line.accepted()
        line.edit("lines.toml", 'entry = "employer"', 'entry = "employr"')
        line.edit("queues.toml", "overflow_s = 4", "overflow_s = -4")
        line.edit("cy-GB.toml", "menu-wrong =", "menu-wrng =")
        said = await line.reload()
        assert said.code == 1
        assert "lines.toml: employers.entry: found 'employr'" in said.text
        assert "queues.toml: waiting.overflow_s: found -4" in said.text
        assert "cy-GB.toml: prompts.menu-wrong: found: nothing" in said.text
        await _restart(line)
        call = await (await story.call(EMPLOYERS)).answered()
        await call.hears("ask-ern")
        assert call.row().config_hash == line.accepted() == before
        await call.hang_up()


async def test_a_line_that_has_a_call_stays(line: OwnHelpline) -> None:
    """Reload: a line is left out only once its calls have ended; from then on its number is not in use."""
    async with Story(line) as story:
        call = await (await story.call(EMPLOYERS)).answered()
        content = (line._dialplan / "lines.toml").read_text()
        head, _, rest = content.partition("[employers]")
        (line._dialplan / "lines.toml").write_text(head + "[direct-7101]" + rest.partition("[direct-7101]")[2])
        said = await line.reload()
        assert said.code == 1
        assert "lines.toml: employers: 1 call is up on this line" in said.text
        await call.hang_up()
        await call.is_in("ended")
        said = await line.reload()
        assert said.code == 0, said.text
        gone = await story.call(EMPLOYERS)
        assert (await gone.sip.ended(20)).status == 404


async def test_a_talk_goes_on_and_phones_stay_registered(line: OwnHelpline) -> None:
    """Reload: Asterisk reads its part again, the fallback's days among it; talks and registrations are not touched."""
    async with Story(line) as story:
        agent = await story.agent("7008", Script.answer(0.1), Script.answer(0.1))
        talk = await (await story.call()).answered()
        await talk.key("99")
        await talk.is_in("talking")
        contacts = _asked(line, "pjsip show contacts")
        line.edit("hours.toml", "[clients]\n", "[clients]\nclosures = [2027-03-17]\n")
        line.edit("lines.toml", '"03069 990100"', f'"03069 990100", "{ANOTHER}"')
        assert (await line.reload()).code == 0
        assert talk.row().state == "talking"
        assert "7008" in contacts
        assert _names(_asked(line, "pjsip show contacts")) == _names(contacts)
        assert "17,mar" in _asked(line, f"dialplan show {ANOTHER}@fallback")
        await talk.hang_up()
        await agent.is_in("after_call_work")
        await agent.available()
        again = await (await story.call(GENERAL)).answered()
        await again.key("99")
        await again.is_in("talking")
        await again.hang_up()


def _asked(line: OwnHelpline, command: str) -> str:
    return asterisk.rx(line.install, line.settings.pbx, command)


def _names(contacts: str) -> set[str]:
    return {row.split()[1] for row in contacts.splitlines() if row.strip().startswith("Contact:") and "@" in row}

"""`ivr call`: the real command beside a real helpline, its output, its exit code, and what it leaves behind."""

from __future__ import annotations

import asyncio
import random
import re
import sys
from itertools import pairwise

from ivr.softphone.agent_phone import Script
from tests.e2e.story import Story
from tests.patience import patiently

LIMIT_S = patiently(40.0)
JANE = "120000000019"
TIME = re.compile(r"^ *([0-9]+\.[0-9]{2}) s  ", re.MULTILINE)


async def ivr_call(story: Story, *arguments: str) -> tuple[int, str]:
    """Run the command to its end: exit code, and all that it said, with single spaces."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ivr", "call", *arguments),
        env={**story.line._environment, "COLUMNS": "120"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), LIMIT_S)
    finally:
        if process.returncode is None:
            process.kill()
    return process.returncode or 0, said.decode()


def in_order(said: str, *parts: str) -> bool:
    """Whether all parts are there, one after the other, whatever the line breaks."""
    return re.search(".*".join(map(re.escape, parts)), " ".join(said.split()), re.DOTALL) is not None


def some_cli() -> str:
    return f"07700900{random.randrange(1000):03}"


async def test_a_call_is_told_from_the_number_dialled_to_the_talk(story: Story) -> None:
    """R-MI-2, R-DTMF-5: prompts in words, digits masked, the owner answers, and is logged out again afterwards."""
    cli = some_cli()
    code, said = await ivr_call(
        story, "03069990100", "--keys", f"1,{JANE}", "--answer", "7001", "--talk", "0.5", "--cli", cli
    )
    assert code == 0, said
    assert in_order(
        said,
        f"caller dials 03069990100 as {cli}",
        "“Hello. This is the Child Maintenance Group.”",
        "takes 1: an existing case",
        "keys …019",
        "…019: it is on record",
        "for, in this order: the owner, the team Maintenance 1, the segment Maintenance",
        "reserves 7001 Megan Price",
        "7001 the phone rings",
        "7001 answers",
        "connects the caller with 7001 Megan Price",
        "7001 hangs up",
        "The call reached 7001 Megan Price.",
    ), said
    assert JANE not in said
    times = [float(found) for found in TIME.findall(said)]
    assert len(times) > 15
    assert all(later >= earlier - 0.02 for earlier, later in pairwise(times)), said
    ended = story.line.rows('SELECT state, "end", menu_choice FROM call WHERE cli = :cli', cli=cli)
    assert [tuple(row) for row in ended] == [("ended", "answered", "1")]
    left = "SELECT staff_number FROM agent_live WHERE state <> 'logged_out'"
    assert story.line.rows(left) == []


async def test_who_was_logged_in_before_stays_so(story: Story) -> None:
    """R-STATE-1: a test call logs nobody out of their own work."""
    owner = await story.agent("7001", Script.ring(), available=False)
    code, said = await ivr_call(
        story, "03069990100", "--keys", f"!1{JANE}", "--answer", "7001", "--talk", "0.3", "--cli", some_cli()
    )
    assert code == 0, said
    assert owner.state in {"after_call_work", "available"}


async def test_a_call_that_does_not_reach_who_should_answer_fails(story: Story) -> None:
    """The exit code tells a script: a new application waits, 7001 is not eligible, and the caller hangs up."""
    code, said = await ivr_call(
        story, "03069990100", "--keys", "2", "--answer", "7001", "--hang-up-after", "2", "--cli", some_cli()
    )
    assert code == 1, said
    assert in_order(said, "the segment Applications, the segment GICH", "caller hangs up", "did not reach 7001"), said


async def test_a_number_that_no_line_has_is_told_and_fails(story: Story) -> None:
    """R-LINE-3."""
    code, said = await ivr_call(story, "03069990199", "--cli", some_cli())
    assert code == 1
    assert in_order(said, "is not in use", "refused with 404", "Not served: no line has this number."), said


async def test_who_mistypes_is_told_what_was_expected(story: Story) -> None:
    """Wrong keys, an unknown agent: a sentence, and no call."""
    before = story.line.rows("SELECT count(*) FROM call")[0][0]
    assert await ivr_call(story, "03069990100", "--keys", "1x") == (
        1,
        "keys: found 'x', expected 0-9 * # A-D, or , ; p for a wait\n",
    )
    code, said = await ivr_call(story, "03069990100", "--answer", "7999")
    assert code == 1
    assert said.startswith("--answer: nobody has the staff number 7999. There are: 7001, 7002,")
    assert story.line.rows("SELECT count(*) FROM call")[0][0] == before

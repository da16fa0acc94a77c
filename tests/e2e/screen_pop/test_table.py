"""What opens on the agent's screen, by what the caller entered: R-POP-1's table on the real PBX, its rows side by side.

Every limit is as shipped. Each pop comes over the agent's WebSocket while the phone rings, and is the same over REST.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from ivr.softphone.incoming import IncomingCall
from tests.e2e.screen_pop.screens import Json, Opened, Screens
from tests.e2e.story import GENERAL, Call, Story

EMPLOYERS, NORTHERN_IRELAND = "03069990200", "03069990102"
JANE, AMINA, PETER, CHRIS = "120000000019", "120000000027", "120000000035", "120000000043"
SEAN, VERA, NOBODY = "120000000069", "120000000085", "120000009999"
STAFF: Final = ("7001", "7002", "7003", "7004", "7005", "7006", "7008", "7009", "7010", "7011", "7012")
LEADER: Final = "7101"
CLI: Final = "07700900{:03}"
WITH_THE_RINGING_S: Final = 2.0
"""A pop comes at most so long after the phone was asked to ring, on a machine that is busy with all rows at once."""
PROMPT_LIMIT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Row:
    """What a caller does: ``steps`` are a prompt to wait for ("": none) and what is keyed then. Then what opens.

    ``record``: its kind and name; ``attempts``: what was keyed and how it ended, one after another.
    """

    words: str
    steps: tuple[tuple[str, str], ...]
    pop: str
    attempts: tuple[str, ...]
    record: tuple[str, str] | None = None
    selected: tuple[int, ...] = ()
    acts_for: tuple[str, ...] = ()
    search_among: tuple[str, ...] = ()
    menu: str | None = "1"
    language: str = "en"
    line: str = "general"
    number: str = GENERAL


def _existing(*steps: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """The regular caller's way in: 1 and the first digits at once."""
    (_, first), *more = steps
    return (("", "1" + first), *more)


BIRTH, AGAIN = "ask-date-of-birth", "scin-invalid-again"
ROWS: Final = (
    Row("one case", _existing(("", JANE)), "record", ("scin recognised",), ("client", "Jane Example"), (1,)),
    Row(
        "recognised at the second attempt",
        _existing(("", "120"), ("scin-incomplete-again", JANE)),
        "record",
        ("scin incomplete", "scin recognised"),
        ("client", "Jane Example"),
        (1,),
    ),
    Row(
        "several cases, a date of birth selects one",
        _existing(("", AMINA), (BIRTH, "30062018")),
        "record",
        ("scin recognised", "date_of_birth recognised"),
        ("client", "Amina Sample"),
        (4,),
    ),
    Row(
        "both roles, a date of birth selects one",
        _existing(("", CHRIS), (BIRTH, "05122016")),
        "record",
        ("scin recognised", "date_of_birth recognised"),
        ("client", "Chris Duplicate"),
        (8,),
    ),
    Row(
        "the date of birth fails: the record, no case selected",
        _existing(("", AMINA), (BIRTH, "31022012"), ("date-of-birth-invalid-again", "0101")),
        "record",
        ("scin recognised", "date_of_birth invalid", "date_of_birth incomplete"),
        ("client", "Amina Sample"),
    ),
    Row("a case group", _existing(("", PETER)), "record", ("scin recognised",), ("client", "Peter Specimen")),
    Row("no open case", _existing(("", VERA)), "record", ("scin recognised",), ("client", "Vera Formerly")),
    Row(
        "Northern Ireland",
        _existing(("", SEAN)),
        "record",
        ("scin recognised",),
        ("client", "Sean Illustration"),
        (10,),
        line="northern-ireland",
        number=NORTHERN_IRELAND,
    ),
    Row(
        "not on record twice",
        _existing(("", NOBODY), (AGAIN, NOBODY)),
        "search",
        ("scin invalid", "scin invalid"),
        search_among=("client",),
    ),
    Row(
        "the final attempt decides: incomplete, then not on record",
        _existing(("", "12"), ("scin-incomplete-again", NOBODY)),
        "search",
        ("scin incomplete", "scin invalid"),
        search_among=("client",),
    ),
    Row(
        "the final attempt decides: not on record, then none",
        _existing(("", NOBODY), (AGAIN, "")),
        "blank",
        ("scin invalid", "scin none"),
    ),
    Row(
        "incomplete twice",
        _existing(("", "1200"), ("scin-incomplete-again", "12")),
        "blank",
        ("scin incomplete", "scin incomplete"),
    ),
    Row("none twice", _existing(("", "")), "blank", ("scin none", "scin none")),
    Row("no choice in the menu", (("", "9"), ("menu-wrong", "9")), "blank", (), menu=None),
    Row("Welsh", (("", "4"),), "blank", (), menu="4", language="cy"),
    Row("a new application", (("", "2"),), "blank", (), menu="2"),
    Row(
        "a representative",
        (("", "3560000000013"),),
        "record",
        ("trn recognised",),
        ("representative", "Model Advice Centre"),
        acts_for=("Amina Sample", "Jane Example"),
        menu="3",
    ),
    Row("a representative who skips", (("", "3"), ("ask-trn", "#")), "blank", (), menu="3"),
    Row(
        "a representative not on record",
        (("", "3560000009999"), ("trn-invalid-again", "560000009999")),
        "search",
        ("trn invalid", "trn invalid"),
        search_among=("representative",),
        menu="3",
    ),
    Row(
        "an employer",
        (("", "340000000011"),),
        "record",
        ("ern recognised",),
        ("employer", "Drama Bakeries Ltd"),
        menu=None,
        line="employers",
        number=EMPLOYERS,
    ),
    Row(
        "an employer agent, the link to be confirmed",
        (("", "340000000037"),),
        "record",
        ("ern recognised",),
        ("employer_agent", "Imaginary Payroll Services"),
        acts_for=("Drama Bakeries Ltd", "Fictional Freight plc"),
        menu=None,
        line="employers",
        number=EMPLOYERS,
    ),
    Row(
        "an employer not on record",
        (("", "340000009999"), ("ern-invalid-again", "340000009999")),
        "search",
        ("ern invalid", "ern invalid"),
        search_among=("employer", "employer_agent"),
        menu=None,
        line="employers",
        number=EMPLOYERS,
    ),
)
RECORDS: Final = ("client", "representative", "employer", "employer_agent")


async def test_the_table_of_what_opens(shipped_story: Story) -> None:
    """R-POP-1, R-POP-2, R-DTMF-3: every row opens as it says, before the answer, to the agent who is rung and no other.

    A team leader's socket is told of all these calls, and of no caller's record: a pop that came to it would have no
    phone that rings.
    """
    agents = [await shipped_story.agent(staff) for staff in STAFF]
    leader = await shipped_story.agent(LEADER, available=False)
    async with Screens(shipped_story, *agents, leader) as screens:
        told = await asyncio.gather(
            *(_go(shipped_story, screens, CLI.format(600 + number), row) for number, row in enumerate(ROWS)),
            return_exceptions=True,
        )
        wrong = [f"{row.words}: {one!r}" for row, one in zip(ROWS, told, strict=True) if one is not None]
        assert not wrong, "\n".join(wrong)
        assert len(screens.opened) == len(ROWS)
        await shipped_story.until(
            lambda: _ended(screens.events[LEADER]) == len(ROWS), "the leader is told of every call's end"
        )
        seen = str(screens.events[LEADER])
        assert "my_call" not in seen
        assert "Jane Example" not in seen
        assert JANE not in seen


def _ended(events: list[Json]) -> int:
    ends = {one["call"]["call_id"] for one in events if one["type"] == "call_changed" and one["call"]["ended_at"]}
    return len(ends)


async def _go(story: Story, screens: Screens, cli: str, row: Row) -> None:
    call = await (await story.call(row.number, cli)).answered()
    try:
        for prompt, keys in row.steps:
            await _asked(story, call, prompt)
            await call.key(keys)
        opened = await screens.pop(cli)
        again = await opened.agent.call()
        await story.until(lambda: _rings(opened, cli), "the phone that the pop is for rings", WITH_THE_RINGING_S)
    finally:
        await call.hang_up()  # so that its agent is there for the next row
    _is_with_the_ringing(opened, cli)
    assert again is not None
    assert _lasting(again) == _lasting(opened.pop)
    assert _of_call(opened.pop) == (row.pop, row.line, row.menu, row.language, row.search_among)
    assert tuple(f"{one['what']} {one['outcome']}" for one in opened.pop["attempts"]) == row.attempts
    _shows(opened.pop, row)


async def _asked(story: Story, call: Call, prompt: str) -> None:
    """Wait until the prompt has begun, by the call's journey: from then on a key is an answer to it."""
    played = "SELECT 1 FROM call_event e JOIN call c ON c.call_id = e.call_id WHERE c.cli = :cli AND e.data LIKE :like"
    await story.until(
        lambda: not prompt or story.line.rows(played, cli=call.cli, like=f"%{prompt}%"), prompt, PROMPT_LIMIT_S, 0.2
    )


def _rings(opened: Opened, cli: str) -> list[IncomingCall]:
    return [ring for ring in opened.agent.phone.rings if ring.cli == cli]


def _is_with_the_ringing(opened: Opened, cli: str) -> None:
    (ring,) = _rings(opened, cli)
    assert not opened.answered
    assert not ring.is_answered
    assert opened.at - ring.marks[0].at < WITH_THE_RINGING_S


def _lasting(pop: Json) -> Json:
    """The pop without who happens to be Available elsewhere."""
    client = pop["client"]
    if client is None:
        return pop
    return {**pop, "client": {**client, "cases": [{**case, "transfer": None} for case in client["cases"]]}}


def _of_call(pop: Json) -> tuple[Any, ...]:
    assert pop["redirected"] == []
    assert pop["state"] == "ringing"
    assert 0 <= pop["waited_s"] <= PROMPT_LIMIT_S
    return (pop["pop"], pop["line"], pop["menu_choice"], pop["language"], tuple(pop["search_among"]))


def _shows(pop: Json, row: Row) -> None:
    """The record that opens is this one and no other; the case selected is this one and no other."""
    there = [(kind, pop[kind]["name"]) for kind in RECORDS if pop[kind] is not None]
    assert there == ([] if row.record is None else [row.record])
    record = pop[row.record[0]] if row.record else {}
    assert tuple(case["case_id"] for case in record.get("cases", ()) if case["selected"]) == row.selected
    assert tuple(one["name"] for one in record.get("acts_for", ())) == row.acts_for

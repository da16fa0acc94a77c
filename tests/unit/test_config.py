"""Operations' files: every mistake told at once, with file, key, what was found, what was expected, the nearest."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ivr import config
from ivr.domain.lines import Entry, Opening
from ivr.domain.opening import Doors
from ivr.errors import ConfigError


@pytest.fixture
def dialplan(tmp_path: Path) -> Path:
    """A copy of what is shipped."""
    return shutil.copytree(config.PROJECT / "dialplan", tmp_path / "dialplan")


def _write(folder: Path, file: str, text: str) -> None:
    (folder / file).write_text(text, encoding="utf-8")


def _mistakes(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config.load(folder)
    return caught.value.mistakes


LINE = """[{name}]
numbers = [{numbers}]
brand = "{brand}"
language = "en"
entry = "{entry}"
hours = "{hours}"
"""


def _line(**values: str) -> str:
    usual = {"name": "one", "numbers": '"03069990100"', "brand": "cmg", "entry": "menu", "hours": "always"}
    return LINE.format(**{**usual, **values})


def test_what_is_shipped_loads_as_the_rules_have_it(dialplan: Path) -> None:
    """R-LINE-2, R-RONA-2, R-STATE-4, R-STATE-6, R-DTMF-1, R-WAIT-1: numbers, entries and every default."""
    loaded = config.load(dialplan)
    lines = {number: line for line in loaded.lines.values() for number in line.numbers}
    assert {number: line.entry for number, line in lines.items()} == {
        "03069990100": Entry.MENU,
        "03069990101": Entry.NEW_APPLICATION,
        "03069990102": Entry.MENU,
        "03069990200": Entry.EMPLOYER,
        "03069990301": Entry.DIRECT,
        "03069990302": Entry.DIRECT,
    }
    assert lines["03069990102"].brand == "nicms"
    assert (lines["03069990301"].leader, lines["03069990301"].deputy) == ("7101", "7102")
    rules = loaded.rules
    assert (rules.ringing.ring_timeout_s, rules.ringing.no_ringing_timeout_s) == (15, 4)
    assert (rules.limits.overflow_s, rules.limits.again_after_rona_s, rules.limits.after_call_work_s) == (60, 60, 600)
    assert loaded.queues.agents.idle_logout_s == 90 * 60
    assert (rules.digits.attempts, rules.digits.first_digit_s, rules.digits.between_digits_s) == (2, 6, 4)
    assert (rules.digits.scin_digits, rules.digits.ern_digits, rules.digits.trn_digits) == (12, 12, 12)


@pytest.mark.parametrize("dialled", ["03069990100", "+443069990100", "443069990100", "3069990100"])
def test_a_dialled_number_finds_its_line_in_every_form(dialplan: Path, dialled: str) -> None:
    """R-LINE-1."""
    found = config.load(dialplan).line_of(dialled)
    assert found is not None
    assert found.name == "general"
    assert config.load(dialplan).line_of("03069990999") is None


ONE_LINE = "a number no other line has (one has it)"
ENTRIES = "one of 'menu', 'existing_case', 'new_application', 'third_party', 'employer', 'direct'"
KEY_TAKEN = "a key that no other option of the menu has (0, 4 to 9)"
AFTER_OPTIONS = 'welsh_offer = "after_options"\n'
NO_OPTIONS = "'after_greeting' or 'before_greeting': this line has no options"
LEADER = "leader for an entry 'direct', and for no other"


@pytest.mark.parametrize(
    ("lines", "where", "expected"),
    [
        (_line(hours="alway"), "one.hours: found 'alway'", "a name from hours.toml (did you mean 'always'?)"),
        (_line(numbers='"12345"'), "one.numbers: found '12345'", "a UK number of ten or eleven digits"),
        (_line(brand="csa"), "one.brand: found 'csa'", "one of 'cmg', 'nicms'"),
        (_line(entry="employr"), "one.entry: found 'employr'", ENTRIES + " (did you mean 'employer'?)"),
        (_line() + 'welsh_key = "3"\n', "one.welsh_key: found '3'", KEY_TAKEN),
        (_line(entry="employer") + AFTER_OPTIONS, "one.welsh_offer: found 'after_options'", NO_OPTIONS),
        (_line(entry="direct"), "one.leader: found None", LEADER),
        (_line() + 'leader = "7101"\n', "one.leader: found '7101'", LEADER),
        (_line() + 'greting = ""\n', "one.greting: found 'greting'", "no such key (did you mean 'greeting'?)"),
        (_line(numbers=""), "one.numbers: found []", "a list, each a text, at least one"),
        (_line().replace("brand", "#brand"), "one.brand: missing", "one of 'cmg', 'nicms'"),
        (_line() + _line(name="two"), "two.numbers: found '03069990100'", ONE_LINE),
        (_line() + _line(name="two", numbers='"+44 3069 990100"'), "two.numbers: found '+44 3069 990100'", ONE_LINE),
    ],
)
def test_a_mistake_in_lines(dialplan: Path, lines: str, where: str, expected: str) -> None:
    """R-LINE-1: a number belongs to exactly one line; every line says what it must."""
    _write(dialplan, "lines.toml", lines)
    assert _mistakes(dialplan) == [f"lines.toml: {where}, expected {expected}"]


@pytest.mark.parametrize(
    "text", ["mon-fri 8-20", "mon-fri 20:00-08:00", "mon-fri 08:00-24:01", "xyz 08:00-09:00", "mon 08:00-08:00", ""]
)
def test_a_mistake_in_opening_hours(dialplan: Path, text: str) -> None:
    """R-LINE-5: hours that would never, or always, be open are refused."""
    _write(dialplan, "hours.toml", f'[always]\nnation = "england-and-wales"\nopen = ["{text}"]\n')
    _write(dialplan, "lines.toml", _line())
    (mistake,) = _mistakes(dialplan)
    assert mistake.startswith(f"hours.toml: always.open: found {text!r}, expected days and times such as")


def test_a_week_may_run_over_its_end(dialplan: Path) -> None:
    """R-LINE-5: Saturday to Monday is three days."""
    _write(dialplan, "hours.toml", '[always]\nnation = "scotland"\nopen = ["sat-mon 09:00-17:30"]\n')
    _write(dialplan, "lines.toml", _line())
    assert config.load(dialplan).hours["always"].openings == (Opening((5, 6, 0), 540, 1050),)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("ring_timeout_s", "0", "queues.toml: ringing.ring_timeout_s: found 0, expected a whole number from 1 to 120"),
        (
            "ring_timeout_s",
            "15.5",
            "queues.toml: ringing.ring_timeout_s: found 15.5, expected a whole number from 1",
        ),
        ("overflow_s", "-1", "queues.toml: waiting.overflow_s: found -1, expected a number above 0 and up to 86400"),
        ("overflow_s", "nan", "queues.toml: waiting.overflow_s: found nan, expected a number above 0 and up to 86400"),
        ("attempts", "9", "queues.toml: digits.attempts: found 9, expected a whole number from 1 to 5"),
        ("scin_digits", "2", "queues.toml: digits.scin_digits: found 2, expected a whole number from 4 to 20"),
        (
            "after_call_work_s",
            '"ten"',
            "queues.toml: agents.after_call_work_s: found 'ten', expected a number above 0",
        ),
    ],
)
def test_a_mistake_in_queues(dialplan: Path, key: str, value: str, expected: str) -> None:
    """R-RONA-2, R-WAIT-1, R-DTMF-1, R-STATE-4: a time that would make calls ring for ever, or never, is refused."""
    file = dialplan / "queues.toml"
    lines = [f"{key} = {value}" if line.startswith(f"{key} = ") else line for line in file.read_text().splitlines()]
    _write(dialplan, "queues.toml", "\n".join(lines))
    (mistake,) = _mistakes(dialplan)
    assert mistake.startswith(expected)


def test_a_file_that_is_missing_or_no_toml(dialplan: Path) -> None:
    """Told with the others, and never half read."""
    (dialplan / "trunks.toml").unlink()
    _write(dialplan, "queues.toml", "[ringing\n")
    (dialplan / "hours.toml").write_bytes(b"\xff\xfe")
    _write(dialplan, "lines.toml", _line(brand="csa"))
    mistakes = _mistakes(dialplan)
    assert [mistake.partition(":")[0] for mistake in mistakes] == [
        "hours.toml",
        "lines.toml",
        "queues.toml",
        "trunks.toml",
    ]
    assert mistakes[0].startswith("hours.toml: found a byte that is no UTF-8")
    assert mistakes[2].startswith("queues.toml: line 1: not valid TOML: ")
    assert "No such file" in mistakes[3]


def test_a_file_that_cannot_be_read_makes_no_other_look_wrong(dialplan: Path) -> None:
    """People, operations: a line's hours are not called unknown because hours.toml has a mistake of its own."""
    _write(dialplan, "hours.toml", '[always]\nnation = "scotland"\nopen = []\nopen = []\n')
    assert _mistakes(dialplan) == ["hours.toml: line 4: found a key or table a second time, expected it once"]
    _write(dialplan, "hours.toml", '[always]\nnation = "wales"\nopen = []\n')
    _write(dialplan, "lines.toml", _line())
    expected = "expected one of 'england-and-wales', 'northern-ireland', 'scotland'"
    assert _mistakes(dialplan) == [f"hours.toml: always.nation: found 'wales', {expected}"]


def test_a_table_that_is_there_twice_is_told_by_its_line(dialplan: Path) -> None:
    """People, operations: which line to look at."""
    _write(dialplan, "lines.toml", _line() + _line())
    assert _mistakes(dialplan) == ["lines.toml: line 7: found a key or table a second time, expected it once"]


def test_what_has_calls_may_not_be_left_out(dialplan: Path) -> None:
    """Reload: a line with calls up and a queue that callers wait in stay until they have ended; others may go."""
    before = config.load(dialplan)
    _write(dialplan, "lines.toml", _line())
    queues = (dialplan / "queues.toml").read_text(encoding="utf-8")
    _write(dialplan, "queues.toml", queues.replace('"GICH"', '"Front Desk"').replace('"Third Party"', '"Others"'))
    after = config.load(dialplan)
    in_use = config.InUse({"general": 2, "employers": 1, "one": 9}, {"segment:GICH": 3, "team:Welsh": 4})
    assert sorted(config.still_in_use(before, after, in_use)) == [
        "lines.toml: employers: 1 call is up on this line, expected it to stay until they have ended",
        "lines.toml: general: 2 calls are up on this line, expected it to stay until they have ended",
        "queues.toml: segments.gich: 3 calls wait for 'GICH', expected it to stay until they have ended",
    ]
    assert config.still_in_use(before, before, in_use) == []


def test_every_mistake_of_every_file_is_told_at_once(dialplan: Path) -> None:
    """People, operations: one round of corrections, not ten."""
    _write(dialplan, "lines.toml", _line(brand="csa", hours="nowhere") + _line(name="two", numbers='"1"', hours="no"))
    _write(dialplan, "hours.toml", '[always]\nnation = "wales"\nopen = ["x", "y"]\n')
    _write(dialplan, "queues.toml", "[ringing]\nring_timeout = 3\n[waitng]\nx = 1\n")
    _write(dialplan, "trunks.toml", "[one]\naddresses = []\n")
    mistakes = _mistakes(dialplan)
    keys = [" ".join(mistake.split(": ")[:2]) for mistake in mistakes]
    assert keys == [
        "hours.toml always.nation",
        "lines.toml one.brand",
        "lines.toml two.hours",
        "lines.toml two.numbers",
        "queues.toml ringing.ring_timeout",
        "queues.toml waitng",
        "trunks.toml one.addresses",
    ]
    assert "(did you mean 'ring_timeout_s'?)" in mistakes[4]
    assert "(did you mean 'waiting'?)" in mistakes[5]


def test_the_hash_names_the_content(dialplan: Path) -> None:
    """A call carries the hash of the configuration it started with."""
    before = config.load(dialplan)
    assert config.load(dialplan).texts == before.texts
    assert config.parse(before.texts).lines == before.lines
    with (dialplan / "trunks.toml").open("a") as file:
        file.write("# a comment\n")
    assert config.load(dialplan).texts != before.texts


def test_public_holidays_are_the_nations_own() -> None:
    """R-LINE-5: the Twelfth closes Northern Ireland only, Christmas Day both; operations add closures of their own."""
    shipped = config.load(config.PROJECT / "dialplan")
    entries = {
        "ew": config.HoursEntry(nation="england-and-wales", open=["mon-sun 00:00-24:00"], closures=[date(2027, 7, 13)]),
        "ni": config.HoursEntry(nation="northern-ireland", open=["mon-sun 00:00-24:00"]),
        "none": config.HoursEntry(nation="northern-ireland", open=[], public_holidays=False),
    }
    plan = replace(shipped, hours_entries=entries)
    twelfth, christmas = date(2027, 7, 12), date(2026, 12, 25)
    assert twelfth in plan.closures("ni", (2027,))
    assert twelfth not in plan.closures("ew", (2027,))
    assert date(2027, 7, 13) in plan.closures("ew", (2027,))
    assert christmas in plan.closures("ew", (2026,)) & plan.closures("ni", (2026,))
    assert plan.closures("none", (2026, 2027)) == frozenset()


def test_a_line_is_open_by_the_clock_of_london() -> None:
    """R-LINE-5: 07:30 UTC is 08:30 in July, and 07:30 in November."""
    shipped = config.load(config.PROJECT / "dialplan")
    hours = replace(shipped.hours["clients"], openings=(Opening(tuple(range(7)), 8 * 60, 20 * 60),))
    plan = replace(shipped, hours={**shipped.hours, "clients": hours})
    line = plan.lines["general"]
    assert plan.doors(line, datetime(2026, 7, 6, 7, 30, tzinfo=UTC)) is Doors.OPEN
    assert plan.doors(line, datetime(2026, 11, 23, 7, 30, tzinfo=UTC)) is Doors.CLOSED


WEEKDAYS = "mon-fri 08:00-20:00"
HOURS = f"""
[always]
nation = "england-and-wales"
open = ["mon-sun 00:00-24:00"]
[clients]
nation = "england-and-wales"
open = ["{WEEKDAYS}"]
[clients-ni]
nation = "northern-ireland"
open = ["{WEEKDAYS}"]
[employers]
nation = "england-and-wales"
open = ["{WEEKDAYS}"]
"""


def test_a_day_is_open_when_a_line_of_the_brand_is(dialplan: Path) -> None:
    """R-CB-3: weekends and the nation's holidays are closed days; direct numbers, which always ring, do not count."""
    _write(dialplan, "hours.toml", HOURS)
    plan = config.load(dialplan)
    friday, saturday, twelfth = date(2027, 7, 9), date(2027, 7, 10), date(2027, 7, 12)
    assert plan.is_open_day("cmg", friday)
    assert plan.is_open_day("nicms", friday)
    assert not plan.is_open_day("cmg", saturday)
    assert plan.is_open_day("cmg", twelfth)
    assert not plan.is_open_day("nicms", twelfth)
    alone = replace(plan, lines={name: line for name, line in plan.lines.items() if line.brand == "cmg"})
    assert alone.is_open_day("nicms", twelfth), "who has no line of their own shares the others'"


def test_names_that_nobody_has_are_told_with_the_nearest(dialplan: Path) -> None:
    """R-LINE-2, R-MENU-6: a segment, a team and a leader who are not on record."""
    queues = (dialplan / "queues.toml").read_text(encoding="utf-8")
    _write(
        dialplan, "queues.toml", queues.replace('"Applications"', '"Aplications"').replace('"Third Party"', '"Third"')
    )
    lines = (dialplan / "lines.toml").read_text(encoding="utf-8")
    _write(dialplan, "lines.toml", lines.replace('leader = "7101"', 'leader = "7999"'))
    known = config.OnRecord(
        frozenset({"GICH", "Applications", "Employer", "Welsh"}),
        frozenset({"Third Party"}),
        frozenset({"7101", "7102"}),
    )
    mistakes = config.not_on_record(config.load(dialplan), known)
    assert mistakes[0] == (
        "queues.toml: segments.third_party_team: found 'Third', expected a team on record (did you mean 'Third Party'?)"
    )
    assert mistakes[1].startswith(
        "queues.toml: segments.applications: found 'Aplications', expected a segment on record"
    )
    assert mistakes[2].startswith("lines.toml: direct-7101.leader: found '7999', expected a staff number on record")
    assert len(mistakes) == 3
    assert config.not_on_record(config.load(config.PROJECT / "dialplan"), known) == []

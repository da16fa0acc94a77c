"""What is announced, for all and for one queue, as operations write it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ivr import config
from ivr.domain.waiting import Announce
from ivr.errors import ConfigError


def _load(tmp_path: Path, queues: str) -> config.Dialplan:
    folder = shutil.copytree(config.PROJECT / "dialplan", tmp_path / "dialplan")
    (folder / "queues.toml").write_text(queues, encoding="utf-8")
    return config.load(folder)


def test_one_queue_may_announce_otherwise_than_the_rest(tmp_path: Path) -> None:
    """R-WAIT-2: by segment or team; a table without the key changes nothing."""
    waiting = _load(
        tmp_path,
        '[waiting]\nannounce = "position"\n[queues."segment:GICH"]\nannounce = "expected_wait"\n'
        '[queues."team:Third Party"]\nannounce = "none"\n[queues."segment:Employer"]\n',
    ).rules.waiting
    assert waiting.announced_in(["segment:Maintenance"]) is Announce.POSITION
    assert waiting.announced_in(["segment:GICH"]) is Announce.EXPECTED_WAIT
    assert waiting.announced_in(["team:Third Party", "segment:GICH"]) is Announce.NONE
    assert waiting.announced_in(["segment:Employer"]) is Announce.POSITION


def test_both_is_shipped() -> None:
    """R-WAIT-2."""
    assert config.load(config.PROJECT / "dialplan").rules.waiting.announce is Announce.BOTH


@pytest.mark.parametrize(
    ("queues", "mistake"),
    [
        (
            '[waiting]\nannounce = "postion"',
            "queues.toml: waiting.announce: found 'postion', expected one of 'position'",
        ),
        ('[queues."GICH"]', "queues.toml: queues.GICH: found 'GICH', expected a text of the form"),
        ('[queues."segment:GICH"]\nanounce = "both"', "queues.segment:GICH.anounce: found 'anounce', expected no such"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, queues: str, mistake: str) -> None:
    """Operations find it before it goes live."""
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, queues)
    (told,) = caught.value.mistakes
    assert mistake in told
    if "anounce" in queues:
        assert "(did you mean 'announce'?)" in told


def test_a_queue_must_be_on_record(tmp_path: Path) -> None:
    """The nearest name of the same sort is offered."""
    dialplan = _load(tmp_path, '[queues."segment:Gich"]\n[queues."team:Thrid Party"]\n')
    names = dialplan.queues.segments
    known = config.OnRecord(
        segments=frozenset({names.gich, names.applications, names.employer, names.welsh}),
        teams=frozenset({names.third_party_team}),
        staff=frozenset({"7101", "7102"}),
    )
    mistakes = config.not_on_record(dialplan, known)
    assert [mistake.partition(", expected ")[::2] for mistake in mistakes] == [
        ("queues.toml: queues.segment:Gich: found 'Gich'", "a segment on record (did you mean 'GICH'?)"),
        ("queues.toml: queues.team:Thrid Party: found 'Thrid Party'", "a team on record (did you mean 'Third Party'?)"),
    ]


TRUNKED = '[calls]\ntrunk = "one"\n'
ONE = '[one]\naddresses = ["192.0.2.10"]\nserver = "sip.carrier.example:5060"\n'


def _load_with_carrier(tmp_path: Path, queues: str, outbound: str = TRUNKED) -> config.Dialplan:
    folder = shutil.copytree(config.PROJECT / "dialplan", tmp_path / "dialplan")
    for name, content in (("queues", queues), ("outbound", outbound), ("trunks", ONE)):
        (folder / f"{name}.toml").write_text(content, encoding="utf-8")
    return config.load(folder)


def test_a_call_back_is_offered_where_operations_say(tmp_path: Path) -> None:
    """R-WAIT-3: for all, for one queue, or for all but one."""
    waiting = _load_with_carrier(
        tmp_path,
        '[waiting]\ncall_back_after_s = 600\n[queues."segment:GICH"]\ncall_back_after_s = 300\n'
        '[queues."segment:Employer"]\ncall_back_after_s = 0\n',
    ).rules.waiting
    assert waiting.call_backs_are_offered
    assert waiting.call_back_in(["segment:Maintenance"]) == 600
    assert waiting.call_back_in(["segment:GICH"]) == 300
    assert waiting.call_back_in(["segment:Employer"]) == 0


def test_none_is_shipped() -> None:
    """R-WAIT-3: off by default."""
    waiting = config.load(config.PROJECT / "dialplan").rules.waiting
    assert not waiting.call_backs_are_offered


@pytest.mark.parametrize(
    ("queues", "place"),
    [
        ("[waiting]\ncall_back_after_s = 600", "waiting.call_back_after_s"),
        ('[queues."segment:GICH"]\ncall_back_after_s = 600', "queues.segment:GICH.call_back_after_s"),
    ],
)
def test_a_call_back_that_nobody_could_make_is_a_mistake(tmp_path: Path, queues: str, place: str) -> None:
    """R-WAIT-3: without a carrier that callers are rung through nobody is promised anything."""
    with pytest.raises(ConfigError) as caught:
        _load_with_carrier(tmp_path, queues, "")
    (told,) = caught.value.mistakes
    assert told.startswith(f"queues.toml: {place}: found 600")
    assert "calls.trunk of outbound.toml" in told

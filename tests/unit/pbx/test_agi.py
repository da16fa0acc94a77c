"""FastAGI's protocol: what Asterisk says, and whatever else connects or falls silent (R-STATE-10)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from ivr.errors import IvrError, NotFound, PbxError, PbxUnavailable
from ivr.pbx import agi
from ivr.pbx.agi import AgiCall, AgiHead, AgiServer
from tests.unit.pbx.agi_peer import ARGUMENTS, DONE, HEAD, SECRET, Answers, Peer
from tests.unit.virtual_time import now, run_virtual

SOUND = Path("/sounds/en/agent-ask-pin-1234.wav")


def call_with(answers: Answers) -> tuple[AgiCall, Peer]:
    """A call whose head was read, on a peer that answers so."""
    peer = Peer("", answers)
    return AgiCall(AgiHead("feature-code", (), SECRET), peer.reader, peer.writer), peer


async def _failure(asked: Awaitable[object]) -> type[BaseException] | None:
    try:
        await asked
    except IvrError as error:
        return type(error)
    return None


# --- the head -------------------------------------------------------------------------------------------------------


def test_the_head_gives_the_arguments_behind_the_secret() -> None:
    """What the dialplan hands over, an empty argument too."""

    async def story() -> AgiHead:
        return await agi.read_head(Peer(f"{HEAD}{ARGUMENTS}agi_arg_5: \n\n").reader)

    assert run_virtual(story()) == AgiHead("feature-code", ("log-in", "7012", "7008", ""), SECRET)


@pytest.mark.parametrize(
    "head",
    [
        "GET / HTTP/1.1\nHost: 127.0.0.1\n\n",
        "\n\n",
        "agi_network: yes\nagi_network: yes\n\n",
        "agi_network yes\n\n",
        "agi_" + "x" * 9000,
        "\x00" * 9000 + "\n\n",
    ],
    ids=["http", "nothing", "twice", "no colon", "endless", "binary"],
)
def test_what_is_no_head_is_refused(head: str) -> None:
    """Whoever else connects is let go, whatever they send."""

    async def story() -> float:
        peer = Peer(head)
        assert await _failure(agi.read_head(peer.reader)) is PbxError
        return now()

    assert run_virtual(story()) == 0.0


def test_a_peer_that_closes_before_the_blank_line_does_not_keep_us_busy() -> None:
    """Panoramisk's own reader would spin for ever here."""

    async def story() -> None:
        peer = Peer(HEAD)
        peer.reader.feed_eof()
        assert await _failure(agi.read_head(peer.reader)) is PbxError

    run_virtual(asyncio.wait_for(story(), 1.0))


def test_a_silent_or_slow_peer_is_let_go_after_the_limit() -> None:
    """The limit is for the whole head, not for each byte of it."""

    async def drip(peer: Peer) -> None:
        while True:
            peer.reader.feed_data(b"a")
            await asyncio.sleep(1.0)

    async def story() -> float:
        peer = Peer("")
        dripping = asyncio.create_task(drip(peer))
        assert await _failure(agi.read_head(peer.reader)) is PbxError
        dripping.cancel()
        await asyncio.gather(dripping, return_exceptions=True)
        return now()

    assert run_virtual(story()) == agi.HEAD_S


# --- commands -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "digits"),
    [
        ("200 result=246810\n", "246810"),
        ("200 result=24 (timeout)\n", "24"),
        ("200 result= (timeout)\n", ""),
        ("200 result=\n", ""),
        ("100 result=0 Trying...\n200 result=1\n", "1"),
    ],
)
def test_digits_are_those_that_were_keyed(answer: str, digits: str) -> None:
    """All of them, some, or none until the time was over."""

    async def story() -> None:
        call, peer = call_with(lambda _: answer)
        assert await call.ask_digits(SOUND, 6, 8.0) == digits
        assert peer.commands == ['GET DATA "/sounds/en/agent-ask-pin-1234" 8000 6']

    run_virtual(story())


def test_sounds_are_played_in_order_and_variables_set() -> None:
    """Each command waits for the one before."""

    async def story() -> list[str]:
        call, peer = call_with(lambda _: DONE)
        await call.answer()
        await call.play(Path("/a b/one.wav"), Path("/two.wav"))
        await call.set_variable("TIMEOUT(absolute)", "60")
        return peer.commands

    assert run_virtual(story()) == [
        "ANSWER",
        'STREAM FILE "/a b/one" ""',
        'STREAM FILE "/two" ""',
        'SET VARIABLE TIMEOUT(absolute) "60"',
    ]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("200 result=-1\n", NotFound),
        ("HANGUP\n", NotFound),
        ("511 Command Not Permitted on a dead channel or intercept routine\n", NotFound),
        ("", NotFound),
        ("510 Invalid or unknown command\n", PbxError),
        ("520-Invalid command syntax. Proper usage follows:\nUsage\n520 End of proper usage.\n", PbxError),
        ("\xff\xfe\n", PbxUnavailable),
        ("2" * 20_000, PbxUnavailable),
        (None, PbxUnavailable),
    ],
    ids=["-1", "hangup", "dead", "closed", "unknown", "usage", "binary", "endless", "silence"],
)
def test_each_way_of_not_answering_has_its_error(answer: str | None, error: type[IvrError]) -> None:
    """A hang-up is no fault; a peer that falls silent is one, after a limit."""

    async def story() -> None:
        call, _ = call_with(lambda _: answer)
        assert await _failure(call.ask_digits(SOUND, 6, 8.0)) is error
        assert now() == (0.0 if answer is not None else agi.LONGEST_PROMPT_S + 7 * 8.0 + agi.COMMAND_S)

    run_virtual(story())


def test_a_path_cannot_break_out_of_its_command() -> None:
    """A command is one line, and its arguments stay its own."""

    async def story() -> list[str]:
        call, peer = call_with(lambda _: DONE)
        for path in ('/a" 1 "b.wav', "/a\nHANGUP.wav", "/a\\.wav"):
            assert await _failure(call.play(Path(path))) is PbxError
        return peer.commands

    assert run_virtual(story()) == []


# --- the server -----------------------------------------------------------------------------------------------------


def _served(peer: Callable[[], Peer], serve: Callable[[AgiCall], Awaitable[None]]) -> Peer:
    async def story() -> Peer:
        made = peer()
        await AgiServer(serve, SECRET).attend(made.reader, made.writer)
        return made

    return run_virtual(story())


def test_a_call_is_served_and_its_connection_closed() -> None:
    """From the head to the end."""

    async def serve(call: AgiCall) -> None:
        await call.set_variable("FEATURE_SERVED", call.arguments[0])

    peer = _served(Peer, serve)
    assert (peer.commands, peer.is_closed) == (['SET VARIABLE FEATURE_SERVED "log-in"'], True)


@pytest.mark.parametrize("arguments", ["agi_arg_1: another\nagi_arg_2: log-out\n", ""])
def test_who_does_not_know_the_secret_is_not_served(arguments: str) -> None:
    """R-STATE-10: from phones alone; another program on this machine cannot log anybody out."""
    served: list[AgiCall] = []

    async def serve(call: AgiCall) -> None:
        served.append(call)

    peer = _served(lambda: Peer(f"{HEAD}{arguments}\n"), serve)
    assert (served, peer.commands, peer.is_closed) == ([], [], True)


@pytest.mark.parametrize("error", [NotFound("gone"), PbxError("refused"), RuntimeError("a mistake of ours")])
def test_an_error_ends_its_own_call_alone(error: Exception) -> None:
    """The connection is closed, and the dialplan goes on with the call."""

    async def serve(_call: AgiCall) -> None:
        raise error

    assert _served(Peer, serve).is_closed


def test_at_its_end_the_server_lets_go_of_every_call() -> None:
    """No task is left behind."""

    async def serve(_call: AgiCall) -> None:
        await asyncio.sleep(3600.0)

    async def story() -> list[bool]:
        server, peers = AgiServer(serve, SECRET), [Peer(), Peer("")]
        for peer in peers:
            server._connected(peer.reader, peer.writer)
        await asyncio.sleep(0)
        await server.close()
        assert now() == 0.0
        return [peer.is_closed for peer in peers]

    assert run_virtual(story()) == [True, True]


def test_so_many_calls_at_once_and_no_more() -> None:
    """Whoever opens connections without end does not take the service's files."""

    async def story() -> list[bool]:
        server = AgiServer(lambda _call: asyncio.sleep(0), SECRET)
        peers = [Peer("") for _ in range(agi.MOST_AT_ONCE + 1)]
        for peer in peers:
            server._connected(peer.reader, peer.writer)
        refused = [peer.is_closed for peer in peers]
        await asyncio.sleep(0)
        await server.close()
        return refused

    assert run_virtual(story()) == [False] * agi.MOST_AT_ONCE + [True]

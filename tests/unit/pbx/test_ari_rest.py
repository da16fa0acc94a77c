"""Commands: what goes out, and what each kind of answer becomes."""

from __future__ import annotations

import pytest

from ivr.errors import Conflict, NotFound, PbxUnavailable, Refused
from ivr.pbx.ari_rest import AriRest, Reply, basic_auth, reachable
from tests.unit.pbx.fake_transport import Asked, FakeTransport, reply
from tests.unit.virtual_time import run_virtual


def answering(status: int, body: object = None) -> AriRest:
    return AriRest(FakeTransport(lambda _asked: reply(status, body)))


@pytest.mark.parametrize(
    ("status", "error"), [(404, NotFound), (409, Conflict), (412, Refused), (500, Refused), (503, Refused)]
)
def test_each_refusal_is_an_error_of_its_own_kind(status: int, error: type[Exception]) -> None:
    """R-RONA-3's basis: a channel that is gone, one in the wrong state, and anything else are told apart."""

    async def story() -> None:
        with pytest.raises(error, match="Channel not found") as raised:
            await answering(status, {"message": "Channel not found"}).post("channels/c/answer")
        if isinstance(raised.value, Refused):
            assert raised.value.status == status

    run_virtual(story())


def test_parameters_go_into_the_query_encoded_once() -> None:
    """R-MENU-3: several media go in one request, their paths unharmed."""

    async def story() -> None:
        transport = FakeTransport()
        await AriRest(transport).post("channels/c/play", {"media": "sound:/p/a b,sound:/p/c", "lang": "cy&x"})
        assert transport.lines() == ["POST channels/c/play?media=sound:/p/a%20b,sound:/p/c&lang=cy%26x"]

    run_virtual(story())


def test_an_answer_is_decoded_and_an_empty_one_is_none() -> None:
    """R-WAIT-1's basis: the PBX's lists arrive as they are."""

    async def story() -> None:
        assert await answering(200, [{"id": "c"}]).get("channels") == [{"id": "c"}]
        assert await answering(204).delete("channels/c") is None

    run_virtual(story())


def test_an_answer_that_is_no_json_is_a_fault_of_the_pbx() -> None:
    """R-WAIT-4: a call survives nonsense; it becomes one of the known errors."""

    async def story() -> None:
        with pytest.raises(PbxUnavailable):
            await AriRest(FakeTransport(lambda _asked: Reply(200, b"<html>"))).get("channels")
        with pytest.raises(Refused, match="<html>"):
            await AriRest(FakeTransport(lambda _asked: Reply(502, b"<html>"))).get("channels")

    run_virtual(story())


def test_after_retiring_nothing_goes_out() -> None:
    """R-WAIT-4: the process that was replaced must not hang up calls that another one now carries."""

    async def story() -> None:
        transport = FakeTransport()
        rest = AriRest(transport)
        rest.retire()
        with pytest.raises(PbxUnavailable):
            await rest.delete("channels/c")
        assert transport.asked == []

    run_virtual(story())


def test_reachable_is_a_question_never_an_error() -> None:
    """R-WAIT-4's basis: a call is claimed only while the PBX answers."""

    def down(_asked: Asked) -> Reply:
        raise PbxUnavailable("down")

    async def story() -> None:
        assert await reachable(answering(200, {"ping": "pong"}))
        assert not await reachable(AriRest(FakeTransport(down)))

    run_virtual(story())


def test_credentials_go_as_a_header_made_once() -> None:
    assert basic_auth("ivr", "pass") == "Basic aXZyOnBhc3M="

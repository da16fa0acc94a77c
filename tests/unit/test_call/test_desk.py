"""`ivr call` before it dials: what is refused, in words that say what to do."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from ivr.errors import PrerequisiteError, RequestError
from ivr.pbx.asterisk import free_port
from ivr.test_call import run
from ivr.test_call.desk import connection_to, log_in
from ivr.test_call.run import Wanted


async def test_a_service_that_is_not_there_names_the_command_that_starts_it() -> None:
    """Design, set-up: anything missing is named with the command that brings it."""
    with ExitStack() as held:
        url = f"http://127.0.0.1:{free_port(held)}/"
    async with connection_to(url) as http:
        with pytest.raises(PrerequisiteError, match=f"{url}.*make run"):
            await log_in(http, "7101", "a password")


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Wanted("03069990100", keys="1q"), "keys: found 'q'"),
        (Wanted("the helpline"), "NUMBER: found 'the helpline'"),
        (Wanted("03069990100", cli="0x"), "--cli: found '0x'"),
    ],
)
def test_what_cannot_be_dialled_is_refused_before_anybody_is_logged_in(wanted: Wanted, message: str) -> None:
    """Who mistypes rings nobody and logs nobody in."""
    with pytest.raises(RequestError, match=message):
        run._checked(wanted)

"""Digest authentication, against RFC 2617's own example."""

from __future__ import annotations

import pytest

from ivr.softphone.digest import Challenge, Credentials, UnusableChallenge, answer_to, challenge_in
from ivr.softphone.sip_message import Headers, Response

MUFASA = Credentials("Mufasa", "Circle Of Life")
NONCE = "dcd98b7102dd2f0e8b11d0f600bfb0c093"


def challenge(value: str) -> Response:
    return Response(401, "Unauthorized", Headers((("WWW-Authenticate", value),)))


def test_the_answer_is_that_of_the_rfc() -> None:
    """RFC 2617 §3.5: the answer to the example's challenge."""
    asked = challenge_in(
        challenge(f'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="{NONCE}", opaque="5ccc069c"')
    )
    assert asked == Challenge("testrealm@host.com", NONCE, "5ccc069c", with_qop=True)
    answer = answer_to(asked, MUFASA, "GET", "/dir/index.html", cnonce="0a4f113b")
    assert 'response="6629fae49393a05397450978507c4ef1"' in answer
    assert 'opaque="5ccc069c"' in answer
    assert "nc=00000001" in answer


def test_an_old_registrar_without_qop_is_answered_the_old_way() -> None:
    """RFC 2069: no qop, no cnonce."""
    asked = challenge_in(challenge(f'Digest realm="testrealm@host.com",nonce="{NONCE}"'))
    answer = answer_to(asked, MUFASA, "GET", "/dir/index.html")
    assert 'response="670fd8c2df070c60b045671b8b24ff02"' in answer
    assert "qop" not in answer


def test_a_challenge_that_is_not_md5_is_refused_by_name() -> None:
    """A phone that can't answer says so at once."""
    with pytest.raises(UnusableChallenge, match="401"):
        challenge_in(challenge('Digest realm="r", nonce="n", algorithm=SHA-256'))


def test_the_password_shows_in_no_repr() -> None:
    """No secret reaches a log or a test's report."""
    assert "Circle" not in repr(MUFASA)

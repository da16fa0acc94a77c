"""How a request says who asks: a token in the ``Authorization`` header, or, from our own pages, a cookie.

A browser sends a cookie by itself, so a request that comes with one and could change something must come from a page
of this very address: ``Sec-Fetch-Site`` or ``Origin`` says so. ``SameSite=Strict`` alone would let in another port's.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from ivr.web.identity import Identity
from ivr.web.problems import Refusal, unauthenticated
from ivr.web.sessions import Sessions

COOKIE: Final = "helpline_session"
NO_SESSION: Final = "this needs a session: send its token as Authorization: Bearer …"
_READING: Final = frozenset({"GET", "HEAD"})
_ATTRIBUTES: Final = "Path=/; HttpOnly; SameSite=Strict"


async def identity_of(request: web.Request, sessions: Sessions) -> Identity | None:
    """Who the request's token stands for; None without one.

    Raises Refusal: 401 for a token that is not valid, 403 for another site's request with our cookie.
    """
    header = request.headers.get("Authorization")
    if header is not None:
        return await _valid(sessions, _bearer(header))
    token = request.cookies.get(COOKIE)
    if token is None:
        return None
    if (request.method not in _READING or "Upgrade" in request.headers) and not is_own_page(request):
        raise Refusal(403, "session.other_site", "a request with the session's cookie must come from our own page")
    return await _valid(sessions, token)


def is_own_page(request: web.Request) -> bool:
    """Whether the browser says that a page of this very address asks."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == request.host


def is_secure(request: web.Request) -> bool:
    """Whether it came over TLS, to us or to the proxy before us."""
    return request.secure or request.headers.get("X-Forwarded-Proto") == "https"


def cookie(token: str, life_s: float, *, secure: bool) -> str:
    """The ``Set-Cookie`` that keeps a session's token where scripts cannot read it; ``secure``: over TLS only."""
    return f"{COOKIE}={token}; Max-Age={int(life_s)}; {_ATTRIBUTES}" + ("; Secure" if secure else "")


FORGET_COOKIE: Final = f"{COOKIE}=; Max-Age=0; {_ATTRIBUTES}"
"""The ``Set-Cookie`` that takes it away."""


def _bearer(header: str) -> str:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise unauthenticated("Authorization must be: Bearer, a space, and the token of POST /api/sessions")
    return token.strip()


async def _valid(sessions: Sessions, token: str) -> Identity:
    identity = await sessions.who(token)
    if identity is None:
        raise unauthenticated("the session is unknown or over; log in again")
    return identity

"""A phone's place in the registrar: REGISTER with digest, again before it lapses, and taken back at the end.

The refreshing task belongs to whoever called ``start``; ``stop`` ends it. Source: RFC 3261 §10.2.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable

from ivr.errors import IvrError
from ivr.softphone.dialog import ALLOW, MAX_FORWARDS, USER_AGENT
from ivr.softphone.digest import (
    PROXY_AUTHENTICATION,
    UNAUTHORIZED,
    Credentials,
    answer_to,
    challenge_in,
    header_for,
)
from ivr.softphone.endpoint import Endpoint
from ivr.softphone.sip_message import Fields, Headers, Request, Response, new_branch, new_tag
from ivr.softphone.transaction import Address

EXPIRES_S = 300
REFRESH_SHARE = 0.5  # registered again after this share of the time granted
RETRY_S = 2.0  # after a refusal or a silent registrar


class RegistrationRefused(IvrError):
    """The registrar did not accept the phone; ``status`` is its answer (408: none)."""

    error_id = "softphone.registration_refused"

    def __init__(self, number: str, response: Response) -> None:
        """``response``: the registrar's last word."""
        super().__init__(f"{number}: {response.status} {response.reason}")
        self.status = response.status


class Registration:
    """One number at one registrar."""

    def __init__(self, endpoint: Endpoint, registrar: Address, who: Credentials, contact: str) -> None:
        """``contact``: our Contact value. Nothing is sent yet."""
        self.is_registered = False
        self.on_change: Callable[[], None] = lambda: None
        self._endpoint = endpoint
        self._registrar = registrar
        self._who = who
        self._contact = contact
        self._uri = f"sip:{registrar[0]}:{registrar[1]}"
        self._call_id = secrets.token_hex(12)
        self._tag = new_tag()
        self._cseq = 0
        self._task: asyncio.Task[None] | None = None

    async def start(self, expires_s: int = EXPIRES_S) -> None:
        """Register, and keep registered; ``RegistrationRefused`` if the first attempt fails."""
        granted_s = await self._register(expires_s)
        self._task = asyncio.create_task(self._refresh(expires_s, granted_s), name=f"register {self._who.username}")

    async def stop(self) -> None:
        """Take the registration back (Expires 0); ``RegistrationRefused`` (408) from a silent registrar, after 32 s."""
        self.cancel()
        if self.is_registered:
            await self._register(0)

    def cancel(self) -> None:
        """No more refreshing; the registrar is not told."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _refresh(self, expires_s: int, granted_s: int) -> None:
        """Again and again, until cancelled."""
        while True:
            await asyncio.sleep(granted_s * REFRESH_SHARE)
            try:
                granted_s = await self._register(expires_s)
            except RegistrationRefused:
                self._became(registered=False)
                await asyncio.sleep(RETRY_S)
                granted_s = 0

    async def _register(self, expires_s: int) -> int:
        """One REGISTER, with credentials if asked for them; the seconds granted."""
        response = await self._ask(expires_s, ())
        if response.status in {UNAUTHORIZED, PROXY_AUTHENTICATION}:
            value = answer_to(challenge_in(response), self._who, "REGISTER", self._uri)
            response = await self._ask(expires_s, ((header_for(response.status), value),))
        if response.status >= 300:
            raise RegistrationRefused(self._who.username, response)
        self._became(registered=expires_s > 0)
        return _granted(response, expires_s)

    async def _ask(self, expires_s: int, authorization: Fields) -> Response:
        """Send a REGISTER, and wait for the answer."""
        self._cseq += 1
        host, port = self._endpoint.address
        who = f"<sip:{self._who.username}@{self._registrar[0]}:{self._registrar[1]}>"
        fields: Fields = (
            ("Via", f"SIP/2.0/UDP {host}:{port};rport;branch={new_branch()}"),
            ("Max-Forwards", MAX_FORWARDS),
            ("From", f"{who};tag={self._tag}"),
            ("To", who),
            ("Call-ID", self._call_id),
            ("CSeq", f"{self._cseq} REGISTER"),
            ("Contact", self._contact),
            ("Expires", str(expires_s)),
            ("Allow", ALLOW),
            ("User-Agent", USER_AGENT),
            *authorization,
        )
        return await self._endpoint.answer_to(Request("REGISTER", self._uri, Headers(fields)), self._registrar)

    def _became(self, *, registered: bool) -> None:
        """The registration was made or lost."""
        self.is_registered = registered
        self.on_change()


def _granted(response: Response, asked_s: int) -> int:
    """The seconds that the registrar granted."""
    for contact in response.headers.listed("contact"):
        _, found, rest = contact.partition(";expires=")
        if found and rest.split(";")[0].strip().isdigit():
            return int(rest.split(";")[0])
    stated = response.headers.get("expires")
    return int(stated) if stated and stated.isdigit() else asked_s

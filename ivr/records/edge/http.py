"""Another system of record, asked over HTTP. One object for the whole process, used by every call at once.

Enters: a whole reference. Leaves: the record in our own rows, or why there was no answer; nothing is raised, and the
whole of it (connecting, answer, writing it down) has one limit. References go in the body, never in an address: proxies
and servers write addresses into their logs (R-DTMF-5).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

import structlog
from aiohttp import ClientError, ClientResponse, ClientSession, DummyCookieJar, TCPConnector
from pydantic import BaseModel, ValidationError
from sqlalchemy import Connection

from ivr.domain.birth import CaseChildren
from ivr.domain.cases import Client, OpenCase
from ivr.errors import StoreError
from ivr.records import look_ups
from ivr.records.edge import mirror
from ivr.records.edge.breaker import Breaker, BreakerState
from ivr.records.edge.contract import FoundClient, FoundEmployer, FoundRepresentative
from ivr.records.look_ups import EmployerRecord
from ivr.records.source import Unanswered, WhyUnanswered
from ivr.store.engine import SqlStore

log = structlog.get_logger()

T = TypeVar("T")
Found = TypeVar("Found", bound=BaseModel)
ANSWER_BYTES: Final = 1 << 20
"""A longer answer is none to one look-up."""
CONNECTIONS: Final = 32


@dataclass(frozen=True, slots=True)
class Edge:
    """Where the other system is. ``timeout_s``: what one look-up may take in all; ``failures`` in a row open the
    breaker for ``rest_s``.
    """

    url: str
    token_file: Path | None = None
    timeout_s: float = 1.5
    failures: int = 5
    rest_s: float = 10.0


class _NoAnswer(Exception):
    """Inside this file only; ``detail`` is fit for a log."""

    def __init__(self, why: WhyUnanswered, detail: str) -> None:
        super().__init__(detail)
        self.why = why
        self.detail = detail


class HttpRecords:
    """Another system is the system of record; see `ivr.records.source.RecordSource`. Needs a running event loop."""

    def __init__(self, edge: Edge, store: SqlStore, now: Callable[[], datetime]) -> None:
        self._edge = edge
        self._store = store
        self._now = now
        self._breaker = Breaker(edge.failures, edge.rest_s)
        self._token: str | None = None
        self._http = ClientSession(
            connector=TCPConnector(limit=CONNECTIONS),
            cookie_jar=DummyCookieJar(),
            auto_decompress=False,
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        )

    @property
    def state(self) -> BreakerState:
        """Whether it is asked at all now."""
        return self._breaker.state

    @property
    def answers(self) -> bool:
        """Whether it answered when it was asked last."""
        return self._breaker.is_well

    async def close(self) -> None:
        """Give up its connections."""
        await self._http.close()

    async def client(self, scin: str) -> Client | Unanswered | None:
        """The client with this SCIN, as answered and written down now."""

        def keep(sql: Connection, found: FoundClient) -> Client | None:
            if found.client is None:
                return None
            mirror.keep_client(sql, found.client, self._now())
            return look_ups.client_by_scin(sql, scin)

        def fits(found: FoundClient) -> bool:
            return found.client is None or found.client.scin == scin

        return await self._look_up("client", {"scin": scin}, FoundClient, fits, keep)

    async def children(self, cases: Sequence[OpenCase]) -> tuple[CaseChildren, ...]:
        """From our own rows: they came with the client."""
        return await self._store.look_up(look_ups.children_of, cases)

    async def employer(self, reference: str) -> EmployerRecord | Unanswered | None:
        """The employer or employer agent, as answered and written down now."""

        def fits(found: FoundEmployer) -> bool:
            ern = None if found.employer is None else found.employer.ern
            earn = None if found.employer_agent is None else found.employer_agent.earn
            return {ern, earn} in ({None}, {None, reference})

        asked = {"reference": reference}
        return await self._look_up("employer", asked, FoundEmployer, fits, self._keep_employer)

    async def representative(self, trn: str) -> int | Unanswered | None:
        """The representative, as answered and written down now."""

        def keep(sql: Connection, found: FoundRepresentative) -> int | None:
            answer = found.representative
            return None if answer is None else mirror.keep_representative(sql, answer, self._now())

        def fits(found: FoundRepresentative) -> bool:
            return found.representative is None or found.representative.trn == trn

        return await self._look_up("representative", {"trn": trn}, FoundRepresentative, fits, keep)

    def _keep_employer(self, sql: Connection, found: FoundEmployer) -> EmployerRecord | None:
        if found.employer is not None:
            mirror.keep_employer(sql, found.employer, self._now())
            return look_ups.employer_by_reference(sql, found.employer.ern)
        if found.employer_agent is None:
            return None
        return EmployerRecord(None, mirror.keep_employer_agent(sql, found.employer_agent, self._now()), None)

    # --- asking -------------------------------------------------------------------------------------------------

    async def _look_up(
        self,
        path: str,
        asked: dict[str, str],
        shape: type[Found],
        fits: Callable[[Found], bool],
        keep: Callable[[Connection, Found], T],
    ) -> T | Unanswered:
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self._edge.timeout_s):
                found = await self._admitted(path, asked, shape, fits)
                return await self._store.write(keep, found)
        except _NoAnswer as none:
            why, detail = none.why, none.detail
        except TimeoutError:
            why, detail = WhyUnanswered.SLOW, f"over {self._edge.timeout_s:g} s"
        except StoreError as error:
            why, detail = WhyUnanswered.UNCLEAR, f"not kept: {type(error.__cause__).__name__}"
        waited_ms = round((asyncio.get_running_loop().time() - began) * 1000)
        log.warning("records.unanswered", what=path, why=why.value, detail=detail, waited_ms=waited_ms, now=self.state)
        return Unanswered(why)

    async def _admitted(
        self, path: str, asked: dict[str, str], shape: type[Found], fits: Callable[[Found], bool]
    ) -> Found:
        """Ask, if the breaker lets us; it learns how that ended."""
        loop = asyncio.get_running_loop()
        admitted = self._breaker.admit(loop.time())
        if admitted is None:
            raise _NoAnswer(WhyUnanswered.DOWN, "not asked: it failed too often")
        began = loop.time()
        try:
            found = await self._answer(path, asked, shape, fits)
        except _NoAnswer:
            self._breaker.failed(admitted, loop.time())
            raise
        except asyncio.CancelledError:
            if loop.time() - began >= self._edge.timeout_s:
                self._breaker.failed(admitted, loop.time())
            else:
                self._breaker.gave_up(admitted)
            raise
        self._breaker.succeeded(admitted)
        return found

    async def _answer(
        self, path: str, asked: dict[str, str], shape: type[Found], fits: Callable[[Found], bool]
    ) -> Found:
        body = await self._fetch(path, asked)
        try:
            found = shape.model_validate_json(body)
        except ValidationError as error:
            places = {".".join(map(str, one["loc"])) + ": " + one["type"] for one in error.errors(include_input=False)}
            raise _NoAnswer(WhyUnanswered.UNCLEAR, "; ".join(sorted(places)[:5])) from None
        if not fits(found):
            raise _NoAnswer(WhyUnanswered.UNCLEAR, "it is about somebody else")
        return found

    async def _fetch(self, path: str, asked: dict[str, str]) -> bytes:
        url = f"{self._edge.url}/{path}"
        try:
            headers = await self._bearer()
            async with self._http.post(url, json=asked, headers=headers, allow_redirects=False) as reply:
                if reply.status in {401, 403}:
                    self._token = None
                if reply.status != 200:
                    raise _NoAnswer(WhyUnanswered.DOWN, f"status {reply.status}")
                return await _body(reply)
        except (ClientError, OSError, ValueError) as error:
            if isinstance(error, TimeoutError):
                raise _NoAnswer(WhyUnanswered.SLOW, type(error).__name__) from None
            raise _NoAnswer(WhyUnanswered.DOWN, type(error).__name__) from None

    async def _bearer(self) -> dict[str, str]:
        """The token, read anew after a refusal: it may have been changed."""
        if self._edge.token_file is None:
            return {}
        if self._token is None:
            self._token = (await asyncio.to_thread(self._edge.token_file.read_text, "utf-8")).strip()
        return {"Authorization": f"Bearer {self._token}"}


async def _body(reply: ClientResponse) -> bytes:
    body = bytearray()
    async for part in reply.content.iter_any():
        body += part
        if len(body) > ANSWER_BYTES:
            raise _NoAnswer(WhyUnanswered.UNCLEAR, f"longer than {ANSWER_BYTES} bytes")
    return bytes(body)

"""The manager interface, for what ARI lacks: reloading modules, and whether an agent's phone can be reached.

Enters: AMI messages, through panoramisk. Leaves: which endpoints have a reachable contact, and word of each change.
:meth:`Ami.run` is one task, owned by whoever composes the service. Calls never wait for anything here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import panoramisk
import structlog

from ivr.errors import PbxUnavailable, Refused

log = structlog.get_logger()

ACTION_S: Final = 5.0
"""Limit for one action's answer."""
RECONNECT_S: Final = 1
_DEAD: Final = frozenset({"Unreachable", "Unavail", "Removed"})
"""Contact statuses of a phone that cannot be rung; a contact not yet asked counts as alive."""

OnPhone = Callable[[str, bool], None]
"""Told the endpoint (``7001``) and whether it can be reached now. Must return at once."""
OnMoved = Callable[[str], None]
"""Told the endpoint whose phone has registered from another address than before. Must return at once."""


@dataclass(frozen=True, slots=True)
class AmiLogin:
    """Where the manager interface is, and as whom to use it."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)


class Phones:
    """Which contacts each endpoint has. A phone that registers anew has two for a moment, and stays reachable."""

    def __init__(self, on_phone: OnPhone, on_moved: OnMoved = lambda _endpoint: None) -> None:
        self._on_phone = on_phone
        self._on_moved = on_moved
        self._contacts: dict[str, dict[str, bool]] = {}
        self._latest: dict[str, str] = {}

    def is_reachable(self, endpoint: str) -> bool:
        """Whether it has a contact that answers."""
        return any(self._contacts.get(endpoint, {}).values())

    def changed(self, endpoint: str, uri: str, status: str) -> None:
        """One contact's status, as AMI names it."""
        contacts = dict(self._contacts.get(endpoint, {}))
        if status == "Removed":
            contacts.pop(uri, None)
        else:
            contacts[uri] = status not in _DEAD
        self._set(endpoint, contacts)
        if status not in _DEAD:
            self._is_at(endpoint, uri)

    def listed(self, contacts: Mapping[str, Mapping[str, bool]]) -> None:
        """All there are now; endpoints that are not among them have none."""
        for endpoint in dict.fromkeys((*self._contacts, *contacts)):
            self._set(endpoint, dict(contacts.get(endpoint, {})))
        for endpoint, uris in contacts.items():
            for uri in [uri for uri, alive in uris.items() if alive][:1]:
                self._is_at(endpoint, uri)

    def _is_at(self, endpoint: str, uri: str) -> None:
        """A phone that was at another address before has begun anew there, as one that was restarted does."""
        before = self._latest.get(endpoint, uri)
        self._latest[endpoint] = uri
        if before != uri:
            self._on_moved(endpoint)

    def _set(self, endpoint: str, contacts: dict[str, bool]) -> None:
        before = self.is_reachable(endpoint)
        self._contacts[endpoint] = contacts
        if self.is_reachable(endpoint) != before:
            self._on_phone(endpoint, not before)


class _Manager(panoramisk.Manager):  # type: ignore[misc]  # panoramisk has no types
    """panoramisk's, which would connect again after it was closed while waiting to reconnect."""

    ended = False

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        """Connect, unless it is over."""
        return None if self.ended else super().connect(*args, **kwargs)

    def close(self) -> None:
        """End it for good."""
        self.ended = True
        super().close()


class Ami:
    """One login to one Asterisk, kept up."""

    def __init__(
        self,
        login: AmiLogin,
        on_phone: OnPhone,
        on_listed: Callable[[], None] = lambda: None,
        on_moved: OnMoved = lambda _endpoint: None,
    ) -> None:
        """``on_phone``: told whenever an endpoint becomes reachable or stops being it; ``on_listed``: after each login,
        once all of them are known; ``on_moved``: when a phone has registered from another address.
        """
        self.phones = Phones(on_phone, on_moved)
        self._on_listed = on_listed
        self._login = login
        self._logged_in = asyncio.Event()
        self._usable = asyncio.Event()
        self._manager: _Manager | None = None

    async def run(self) -> None:
        """Stay logged in until cancelled; after each login the phones are listed anew."""
        manager = self._manager = self._new_manager()
        first = manager.connect()
        try:
            while True:
                await self._logged_in.wait()
                self._logged_in.clear()
                await self._list_phones()
        finally:
            first.cancel()
            manager.close()

    @property
    def is_ready(self) -> bool:
        """Logged in, and the phones are known."""
        return self._usable.is_set()

    def is_reachable(self, endpoint: str) -> bool | None:
        """Whether an endpoint has a contact that answers; None while nobody knows."""
        return self.phones.is_reachable(endpoint) if self.is_ready else None

    async def wait_ready(self, limit_s: float) -> None:
        """Wait until logged in and the phones are known. Raises PbxUnavailable."""
        try:
            async with asyncio.timeout(limit_s):
                await self._usable.wait()
        except TimeoutError:
            raise PbxUnavailable(f"not logged in to Asterisk's manager interface after {limit_s} s") from None

    async def ask_phone(self, endpoint: str) -> None:
        """Have Asterisk ask the phones of ``endpoint`` now whether they are there; `on_phone` is told if that is news.

        Raises Refused (there is no such endpoint) and PbxUnavailable.
        """
        await self._act({"Action": "PJSIPQualify", "Endpoint": endpoint})

    async def ask_to_answer(self, channel_name: str) -> None:
        """Have the phone of a ringing leg answer by itself, as if somebody had lifted it (``ChannelInfo.name``).

        Only a phone that knows ``Event: talk`` does; of one that does not, nothing is heard, and it rings on: look at
        ``until(is_up)`` with a limit. Raises Refused when the leg has not rung yet or has ended, and PbxUnavailable.
        Source: AMI PJSIPNotify within the INVITE's dialog; BroadWorks' remote control.
        """
        await self._notify(channel_name, "talk")

    async def ask_to_hold(self, channel_name: str) -> None:
        """Have the phone of an answered leg hold it; :meth:`ask_to_answer` takes it off hold. Raises as that does."""
        await self._notify(channel_name, "hold")

    async def _notify(self, channel_name: str, event: str) -> None:
        headers = f"Event={event},Subscription-State=active"
        await self._act({"Action": "PJSIPNotify", "Channel": channel_name, "Variable": headers})

    async def reload(self, *modules: str) -> None:
        """Have Asterisk read the configuration of ``modules`` again, one after another; calls are not disturbed.

        Example: ``await ami.reload("res_pjsip.so")``. Raises Refused (a file it cannot read) and PbxUnavailable.
        """
        for module in modules:
            await self._act({"Action": "Reload", "Module": module})

    def _new_manager(self) -> _Manager:
        manager = _Manager(
            host=self._login.host,
            port=self._login.port,
            username=self._login.user,
            secret=self._login.password,
            reconnect_timeout=RECONNECT_S,
            events="system",
            loop=asyncio.get_running_loop(),
            on_login=lambda _manager: self._logged_in.set(),
            on_disconnect=lambda _manager, _error: self._usable.clear(),
        )
        manager.register_event("ContactStatus", self._contact_status)
        return manager

    def _contact_status(self, _manager: object, event: Mapping[str, str]) -> None:
        endpoint, uri, status = event.get("EndpointName", ""), event.get("URI", ""), event.get("ContactStatus", "")
        if endpoint and uri and status:
            self.phones.changed(endpoint, uri, status)

    async def _list_phones(self) -> None:
        try:
            rows = await self._act({"Action": "PJSIPShowContacts"})
        except Refused:
            rows = []
        except PbxUnavailable as error:
            log.warning("ami.list_failed", error=str(error))
            await asyncio.sleep(RECONNECT_S)
            self._logged_in.set()  # once more; without a connection it fails at once
            return
        self.phones.listed(_contacts(rows))
        self._usable.set()
        self._on_listed()

    async def _act(self, action: dict[str, str]) -> list[Mapping[str, str]]:
        """One action's answers. Raises Refused when Asterisk says no, PbxUnavailable when it says nothing."""
        if self._manager is None or self._manager.protocol is None:
            raise PbxUnavailable("not connected to Asterisk's manager interface")
        try:
            async with asyncio.timeout(ACTION_S):
                answer = await self._manager.send_action(action)
        except TimeoutError:
            raise PbxUnavailable(f"{action['Action']}: no answer within {ACTION_S} s") from None
        messages = answer if isinstance(answer, list) else [answer]
        if not messages[0].success:
            raise Refused(400, f"{action['Action']}: {messages[0].message}")
        return messages


def _contacts(rows: list[Mapping[str, str]]) -> dict[str, dict[str, bool]]:
    found: dict[str, dict[str, bool]] = {}
    for row in rows:
        if row.get("Event") == "ContactList":
            uri, status = row.get("Uri", ""), row.get("Status", "")
            found.setdefault(row.get("Endpoint", ""), {})[uri] = status not in _DEAD
    return found

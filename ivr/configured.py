"""The configuration of one running service: taken anew while calls are up, and kept by the calls that began with it.

Enters: what the control socket is asked to take. Leaves: the `Services` a call starts with, now or when it began, and
what Asterisk reads, renewed. `Configured.keep_fallback` is one task of the service.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from ivr import accepted, config, provision
from ivr.config import Configuration
from ivr.control import Take, Taken
from ivr.errors import ConfigError, IvrError
from ivr.flows.services import Services
from ivr.pbx.ami import Ami, AmiLogin
from ivr.settings import Settings
from ivr.store import configurations
from ivr.store.engine import SqlStore

log = structlog.get_logger()

AMI_READY_S: Final = 5.0
LOOK_EVERY_S: Final = 60.0
"""So often it is looked whether a new day has begun, with other holidays within the year the fallback knows."""
REMEMBERED: Final = 4
"""So many older configurations are kept in memory, for calls that are taken over together."""

MakeServices = Callable[[Configuration], Services]
OnNew = Callable[[Configuration], None]


async def first(settings: Settings, store: SqlStore, now: datetime) -> Configuration:
    """What a process starts with: what was accepted last. Files that nobody has accepted yet wait, sound or not.

    Before anything was accepted it is the files, which are so. Raises ``ConfigError``.
    """
    stored = await store.read(configurations.newest)
    if stored is not None:
        try:
            return config.from_content(stored, settings.prompts_dir)
        except ConfigError as error:
            log.warning("configuration.unreadable", mistakes=error.mistakes[:3])
    found = config.from_files(config.folder(), settings.prompts_dir)
    if mistakes := config.conflicts(found.dialplan, await store.read(accepted.standing_beside, None)):
        raise ConfigError(mistakes)
    await store.write(configurations.accept, found.hash, found.content, now)
    return found


class Configured:
    """The configurations of one process."""

    def __init__(
        self, settings: Settings, store: SqlStore, found: Configuration, make: MakeServices, on_new: OnNew
    ) -> None:
        """``found``: what the process starts with; ``on_new`` is told of each that replaces it."""
        self.current = found
        self._settings = settings
        self._store = store
        self._make = make
        self._on_new = on_new
        self._services = make(found)
        self._older: OrderedDict[str, Services] = OrderedDict()
        self._turn = asyncio.Lock()

    def services(self) -> Services:
        """What a call arriving now starts with."""
        return self._services

    async def began_with(self, config_hash: str) -> Services:
        """What a call started with whose row has ``config_hash``; the current when that cannot be had any more."""
        if config_hash == self.current.hash:
            return self._services
        found = self._older.get(config_hash) or await self._restored(config_hash)
        if found is None:
            return self._services
        self._older[config_hash] = found
        while len(self._older) > REMEMBERED:
            self._older.popitem(last=False)
        return found

    async def take(self, request: Take) -> Taken:
        """Check it once more, keep it for ever, and use it for calls from now on; then have Asterisk read its part."""
        async with self._turn:
            try:
                fresh = await asyncio.to_thread(config.from_content, request.content, self._settings.prompts_dir)
                await self._accept(fresh)
            except ConfigError as error:
                log.warning("configuration.refused", mistakes=error.mistakes)
                return Taken(mistakes=error.mistakes)
            self._use(fresh)
            return Taken(unfinished=await self._renewed(read_always=("pbx_config.so",)))

    async def keep_fallback(self, now: Callable[[], datetime]) -> None:
        """Each new day renew what the fallback knows of the year's holidays, until cancelled."""
        day = now().astimezone(config.LONDON).date()
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            today = now().astimezone(config.LONDON).date()
            if today != day:
                day = today
                async with self._turn:
                    await self._renewed()

    async def _restored(self, config_hash: str) -> Services | None:
        content = await self._store.look_up(configurations.content_of, config_hash)
        try:
            if content is not None:
                return self._make(config.from_content(content, self._settings.prompts_dir))
        except ConfigError as error:
            log.warning("configuration.unreadable", hash=config_hash, mistakes=error.mistakes[:3])
        log.warning("configuration.lost", hash=config_hash)
        return None

    async def _accept(self, fresh: Configuration) -> None:
        standing = await self._store.read(accepted.standing_beside, self.current.dialplan)
        if mistakes := config.conflicts(fresh.dialplan, standing):
            raise ConfigError(mistakes)
        now = self._services.now()
        await self._store.write(configurations.accept, fresh.hash, fresh.content, now)

    def _use(self, fresh: Configuration) -> None:
        if fresh.hash != self.current.hash:
            self._older[self.current.hash] = self._services
        self.current, self._services = fresh, self._make(fresh)
        self._on_new(fresh)
        log.info("configuration.taken", hash=fresh.hash, lines=len(fresh.dialplan.lines))

    async def _renewed(self, read_always: tuple[str, ...] = ()) -> list[str]:
        """Have Asterisk read what has changed for it; what could not be done, in words."""
        try:
            phones = await self._store.read(provision.phones_in)
            renew = partial(provision.renew_pbx_files, self._settings, self.current, phones)
            modules = await asyncio.to_thread(renew)
            await _reload(self._settings, tuple(dict.fromkeys((*modules, *read_always))))
        except IvrError as error:
            log.warning("pbx.not_renewed", error=str(error))
            return [f"Asterisk keeps what it had for callers while the service is away: {error}"]
        return []


async def _reload(settings: Settings, modules: tuple[str, ...]) -> None:
    """Have Asterisk read the files of ``modules`` again; calls and registrations stay. Raises ``PbxError``."""
    if not modules:
        return
    ami = Ami(AmiLogin(settings.host, settings.ami_port, settings.ami_user, settings.ami_password), lambda *_: None)
    running = asyncio.create_task(ami.run(), name="ami-reload")
    try:
        await ami.wait_ready(AMI_READY_S)
        await ami.reload(*modules)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    log.info("pbx.renewed", modules=modules)

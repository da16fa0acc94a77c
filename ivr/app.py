"""The composition root: one process of the service, put together, run, and taken apart.

`serve` returns when the process was asked to stop, or when another has taken its calls over; calls that are up stay up.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import Callable, Coroutine, Iterable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Final

import structlog
import uvloop
from aiohttp import web

from ivr import configured, control
from ivr import log as logs
from ivr.acd import at_phone, ledger
from ivr.acd.answering import Answering
from ivr.acd.deadlines import Deadlines
from ivr.acd.phones import PhoneWatch
from ivr.acd.switches import Switches, turned_on
from ivr.config import Configuration
from ivr.configured import Configured
from ivr.domain.agents import AgentState
from ivr.domain.events import AgentChanged, Change
from ivr.domain.ids import AgentId, CallId, StaffNumber
from ivr.domain.lines import as_words
from ivr.domain.oversight import Switch
from ivr.domain.phones import PhoneKind, endpoint_of
from ivr.domain.routes import Segments, segment_scope
from ivr.domain.talking import Command, Done, Silence
from ivr.domain.words import RecordKind
from ivr.errors import RequestError
from ivr.feature_codes.codes import FeatureCodes
from ivr.feature_codes.pins import Pins
from ivr.flows.services import Services
from ivr.health import Heartbeat
from ivr.letters.batch import Batches
from ivr.letters.in_use import Letters
from ivr.mail.attached import PrintedDocuments
from ivr.mail.sender import MailSender
from ivr.mi.recorder import Recorder
from ivr.pbx.agi import AgiServer
from ivr.pbx.ami import Ami, AmiLogin
from ivr.pbx.ari_events import CallBroadcast, StasisStart
from ivr.pbx.ari_http import HttpTransport
from ivr.pbx.ari_rest import AriRest
from ivr.pbx.event_socket import AriLink
from ivr.pbx.handles import Channel
from ivr.pbx.phone_secrets import PhoneSecrets
from ivr.pbx.session import AriSession, Linked
from ivr.recording.keeping import KeepRules, Recordings
from ivr.records import secret_keys
from ivr.records.documents import Document
from ivr.records.edge.http import Edge, HttpRecords
from ivr.records.source import OwnRecords, WhyUnanswered, ask_anew
from ivr.settings import Settings, letters_dir, pages_dir
from ivr.store.engine import SqlStore, open_store
from ivr.store.ports import Listener, Store
from ivr.switchboard import Switchboard
from ivr.voice.prompts import Prompts
from ivr.web.registry import WEB
from ivr.web.server import make_app
from ivr.web.services import HealthNow, WebServices

log = structlog.get_logger()

APPLICATION: Final = "ivr"
"""The ARI application's name; the dialplan broadcasts to names that begin with it."""


def _now() -> datetime:
    return datetime.now(UTC)


class _Owner:
    """Stands between session and switchboard while the two are being put together."""

    switchboard: Switchboard

    def on_start(self, channel: Channel, start: StasisStart) -> None:
        self.switchboard.on_start(channel, start)

    def on_broadcast(self, call: CallBroadcast) -> None:
        self.switchboard.on_broadcast(call)

    async def on_linked(self, linked: Linked) -> None:
        await self.switchboard.on_linked(linked)

    def on_replaced(self) -> None:
        self.switchboard.on_replaced()


def stand_in(store: Store, deadlines: Deadlines, names_now: Callable[[], Segments]) -> Listener:
    """R-MENU-5: when the last of the Welsh Language Unit logs out, GICH takes its waiting calls too, at once."""

    def changed(change: Change) -> None:
        names = names_now()
        unit, general = segment_scope(names.welsh), segment_scope(names.gich)
        if isinstance(change, AgentChanged) and change.state is AgentState.LOGGED_OUT and change.segment == unit.name:
            deadlines.set("unstaffed", unit.key, 0.0, lambda: store.run(ledger.reinforce, unit, general, _now()))

    return changed


def _keep_rules(configuration: Configuration) -> KeepRules:
    found, lines = configuration.dialplan.office.recordings, configuration.dialplan.lines.values()
    return KeepRules(found.keep_days, found.min_free_mb, any(line.record for line in lines))


class Service:
    """The parts of one process, made in the order they need each other."""

    def __init__(self, settings: Settings, store: SqlStore, found: Configuration) -> None:
        """``found``: the configuration it starts with."""
        owner = _Owner()
        link = AriLink(settings.ari_url, APPLICATION, settings.ari_user, settings.ari_password)
        self.settings = settings
        self.rest = AriRest(HttpTransport(link.url, link.user, link.password))
        self.session = AriSession(link, self.rest, owner)
        self.store = store
        self.edge = _edge(settings, store)
        self.switches = Switches()
        self.recorder = Recorder(self.store, _now)
        self._keep_rules = _keep_rules(found)
        self.recordings = Recordings(
            store, self.session, self.recorder, settings.pbx.recordings, _now, lambda: self._keep_rules, settings.node
        )
        self.configured = configured = Configured(settings, store, found, self._services_of, self._configured_anew)
        self.heartbeat = Heartbeat(configured.services())
        self.switchboard = owner.switchboard = Switchboard(
            configured.services, configured.began_with, self.heartbeat.fresh
        )
        agents = found.dialplan.queues.agents
        self.monitor_rules = found.dialplan.monitor
        self.deadlines = Deadlines(self.store, _now, agents.idle_logout_s, agents.idle_warning_s)
        login = AmiLogin(settings.host, settings.ami_port, settings.ami_user, settings.ami_password)
        self.phones = PhoneWatch(self.store, _now, self._is_reachable, self._ask_phone, self.deadlines.set)
        login = AmiLogin(settings.host, settings.ami_port, settings.ami_user, settings.ami_password)
        self.ami = Ami(login, self.phones.changed, self.phones.listed, self.phones.moved)
        secrets = PhoneSecrets(self.rest)
        self.letters = Letters(letters_dir(), settings.letters_out_dir)
        self.web = make_app(
            WebServices(
                store=self.store,
                health=self.health,
                on_log_in=self._phone_of,
                now=_now,
                idle_logout_s=self._idle_logout_s,
                dialling=lambda: configured.current.dialplan.dialling,
                idle_warning_s=lambda: self.deadlines.idle_warning_s,
                is_reachable=self.phones.is_reachable,
                open_days=lambda: configured.current.dialplan.is_open_day,
                applications=lambda: configured.current.dialplan.application_rules,
                command=self.switchboard.command,
                dial=self.switchboard.dial,
                talk_now=self.switchboard.talk_now,
                line_name=self._line_name,
                monitor=lambda: self.monitor_rules,
                answer=Answering(store, self.session, self._ask_to_answer).answer,
                pages=pages_dir(),
                give_phone_secret=secrets.give,
                take_phone_secret=secrets.take,
                pbx_phones=settings.pbx.phones_url,
                prompts=self._prompts,
                office=lambda: configured.current.dialplan.office_now,
                ask_anew=self._ask_anew,
                segments=lambda: configured.current.rules.segments,
                keys=secret_keys.read(settings.secrets_key_file),
                snoozing=lambda: configured.current.dialplan.snoozing,
                print_sheet=self.letters.pdf,
                batch_at=self._batch_at,
                hush=self._hush,
                recordings=self.recordings.folder,
                recording_stopped=lambda: self.recordings.stopped,
                keep_days=lambda: self._keep_rules.keep_days,
            )
        )
        self.batches = Batches(
            store, self.letters, settings.letters_out_dir, settings.node, _now, self._batch_at, self._letter_sent
        )
        self.pins = Pins(store)
        codes = FeatureCodes(store, self.pins, lambda: configured.current.prompts, _now, self._idle_logout_s)
        self.agi = AgiServer(codes.serve, settings.pbx.agi_secret)
        attach = PrintedDocuments(store, self.letters.pdf, _now)
        mail_rules = lambda: configured.current.dialplan.office.mail_rules  # noqa: E731 - read anew at each mail
        self.mail = MailSender(store, settings.smtp, _now, mail_rules, attach)
        self.store.listen(self.switchboard.changed)
        self.store.listen(self.deadlines.changed)
        self.store.listen(self.switches.changed)
        self.store.listen(self.phones.heard)
        self.store.listen(stand_in(self.store, self.deadlines, lambda: configured.current.dialplan.segments))

    def _line_name(self, key: str) -> tuple[str, str]:
        """In English and in Welsh; of a line that is not configured any more, its key."""
        line = self.configured.current.dialplan.lines.get(key)
        return (as_words(key), as_words(key)) if line is None else line.names

    def _services_of(self, configuration: Configuration) -> Services:
        """What a call works with that starts under ``configuration``."""
        dialplan = configuration.dialplan
        return Services(
            session=self.session,
            store=self.store,
            records=self.edge or OwnRecords(self.store),
            prompts=configuration.prompts,
            recorder=self.recorder,
            rules=configuration.rules,
            now=_now,
            node=self.settings.node,
            doors=dialplan.doors,
            line_of=dialplan.line_of,
            is_down=lambda: self.switches.is_on(Switch.DOWNTIME),
            is_open_day=dialplan.is_open_day,
            recordings=self.recordings,
        )

    async def _hush(self, call_id: CallId, *, on: bool) -> None:
        """R-REC-1: a security check begins or ends. Where nobody talks now, it counts for the talk that comes."""
        command = Command(Silence("check", on), AgentId(0), "service")
        if not isinstance(await self.switchboard.command(call_id, command), Done):
            await self.recordings.hush(call_id, on=on)

    async def _phone_of(self, agent_id: AgentId, staff_number: StaffNumber, kind: PhoneKind) -> str:
        """What rings for who logs in at their desk. Raises RequestError while somebody else uses that phone."""
        phone = endpoint_of(staff_number, kind)
        if not await self.store.run(at_phone.is_free_for, agent_id, phone):
            raise RequestError("somebody else is logged in on your phone", error_id="agent.phone_taken")
        return phone

    async def _prompts(self, config_hash: str | None) -> Prompts:
        """What callers hear now, or heard whose call began with this configuration."""
        return (await self.configured.began_with(config_hash or self.configured.current.hash)).prompts

    async def _ask_anew(self, kinds: Iterable[RecordKind], words: str) -> WhyUnanswered | None:
        digits = self.configured.current.rules.digits
        lengths = {digits.scin_digits, digits.ern_digits, digits.trn_digits}
        if self.edge is None or not words.isdigit() or len(words) not in lengths:
            return None
        return await ask_anew(self.edge, kinds, words)

    def _is_reachable(self, account: str) -> bool | None:
        return self.ami.is_reachable(account)

    async def _ask_to_answer(self, channel_name: str) -> None:
        await self.ami.ask_to_answer(channel_name)

    async def _ask_phone(self, account: str) -> None:
        await self.ami.ask_phone(account)

    def _batch_at(self) -> time:
        return self.configured.current.dialplan.office.letters.at

    def _letter_sent(self, letter: Document) -> None:
        self.web[WEB].live.tell_document(letter)

    def _idle_logout_s(self) -> float:
        return self.configured.current.dialplan.queues.agents.idle_logout_s

    def _configured_anew(self, configuration: Configuration) -> None:
        agents = configuration.dialplan.queues.agents
        self.deadlines.idle_logout_s, self.deadlines.idle_warning_s = agents.idle_logout_s, agents.idle_warning_s
        self.monitor_rules = configuration.dialplan.monitor
        self._keep_rules = _keep_rules(configuration)
        self.recordings.ask()
        self.web[WEB].live.boards.ask()
        self.batches.look_again()

    async def health(self) -> HealthNow:
        """Whether this process can take calls now."""
        linked, answers = self.session.is_ready, self.heartbeat.fresh()
        words = "" if linked else "not connected to Asterisk. "
        words += "" if answers else "the database does not answer."
        records = None if self.edge is None else self.edge.answers
        return HealthNow(linked, answers, words, self.mail.now, records)


def _edge(settings: Settings, store: SqlStore) -> HttpRecords | None:
    """Another system of record, if there is one."""
    if not settings.records_url:
        return None
    token = Path(settings.records_token_file) if settings.records_token_file else None
    limits = (settings.records_timeout_s, settings.records_failures, settings.records_rest_s)
    return HttpRecords(Edge(settings.records_url, token, *limits), store, _now)


async def run(settings: Settings) -> None:
    """Run the service until it is asked to stop or another process takes its calls over."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        store = open_store(settings.database_url)
        stack.push_async_callback(store.close)
        service = Service(settings, store, await configured.first(settings, store, _now()))
        stack.push_async_callback(service.rest.close)
        if service.edge is not None:
            stack.push_async_callback(service.edge.close)
        stack.push_async_callback(service.recorder.flush)
        stack.push_async_callback(service.recordings.close)
        stack.push_async_callback(service.deadlines.close)
        stack.push_async_callback(service.switchboard.close)
        stack.push_async_callback(service.letters.close)
        await _open_web(stack, service)
        await _open_feature_codes(stack, service)
        await stack.enter_async_context(control.listening(control.socket_path(settings), service.configured.take))
        _spare_what_stays()
        await _until_stopped(service, stop)
    log.info("service.stopped")


def _spare_what_stays() -> None:
    """Leave what was made at the start (a hundred thousand objects of libraries) out of every garbage collection.

    A full one took 90 ms, in which no call got an answer.
    """
    gc.collect()
    gc.freeze()


async def _open_web(stack: AsyncExitStack, service: Service) -> None:
    runner = web.AppRunner(service.web, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    # A process that is to take over is reachable beside the one it replaces.
    ours = service.settings
    await web.TCPSite(runner, ours.http_address, ours.http_port, reuse_port=True).start()
    log.info("web.opened", port=ours.http_port)


async def _open_feature_codes(stack: AsyncExitStack, service: Service) -> None:
    """Without them calls go on all the same, and who dials one hears an apology."""
    stack.callback(service.pins.close)
    stack.push_async_callback(service.agi.close)
    try:
        await service.agi.start(service.settings.host, service.settings.agi_port)
    except OSError as error:
        log.warning("feature_codes.not_opened", port=service.settings.agi_port, error=str(error))


async def _until_stopped(service: Service, stop: asyncio.Event) -> None:
    """Run the service's own tasks; one that ends by itself ends the service, which the supervisor starts again."""
    await service.heartbeat.beat()
    await service.deadlines.restore()
    service.switches.restore(await service.store.read(turned_on))
    tasks = [
        _task(service.session.run(), "ari-session"),
        _task(service.ami.run(), "ami"),
        _task(service.recorder.run(), "recorder"),
        _task(service.recordings.run(), "recordings"),
        _task(service.heartbeat.run(), "heartbeat"),
        _task(service.switchboard.run(), "reconciler"),
        _task(service.configured.keep_fallback(_now), "fallback-renewal"),
        _task(service.mail.run(), "mail"),
        _task(service.batches.run(), "letters"),
        _task(stop.wait(), "stop"),
        _task(service.switchboard.replaced.wait(), "replaced"),
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            log.info("service.stopping", because=task.get_name())
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _task(work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
    return asyncio.create_task(work, name=name)


def serve(settings: Settings) -> None:
    """Run one process of the service; returns when it has stopped."""
    logs.set_up(level=logging.getLevelNamesMapping()[settings.log_level.upper()])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(settings))

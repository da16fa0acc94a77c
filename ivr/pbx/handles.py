"""Channels and bridges as light handles: their state is fed by events, their methods are ARI commands.

A handle is made and registered by the session before the request that brings its channel or bridge about, so no event
of theirs is ever missed. Nothing here starts a task: events change state synchronously and wake whoever waits.

Every event carries its ``seq``, the order in which the PBX delivered them: where two things race (answer and hang-up),
the lower one came first and decides (R-WAIT-6).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ivr.errors import Conflict, NotFound, PbxError, Refused
from ivr.pbx.ari_events import (
    ChannelDestroyed,
    ChannelDtmfReceived,
    ChannelEvent,
    ChannelHangupRequest,
    ChannelHold,
    ChannelInfo,
    ChannelStateChange,
    ChannelUnhold,
    Dial,
    PlaybackFinished,
    StasisEnd,
    StasisStart,
)
from ivr.pbx.ari_rest import AriRest
from ivr.pbx.far_end import FarEnd
from ivr.pbx.live_recording import FORMAT
from ivr.pbx.offer_end import LegSeen
from ivr.pbx.playback import Player
from ivr.pbx.typed_ahead import TypedAhead

GOING_S: Final = 0.5
"""How long after a 409 or 412 the news that the channel has gone may still be on its way."""

_NO_ANSWER_SIP: Final = frozenset({408, 481, 503})
"""What ends a call whose phone does not answer a re-INVITE or a refresh, or does not know the call any more."""

Listener = Callable[[ChannelEvent | StasisStart, int], None]
"""Told of each event of a channel with its ``seq``, after the handle's own state has changed. Must not block."""


class Channel(FarEnd):
    """A caller's channel or a leg of ours. ``gone`` is set by the first sign of its end, and that is final."""

    def __init__(self, channel_id: str, rest: AriRest, *, is_leg: bool = False) -> None:
        """``is_leg``: we create it. Of a leg Asterisk tells its destruction, of a caller's channel only StasisEnd."""
        super().__init__("channels", channel_id, rest)
        self.is_leg = is_leg
        self.info: ChannelInfo | None = None
        self.args: tuple[str, ...] = ()
        self.digits = TypedAhead()
        """What was keyed and nobody has taken yet, from the first StasisStart on."""
        self.started_seq: int | None = None
        self.up_at_seq: int | None = None
        self.gone = asyncio.Event()
        self.gone_seq: int | None = None
        self.destroyed = asyncio.Event()
        """The last we hear of it, a little later than ``gone``."""
        self.ringing_at: float | None = None
        """Loop time of the first 180 or 183 of a leg."""
        self.hang_up_requested = False
        """The far end hung up or refused, as opposed to the dial timer or a command of ours."""
        self.hung_up_by_us = False
        self.ended_by_pbx = False
        """Asterisk itself asked for its end: no sound, no answer to a refresh, or a command of ours."""
        self.is_held = False
        """The far end has put the other side on hold."""
        self.created = True
        """False: Asterisk could not even make the leg (nothing registered under its endpoint)."""
        self.cause = 0
        self.tech_cause = 0
        self._listeners: list[Listener] = []
        self._waiters: list[asyncio.Future[None]] = []

    # --- state -------------------------------------------------------------------------------------------------

    @property
    def is_up(self) -> bool:
        """Answered and not gone."""
        return self.up_at_seq is not None and not self.is_gone

    @property
    def is_gone(self) -> bool:
        """Hung up, or no longer ours."""
        return self.gone_seq is not None

    @property
    def was_cut(self) -> bool:
        """An answered leg that ended without a hang-up of the far end's, nor of ours (R-STATE-8)."""
        if not self.is_gone or self.hung_up_by_us:
            return False
        return self.tech_cause in _NO_ANSWER_SIP if self.hang_up_requested else self.ended_by_pbx

    def seen(self) -> LegSeen:
        """What a leg went through, for :func:`ivr.pbx.offer_end.offer_end`."""
        return LegSeen(
            created=self.created,
            answered=self.up_at_seq is not None,
            rang=self.ringing_at is not None,
            hang_up_requested=self.hang_up_requested,
            hung_up_by_us=self.hung_up_by_us,
            cause=self.cause,
            tech_cause=self.tech_cause,
        )

    def add_listener(self, listener: Listener) -> Callable[[], None]:
        """Have ``listener`` told of each event; returns what takes it off again."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    # --- waiting -----------------------------------------------------------------------------------------------

    async def until(self, met: Callable[[], bool], limit_s: float | None = None) -> bool:
        """Wait until ``met()`` holds, looked at after each event: True; False when ``limit_s`` ran out first.

        Raises NotFound when the channel goes without ``met()`` ever holding. Without a limit the channel's life is it.
        """
        loop = asyncio.get_running_loop()
        deadline = None if limit_s is None else loop.time() + limit_s
        while not met():
            self._must_be_here()
            if deadline is not None and loop.time() >= deadline:
                return False
            await self._changed(loop, deadline)
        return True

    async def started(self, limit_s: float) -> bool:
        """Wait for a created leg's StasisStart, before which ``dial`` would answer 409. False: not within the limit."""
        return await self.until(lambda: self.started_seq is not None, limit_s)

    async def up_or_gone(self, limit_s: float | None = None) -> bool:
        """Wait until it is answered or gone; False when ``limit_s`` ran out. Compare ``up_at_seq`` and ``gone_seq``."""
        return await self.until(lambda: self.up_at_seq is not None or self.is_gone, limit_s)

    async def rings_or_ends(self, limit_s: float) -> bool:
        """Wait for the first 180 or 183, an answer or the end; False: nothing of these, the phone is unreachable."""
        return await self.until(
            lambda: self.ringing_at is not None or self.up_at_seq is not None or self.is_gone, limit_s
        )

    async def _changed(self, loop: asyncio.AbstractEventLoop, deadline: float | None) -> None:
        waiter: asyncio.Future[None] = loop.create_future()
        self._waiters.append(waiter)
        timer = None if deadline is None else loop.call_at(deadline, _wake, waiter)
        try:
            await waiter
        finally:
            self._waiters.remove(waiter)
            if timer is not None:
                timer.cancel()

    def wake(self) -> None:
        """Have everybody who waits look again."""
        for waiter in self._waiters:
            _wake(waiter)

    # --- commands ----------------------------------------------------------------------------------------------

    async def answer(self) -> None:
        """Answer; returns before media flows. Raises NotFound when the caller has gone."""
        await self._post("answer")

    async def hang_up(self, reason_code: int = 16) -> None:
        """Hang up with a Q.850 cause (16 normal, 17 busy, 19 no answer, 26 answered elsewhere). Gone is fine."""
        if self.destroyed.is_set():
            return
        self.hung_up_by_us = self.hung_up_by_us or not self.is_gone
        try:
            await self._rest.delete(self._path, {"reason_code": str(reason_code)})
        except NotFound:
            return

    async def ring(self) -> None:
        """Have the far end hear ringing: a caller without being answered, an answered leg as a tone."""
        await self._post("ring")

    async def stop_ring(self) -> None:
        """End what :meth:`ring` has the far end hear."""
        await self._delete("ring")

    async def progress(self) -> None:
        """Open early media (183), without answering."""
        await self._post("progress")

    async def start_silence(self) -> None:
        """Send silence, so that the far end's media path stays open while nothing plays."""
        await self._post("silence")

    async def stop_silence(self) -> None:
        """End :meth:`start_silence`."""
        await self._delete("silence")

    async def stop_moh(self) -> None:
        """End music on hold."""
        await self._delete("moh")

    async def set_variables(self, variables: Mapping[str, str]) -> None:
        """Set channel variables and functions, all in one request: ``{"CHANNEL(language)": "cy"}``."""
        await self._post("variables", body={"variables": dict(variables)})

    async def dial(self, timeout_s: int, caller: Channel | None = None) -> None:
        """Have a created leg's phone ring for ``timeout_s``; Asterisk hangs it up itself with cause 19 afterwards.

        ``caller``: whose number and name the phone shows. Source: R-RONA-2; ARI POST /channels/{id}/dial.
        """
        params = {"timeout": str(timeout_s)}
        if caller is not None:
            params["caller"] = caller.id
        await self._post("dial", params)

    async def go_on(self, context: str, exten: str) -> None:
        """Leave our control for the dialplan, at priority 1 of ``exten`` in ``context``."""
        await self._end_quiet()
        await self._post("continue", {"context": context, "extension": exten, "priority": "1"})

    async def _post(self, verb: str, params: Mapping[str, str] | None = None, body: object = None) -> None:
        self._must_be_here()
        try:
            await super()._post(verb, params, body)
        except (Conflict, Refused) as error:
            await self._raise_gone_or(error)

    async def _delete(self, verb: str, params: Mapping[str, str] | None = None) -> None:
        self._must_be_here()
        try:
            await super()._delete(verb, params)
        except (Conflict, Refused) as error:
            await self._raise_gone_or(error)

    def _must_be_here(self) -> None:
        """For some milliseconds after a hang-up Asterisk still takes commands, whose end it would never report."""
        if self.is_gone:
            raise NotFound(f"channel {self.id} is gone")

    async def _raise_gone_or(self, error: PbxError) -> None:
        """A channel that hangs up answers 409 or 412 for a moment: that is NotFound too, once its end is known."""
        if not isinstance(error, Conflict) and not (isinstance(error, Refused) and error.status == 412):
            raise error
        if await self.until(lambda: self.is_gone, GOING_S):
            raise NotFound(f"channel {self.id} is gone") from error
        raise error

    # --- events ------------------------------------------------------------------------------------------------

    def apply(self, event: ChannelEvent | StasisStart, seq: int) -> None:
        """Take in one event of this channel. Told by the session, in the order of delivery."""
        self._take(event, seq)
        self.wake()
        for listener in tuple(self._listeners):
            listener(event, seq)

    def lost(self, seq: int) -> None:
        """It ended while no events came: told by the session after a reconnect."""
        self.apply(ChannelDestroyed(self.id, 0, 0), seq)

    def describe(self, info: ChannelInfo, seq: int) -> None:
        """What Asterisk says of it now; an answer that was missed counts from here."""
        self.info = info
        if info.is_up and self.up_at_seq is None:
            self.up_at_seq = seq
        self.wake()

    def _take(self, event: ChannelEvent | StasisStart, seq: int) -> None:
        match event:
            case ChannelDtmfReceived():
                self.digits.put(event.digit, asyncio.get_running_loop().time())
            case PlaybackFinished():
                self.playback_finished(event)
            case StasisStart():
                self.started_seq = seq
                self.args = event.args
                self.describe(event.channel, seq)
            case ChannelStateChange():
                self._state_changed(event.channel, seq)
            case Dial():
                if event.status in {"RINGING", "PROGRESS"}:
                    self._rang()
            case ChannelHold():
                self.is_held = True
            case ChannelUnhold():
                self.is_held = False
            case ChannelHangupRequest() | StasisEnd() | ChannelDestroyed():
                self._ended(event, seq)
            case _:
                pass

    def _state_changed(self, info: ChannelInfo, seq: int) -> None:
        if info.state == "Ringing":
            self._rang()
        self.describe(info, seq)

    def _rang(self) -> None:
        if self.ringing_at is None:
            self.ringing_at = asyncio.get_running_loop().time()

    def _ended(self, event: ChannelHangupRequest | StasisEnd | ChannelDestroyed, seq: int) -> None:
        if isinstance(event, ChannelHangupRequest):
            self.hang_up_requested = self.hang_up_requested or not event.soft
            self.ended_by_pbx = self.ended_by_pbx or event.soft
        if not isinstance(event, StasisEnd):
            self.cause = self.cause or event.cause
            self.tech_cause = self.tech_cause or event.tech_cause
        if isinstance(event, ChannelDestroyed) or (isinstance(event, StasisEnd) and not self.is_leg):
            self.destroyed.set()
        if self.gone_seq is None:
            self.gone_seq = seq
            self._all_playbacks_ended()
            self.gone.set()


class Bridge(Player):
    """A bridge of ours; made by ``session.create_bridge``."""

    def __init__(self, bridge_id: str, rest: AriRest, on_destroyed: Callable[[], None] = lambda: None) -> None:
        """``on_destroyed``: has the session forget it; an empty bridge's end is not reported."""
        super().__init__("bridges", bridge_id, rest)
        self._on_destroyed = on_destroyed
        self.on_recording_ended: Callable[[str], None] = lambda _name: None
        """Told the name of each recording of the bridge that is over, from the read loop."""

    async def add(self, *channels: Channel) -> None:
        """Bring channels in, all in one request. Raises NotFound when one of them has gone: none is in then.

        Asterisk answers 400 (no such channel), 409 or 422 before we are told of the hang-up that explains it.
        """
        try:
            await self._post("addChannel", {"channel": ",".join(channel.id for channel in channels)})
        except (Conflict, Refused) as error:
            if not await _one_is_gone(channels):
                raise
            raise NotFound(f"{self._path}: a channel is gone") from error

    async def remove(self, *channels: Channel) -> None:
        """Take channels out, all in one request; one that has left already is fine."""
        try:
            await self._post("removeChannel", {"channel": ",".join(channel.id for channel in channels)})
        except (NotFound, Conflict, Refused) as error:
            if isinstance(error, Refused) and error.status != 422:
                raise

    async def record(self, name: str) -> None:
        """Write what is heard in it to a file of this name, which must be new. Raises PbxError.

        Source: ARI POST /bridges/{id}/record.
        """
        await self._post("record", {"name": name, "format": FORMAT, "ifExists": "fail"})

    async def stop_moh(self) -> None:
        """End the bridge's music."""
        await self._delete("moh")

    async def destroy(self) -> None:
        """Remove it; who is in it stays in our control. Gone already is fine."""
        self.was_destroyed()
        try:
            await self._rest.delete(self._path)
        except NotFound:
            return

    def was_destroyed(self) -> None:
        """Nothing plays there any more; also told by the session."""
        self._all_playbacks_ended()
        self._on_destroyed()


async def _one_is_gone(channels: Sequence[Channel]) -> bool:
    """Whether one of them goes within the moment that news of a hang-up takes."""
    waits = [asyncio.create_task(channel.gone.wait(), name="gone") for channel in channels]
    try:
        done, _ = await asyncio.wait(waits, timeout=GOING_S, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
    return bool(done)


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)

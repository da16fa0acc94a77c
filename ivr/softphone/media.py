"""One call's RTP: a socket of its own, what is sent each 20 ms, and what was heard.

Enters: datagrams from the call's socket; ticks of the phone's ``Pacer``. Leaves: RTP, a ``Recording``, marks. No task
of its own. Source: RFC 3550, RFC 4733.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ivr.softphone.endpoint import READ_AT_ONCE, bound_socket
from ivr.softphone.g711 import FRAME_S, FRAME_SAMPLES, SILENT_FRAME
from ivr.softphone.journal import Journal
from ivr.softphone.recording import Recording
from ivr.softphone.rtp import Frame, HeardDigits, Packet, pack, unpack
from ivr.softphone.sdp import PCMA, Description
from ivr.softphone.transaction import Address

LARGEST_PACKET = 2048
CATCH_UP_FRAMES = 5  # after a late tick at most these are sent at once; the rest of the time is skipped
NOTICED_PACKETS = 5  # who waits for something heard looks again each 0.1 s of audio
SO_TIMESTAMPNS = 35  # Linux: the kernel's arrival time with each datagram, so that a busy process hears no gaps
_TIMESPEC = struct.Struct("@qq")


@dataclass(frozen=True, slots=True)
class MediaOptions:
    """What a call's audio costs: for load, neither record nor send."""

    record: bool = True
    send_audio: bool = True  # silence, unless told what to say; False: only digits are sent


class Source:
    """Audio to send: A-law, repeated or followed by silence."""

    __slots__ = ("_alaw", "_next", "_repeat")

    def __init__(self, alaw: bytes, *, repeat: bool = False) -> None:
        """``repeat``: begin again at the end; else silence follows."""
        self._alaw = alaw
        self._repeat = repeat and bool(alaw)
        self._next = 0

    def frame(self) -> bytes:
        """The next 20 ms."""
        if self._next >= len(self._alaw):
            return SILENT_FRAME
        frame = self._alaw[self._next : self._next + FRAME_SAMPLES]
        self._next += len(frame)
        if self._repeat and self._next >= len(self._alaw):
            self._next = FRAME_SAMPLES - len(frame)
            frame += self._alaw[: self._next]
        return frame + SILENT_FRAME[len(frame) :]


class Sender:
    """Sequence numbers, timestamps and the order of what is sent; one per call, they go on for all its life."""

    def __init__(self, send: Callable[[bytes], None], *, audio: bool) -> None:
        """``send``: one datagram to the other side; ``audio``: is there anything besides digits?"""
        self.audio = audio
        self.source = Source(b"")
        self._send = send
        self._queue: deque[Frame] = deque()
        self._ssrc = secrets.randbits(32)
        self._sequence = secrets.randbits(15)
        self._timestamp = self._frame_timestamp = secrets.randbits(31)
        self._slot: int | None = None

    def queue(self, frames: Iterable[Frame]) -> None:
        """Send ``frames`` instead of audio, one in each 20 ms, after those that are queued."""
        self._queue.extend(frames)

    @property
    def busy(self) -> bool:
        """Is there anything to send?"""
        return self.audio or bool(self._queue)

    def tick(self, slot: int) -> None:
        """The 20 ms slot number ``slot`` of the phone's clock has come; slots may have been missed."""
        missed = 1 if self._slot is None else slot - self._slot
        self._slot = slot
        self._timestamp += missed * FRAME_SAMPLES
        if self._queue:
            self._send_frame(self._queue.popleft())
        elif self.audio:
            frames = min(missed, CATCH_UP_FRAMES)
            self._timestamp -= (frames - 1) * FRAME_SAMPLES
            for number in range(frames):
                self._timestamp += FRAME_SAMPLES if number else 0
                self._send_frame(Frame(PCMA, self.source.frame()))

    def _send_frame(self, frame: Frame) -> None:
        """One frame, as often as it says."""
        if not frame.continues:
            self._frame_timestamp = self._timestamp
        for _ in range(frame.copies):
            self._sequence += 1
            packet = Packet(
                frame.payload_type, frame.marker, self._sequence, self._frame_timestamp, self._ssrc, frame.payload
            )
            self._send(pack(packet))
        if frame.sent is not None:
            frame.sent()


class Pacer:
    """The phone's 20 ms clock: one timer for all its calls, without drift; it stands still while nothing is sent."""

    def __init__(self) -> None:
        """Starts with the first sender."""
        self._loop = asyncio.get_running_loop()
        self._began_at = self._loop.time()
        self._senders: set[Sender] = set()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, sender: Sender) -> None:
        """Tick ``sender`` until it has nothing more to send, or is removed."""
        self._senders.add(sender)
        if self._timer is None:
            self._plan()

    def remove(self, sender: Sender) -> None:
        """Tick ``sender`` no more."""
        self._senders.discard(sender)

    def close(self) -> None:
        """Stand still for good."""
        self._senders.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _slot(self) -> int:
        """The number of the slot that runs now."""
        return int((self._loop.time() - self._began_at) / FRAME_S + 1e-6)

    def _plan(self) -> None:
        """Set the timer to the beginning of the next slot."""
        self._timer = self._loop.call_at(self._began_at + (self._slot() + 1) * FRAME_S, self._tick)

    def _tick(self) -> None:
        """A slot begins."""
        self._timer = None
        slot = self._slot()
        for sender in tuple(self._senders):
            sender.tick(slot)
            if not sender.busy:
                self._senders.discard(sender)
        if self._senders:
            self._plan()


class Media:
    """One call's audio, both ways. Open from the INVITE on, so that early media is heard; closed with the call."""

    def __init__(self, local: str, options: MediaOptions, pacer: Pacer) -> None:
        """Binds a free port on ``local``; the recording begins now."""
        self.options = options
        self.heard = Recording(time.monotonic())
        self.digits = HeardDigits()
        self._stalled: list[asyncio.TimerHandle] = []
        self._held: list[bytes] = []
        self.remote: Description | None = None
        self.on_change: Callable[[], None] = lambda: None
        self.sender = Sender(self._send, audio=options.send_audio)
        self._target: Address | None = None
        self.journal = Journal()
        self._pacer = pacer
        self._loop = asyncio.get_running_loop()
        self._socket: socket.socket | None = bound_socket(local, 0)
        self.address: Address = self._socket.getsockname()
        if options.record:
            self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            self._loop.add_reader(self._socket.fileno(), self._readable)

    def connect(self, remote: Description, fallback_host: str) -> None:
        """The other side has said where it listens; ``fallback_host`` stands in for an address off loopback."""
        self.remote = remote
        host = remote.host if remote.host.startswith("127.") else fallback_host
        self._target = (host, remote.port)
        self.resume()

    def resume(self) -> None:
        """Have the pacer call while there is something to send."""
        if self._target is not None and self._socket is not None and self.sender.busy:
            self._pacer.add(self.sender)

    def play(self, source: Source) -> None:
        """Send ``source`` from the next frame on."""
        self.sender.source = source
        self.sender.audio = True
        self.resume()

    def stall(self, every_s: float) -> None:
        """From now on the network delivers what is sent in bursts, one each ``every_s`` seconds."""
        self._stalled.append(self._loop.call_later(every_s, self._burst, every_s))

    def _burst(self, every_s: float) -> None:
        self._stalled.clear()
        held, self._held = self._held, []
        self.stall(every_s)
        for datagram in held:
            self._deliver(datagram)

    def close(self) -> None:
        """The call is over: the recording stays."""
        for timer in self._stalled:
            timer.cancel()
        self._pacer.remove(self.sender)
        if self._socket is not None:
            if self.options.record:
                self._loop.remove_reader(self._socket.fileno())
            self._socket.close()
            self._socket = None

    def _send(self, datagram: bytes) -> None:
        if self._stalled:
            self._held.append(datagram)
        else:
            self._deliver(datagram)

    def _deliver(self, datagram: bytes) -> None:
        """One packet to where the other side listens, unless it asked for silence."""
        if self._socket is None or self._target is None or (self.remote is not None and not self.remote.listens):
            return
        try:
            self._socket.sendto(datagram, self._target)
        except BlockingIOError:
            return

    def _readable(self) -> None:
        """Packets are there."""
        offset = time.monotonic() - time.time()
        for _ in range(READ_AT_ONCE):
            if self._socket is None:
                return
            try:
                datagram, ancillary, _, _ = self._socket.recvmsg(LARGEST_PACKET, 64)
            except BlockingIOError:
                return
            packet = unpack(datagram)
            if packet is not None:
                self._take(packet, _arrival(ancillary, offset))

    def _take(self, packet: Packet, arrived_at: float) -> None:
        """One packet: audio to the recording, events to the digits."""
        if packet.payload_type == PCMA:
            if self.heard.write(packet.ssrc, packet.timestamp, packet.payload, arrived_at):
                self.journal.note("stream", f"{packet.ssrc:08x}", arrived_at)
                self.on_change()
            elif self.heard.packets % NOTICED_PACKETS == 0:
                self.on_change()
        elif self.remote is not None and packet.payload_type == self.remote.event_type:
            digit = self.digits.take(packet)
            if digit is not None:
                self.journal.note("heard digit", digit, arrived_at)
                self.on_change()


def _arrival(ancillary: list[tuple[int, int, bytes]], offset: float) -> float:
    """When the kernel received a datagram, as monotonic time; now, if it does not say."""
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS and len(data) >= _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack_from(data)
            return float(seconds + nanoseconds / 1e9 + offset)
    return time.monotonic()

"""Digits on the wire: RFC 4733's timing, and what the phone's 20 ms clock makes of it (R-DTMF-4)."""

from __future__ import annotations

import itertools

from ivr.softphone.g711 import SILENT_FRAME
from ivr.softphone.media import Sender, Source
from ivr.softphone.rtp import HeardDigits, Packet, event_frames, pack, tone_frames, unpack


def sent_by(sender_slots: list[int], digits: str, *, audio: bool = True) -> list[Packet]:
    """What a sender puts on the wire in those slots of the clock."""
    wire: list[bytes] = []
    sender = Sender(wire.append, audio=audio)
    for digit in digits:
        sender.queue(event_frames(digit, 101, tone_ms=80, gap_ms=80))
    for slot in sender_slots:
        sender.tick(slot)
    packets = [unpack(datagram) for datagram in wire]
    return [packet for packet in packets if packet is not None]


def test_a_digit_has_one_timestamp_growing_durations_and_its_end_thrice() -> None:
    """R-DTMF-4, RFC 4733 §2.5.1: 80 ms of the digit 7."""
    events = [packet for packet in sent_by(list(range(4)), "7") if packet.payload_type == 101]
    assert [int.from_bytes(packet.payload[2:4], "big") for packet in events] == [160, 320, 480, 640, 640, 640]
    assert [bool(packet.payload[1] & 0x80) for packet in events] == [False] * 3 + [True] * 3
    assert {packet.payload[0] for packet in events} == {7}
    assert len({packet.timestamp for packet in events}) == 1
    assert [packet.marker for packet in events] == [True] + [False] * 5


def test_sequence_numbers_go_on_through_digits_and_audio() -> None:
    """R-DTMF-4: a receiver drops what goes back, so the numbers never restart."""
    packets = sent_by(list(range(20)), "12")
    numbers = [packet.sequence for packet in packets]
    assert all((after - before) % 65536 == 1 for before, after in itertools.pairwise(numbers))
    assert {packet.payload_type for packet in packets} == {8, 101}


def test_between_two_digits_there_is_the_whole_gap() -> None:
    """R-DTMF-4: Asterisk wants 45 ms between digits; 80 ms is four frames of audio, and the next begins after them."""
    packets = sent_by(list(range(12)), "55")
    starts = [packet.timestamp for packet in packets if packet.marker]
    assert starts[1] - starts[0] == 8 * 160
    assert [packet.payload_type for packet in packets][6:10] == [8] * 4


def test_a_late_clock_neither_bursts_digits_nor_moves_their_timestamp() -> None:
    """R-DTMF-4: a busy machine stretches a digit and its gap; it never squeezes two into one."""
    packets = sent_by([0, 1, 30, 31, 32, 33, 34, 35, 36], "3")
    events = [packet for packet in packets if packet.payload_type == 101]
    assert len({packet.timestamp for packet in events}) == 1
    audio = [packet for packet in packets if packet.payload_type == 8]
    assert len(audio) == 5


def test_audio_missed_by_a_late_clock_is_caught_up_with_true_timestamps() -> None:
    """What both sides hear stays on a true time line: at most five frames at once, then time is skipped."""
    packets = sent_by([0, 3, 103], "")
    steps = [after.timestamp - before.timestamp for before, after in itertools.pairwise(packets)]
    assert steps == [160, 160, 160, 96 * 160, 160, 160, 160, 160]


def test_without_audio_only_digits_and_their_gaps_are_sent() -> None:
    """For load, silence costs nothing."""
    assert len(sent_by(list(range(50)), "1", audio=False)) == 6 + 4


def test_a_digit_heard_is_told_once_and_repeated_digits_are_told_apart() -> None:
    """R-DTMF-4: the same digit twice is two digits; six packets of one are one."""
    heard = HeardDigits()
    for packet in sent_by(list(range(24)), "1##"):
        if packet.payload_type == 101:
            heard.take(packet)
    assert heard.keyed == "1##"


def test_tones_in_the_audio_are_as_long_as_asked_and_end_in_silence() -> None:
    """R-DTMF-4: in-band tones where the trunk has nothing else."""
    frames = list(tone_frames("5", tone_ms=80, gap_ms=80))
    assert len(frames) == 8
    assert all(frame.payload != SILENT_FRAME for frame in frames[:4])
    assert [frame.payload for frame in frames[4:]] == [SILENT_FRAME] * 4


def test_a_packet_survives_the_wire_and_rtcp_is_none() -> None:
    """RFC 3550 §5.1 and RFC 5761 §4: a report between two packets must not be heard."""
    packet = Packet(8, True, 65535, 4294967295, 7, b"abc")
    assert unpack(pack(packet)) == packet
    assert unpack(b"\x80\xc8" + bytes(26)) is None
    assert unpack(b"short") is None


def test_a_tone_that_repeats_has_no_click_at_its_end() -> None:
    """Both ways of a call are proven by steady tones: the seam is where the beginning goes on."""
    source = Source(bytes(range(200)), repeat=True)
    sound = b"".join(source.frame() for _ in range(5))
    assert sound == bytes(range(200)) * 4


def test_a_sound_that_ends_is_followed_by_silence() -> None:
    """A caller who has said something goes on sending audio."""
    source = Source(b"\x01" * 100)
    assert source.frame() == b"\x01" * 100 + SILENT_FRAME[100:]
    assert source.frame() == SILENT_FRAME

"""What was heard, when: recordings on a true time line."""

from __future__ import annotations

import math

import pytest

from ivr.softphone import g711
from ivr.softphone.recording import Recording

FRAME = bytes([0x2A]) * 160
SILENCE = g711.SILENT_FRAME


def test_packets_lie_where_their_timestamps_say_whatever_the_network_did() -> None:
    """Jitter and disorder do not move what was heard."""
    recording = Recording(started_at=100.0)
    recording.write(1, 1000, FRAME, 100.5)
    recording.write(1, 1000 + 320, FRAME, 100.545)
    recording.write(1, 1000 + 160, SILENCE, 100.546)
    assert recording.alaw == bytes([g711.SILENCE]) * 4000 + FRAME + SILENCE + FRAME
    assert recording.seconds == pytest.approx(0.56)


def test_what_never_arrived_is_silence() -> None:
    """A lost packet leaves a hole of its own length."""
    recording = Recording(0.0)
    recording.write(1, 0, FRAME, 0.0)
    recording.write(1, 320, FRAME, 0.04)
    assert recording.alaw == FRAME + SILENCE + FRAME


def test_a_pause_that_the_sender_did_not_count_is_heard_as_a_pause() -> None:
    """A PBX that stops sending between two prompts and goes on counting: arrival decides."""
    recording = Recording(0.0)
    recording.write(1, 0, FRAME, 0.0)
    recording.write(1, 160, FRAME, 2.0)
    assert recording.alaw[16000:] == FRAME
    assert set(recording.alaw[160:16000]) == {g711.SILENCE}


def test_a_jump_of_the_timestamps_is_no_jump_of_time() -> None:
    """Timestamps that leap ahead while packets keep coming do not stretch the recording, or fill the memory."""
    recording = Recording(0.0)
    recording.write(1, 0, FRAME, 0.0)
    recording.write(1, 0x7FFFFF00, FRAME, 0.02)
    recording.write(1, 0x7FFFFF00 + 160, FRAME, 0.04)
    assert recording.alaw == FRAME * 3


def test_timestamps_wrap_round() -> None:
    """RFC 3550: 32 bits, then from 0 again, in the middle of a word."""
    recording = Recording(0.0)
    recording.write(1, 2**32 - 160, FRAME, 0.0)
    recording.write(1, 0, FRAME, 0.02)
    assert recording.alaw == FRAME * 2


def test_a_new_stream_is_told_and_placed_by_its_arrival() -> None:
    """A call that goes from a prompt to an agent changes its SSRC."""
    recording = Recording(0.0)
    assert recording.write(1, 0, FRAME, 0.0)
    assert not recording.write(1, 160, FRAME, 0.02)
    assert recording.write(2, 99, FRAME, 1.0)
    assert recording.alaw[8000:] == FRAME


def test_levels_are_of_full_scale() -> None:
    """A sine of a quarter of full scale has -15 dB RMS; nothing has -96."""
    recording = Recording(0.0)
    recording.write(1, 0, g711.tone(1000), 0.0)
    assert recording.level_dbfs(0.0, 1.0) == pytest.approx(20 * math.log10(0.25) - 3.01, abs=0.1)
    assert recording.level_dbfs(5.0, 6.0) == -96.0


def test_every_octet_survives_decoding_and_encoding() -> None:
    """G.711: exactness is what lets a prompt score 1.0."""
    octets = bytes(range(256))
    assert g711.encode(g711.decode(octets)) == octets


def test_the_loudest_and_the_quietest_samples_are_those_of_the_standard() -> None:
    """ITU-T G.711 table 1a, scaled to 16 bits."""
    assert list(g711.decode(bytes([0xD5, 0x55, 0xAA, 0x2A]))) == [8, -8, 32256, -32256]

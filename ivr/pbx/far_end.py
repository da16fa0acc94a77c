"""What a channel's far end is sent beside sound: digits, silence while muted, and word of a transfer it asked for.

Enters: commands. Leaves: ARI requests, under the rules of :class:`ivr.pbx.handles.Channel`, which is built on this.
"""

from __future__ import annotations

from enum import StrEnum

from ivr.pbx.playback import Player


class Direction(StrEnum):
    """Which way sound is cut, seen from Asterisk."""

    IN = "in"
    """From the far end: the others do not hear it."""
    OUT = "out"
    """To the far end: it hears nothing."""
    BOTH = "both"


class TransferState(StrEnum):
    """How the transfer goes that the far end asked for by REFER, and what its phone reads of it."""

    PROGRESS = "channel_progress"
    """100: it is being tried. May come more than once."""
    ANSWERED = "channel_answered"
    """200: done; most phones hang up by themselves now."""
    UNAVAILABLE = "channel_unavailable"
    """503: it failed, and the phone is in its call as before."""
    DECLINED = "channel_declined"
    """603: the same, by decision."""


class FarEnd(Player):
    """The far end's part of a channel's handle."""

    async def send_digits(self, digits: str, *, tone_ms: int = 100, gap_ms: int = 100) -> None:
        """Key ``digits`` (0-9, *, #, A-D) towards the far end, in the way agreed with it; returns before they are out.

        Raises NotFound when it is gone. Source: ARI POST /channels/{id}/dtmf.
        """
        await self._post("dtmf", {"dtmf": digits, "duration": str(tone_ms), "between": str(gap_ms)})

    async def mute(self, direction: Direction = Direction.IN) -> None:
        """Cut the sound of one direction, or both, until :meth:`unmute`; muted already is fine. Raises NotFound."""
        await self._post("mute", {"direction": direction})

    async def unmute(self, direction: Direction = Direction.IN) -> None:
        """End :meth:`mute` of the same direction; never muted is fine. Raises NotFound."""
        await self._delete("mute", {"direction": direction})

    async def transfer_progress(self, state: TransferState) -> None:
        """Tell a phone that asked for a transfer how it goes; it moves nothing and hangs nothing up.

        Without a transfer under way nothing is sent. Raises NotFound when the leg is gone.
        Source: ARI POST /channels/{id}/transfer_progress; :class:`ivr.pbx.ari_events.ChannelTransfer`.
        """
        await self._post("transfer_progress", {"states": state})

"""Ringing a number outside over a carrier's trunk: the leg, and what became of it; and what configuration says of it.

Enters: whom to ring, and the number they see. Leaves: how it ended. Runs in the task that awaits it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import structlog

from ivr.acd.offer import BACKSTOP_S, LEG_START_LIMIT_S, RingTimes, unbroken
from ivr.domain.dialling import DiallingRules
from ivr.domain.ids import Brand
from ivr.errors import NotFound
from ivr.pbx.handles import Channel
from ivr.pbx.offer_end import OfferEnd, offer_end
from ivr.pbx.session import AriSession
from ivr.pbx.trunks import Trunk

log = structlog.get_logger()

OUTSIDE_TIMES: Final = RingTimes(ring_timeout_s=45, no_ringing_timeout_s=10.0)


@dataclass(frozen=True, slots=True)
class Unit:
    """Whom to ring outside: the national ``number``, over which trunk, and how long it may ring."""

    trunk: Trunk
    number: str
    times: RingTimes


@dataclass(frozen=True, slots=True)
class Outbound:
    """outbound.toml: ``trunk`` is what calls outside go over, None: none can be made.

    ``clis``: the national number that whom we call sees, by brand; ``employer_cli``: that employers see;
    ``interpreters``: national numbers by the provider's name (R-XFER-5).
    """

    trunk: Trunk | None = None
    times: RingTimes = OUTSIDE_TIMES
    clis: Mapping[Brand, str] = field(default_factory=lambda: MappingProxyType({}))
    employer_cli: str = ""
    interpreters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    dialling: DiallingRules = field(default_factory=DiallingRules)

    def unit(self, number: str) -> Unit | None:
        """Whom to ring at a number that may be dialled; None without a trunk."""
        return None if self.trunk is None else Unit(self.trunk, number, self.times)

    def cli(self, brand: Brand, *, employer: bool = False) -> str:
        """The number that whom we call sees; '' when no line has the brand."""
        return (self.employer_cli if employer else "") or self.clis.get(brand, "")


class OutsideLeg:
    """One leg to a number outside."""

    def __init__(self, session: AriSession, unit: Unit, own_number: str, leg_id: str, call_id: str) -> None:
        """``own_number``: the national one that they see; ``leg_id``: the channel's id, so that a later process finds
        it again.
        """
        self._session = session
        self._unit = unit
        self._own_number = own_number
        self._leg_id = leg_id
        self._call_id = call_id
        self.leg: Channel | None = None

    async def ring(self, rings: Callable[[], Awaitable[None]] | None = None) -> OfferEnd:
        """Ring until it is answered, refused or given up; a leg that was not answered is gone afterwards.

        ``rings`` is awaited once when it rings there.
        """
        leg, times = await unbroken(self.create()), self._unit.times
        try:
            if not leg.is_gone and await leg.started(LEG_START_LIMIT_S):
                await leg.dial(times.ring_timeout_s)
                if await leg.rings_or_ends(times.no_ringing_timeout_s):
                    if rings is not None and not leg.is_up and not leg.is_gone:
                        await rings()
                    await leg.up_or_gone(times.ring_timeout_s + BACKSTOP_S)
        except NotFound:
            log.info("outside.gone_early")
        if not leg.is_up and not leg.is_gone:
            await leg.hang_up()
        return offer_end(leg.seen())

    async def create(self) -> Channel:
        """Make the leg, which does not ring yet. Raises PbxError."""
        unit = self._unit
        self.leg = await self._session.create_leg(
            unit.trunk.dial(unit.number),
            app_args=("outside", self._call_id),
            channel_id=self._leg_id,
            formats=",".join(unit.trunk.codecs),
            caller_id=unit.trunk.shown(self._own_number),
        )
        return self.leg

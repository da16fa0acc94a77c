"""What team leaders have switched on, kept in memory: every call asks (R-MON-4)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from ivr.domain.events import Change
from ivr.domain.oversight import Switch, SwitchChanged
from ivr.store.oversight import switch


def turned_on(sql: Connection) -> tuple[Switch, ...]:
    """Those that are on."""
    return tuple(Switch(name) for name in sql.scalars(select(switch.c.name).where(switch.c.is_on)))


class Switches:
    """Hears each turn after its commit; `restore` says how things stand when a process begins."""

    def __init__(self) -> None:
        self._on: frozenset[Switch] = frozenset()

    def restore(self, on: Iterable[Switch]) -> None:
        """These are on, and no others."""
        self._on = frozenset(on)

    def is_on(self, name: Switch) -> bool:
        """Whether it is on."""
        return name in self._on

    def changed(self, change: Change) -> None:
        """The store's listener."""
        if isinstance(change, SwitchChanged):
            self._on = self._on | {change.name} if change.is_on else self._on - {change.name}

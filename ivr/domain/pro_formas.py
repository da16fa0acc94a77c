"""Pro formas for functionally unique teams (R-CB-13): which there are, where they go, and what they say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ivr.domain.mails import Mail, Mailbox


class UniqueTeam(StrEnum):
    """A team that does what no other does; the names are fixed."""

    CPO = "CPO"
    IO = "IO"
    FTF = "FTF"
    SAR = "SAR"


MAILBOXES: Final[Mapping[UniqueTeam, Mailbox]] = {
    UniqueTeam.CPO: Mailbox.CPO_IO_FTF,
    UniqueTeam.IO: Mailbox.CPO_IO_FTF,
    UniqueTeam.FTF: Mailbox.CPO_IO_FTF,
    UniqueTeam.SAR: Mailbox.SAR,
}
"""CPO, IO and FTF share one."""


@dataclass(frozen=True, slots=True)
class ProForma:
    """Who wants to be called by whom. ``preferences``: when they would like it, in their words."""

    team: UniqueTeam
    name: str
    contact_number: str
    preferences: str
    about: str
    reference: str | None = None


def mail_of(wanted: ProForma, taken_by: str, taken_at: str) -> Mail:
    """The mail to the team's mailbox. It is sent only when all of the procedure before it was done, and says so."""
    told = (
        ("For", wanted.team.value),
        ("Caller", wanted.name),
        ("Reference", wanted.reference or "none given"),
        ("Number", wanted.contact_number),
        ("When to call", wanted.preferences),
        ("About", wanted.about),
        ("Taken by", taken_by),
        ("Taken at", taken_at),
    )
    lines = [f"{name}: {value}" for name, value in told]
    done = "It could not be resolved, nor transferred to the team. The caller was told, and waits to be called."
    return Mail(MAILBOXES[wanted.team], f"Pro forma for {wanted.team.value}", "\n".join([*lines, "", done, ""]))

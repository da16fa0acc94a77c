"""office.toml: what the office around the calls needs. A table of it has its shape here, or in a file beside this one.

Enters: a table of TOML. Leaves: `OfficeFile`, and a mistake for each fault.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from ivr.config.applications import ApplicationsEntry
from ivr.config.mistakes import Mistakes

FILE: Final = "office.toml"
Address = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254, description="an e-mail address")]


class MailboxesEntry(BaseModel):
    """[mailboxes] of office.toml: its keys are those of `ivr.domain.mails.Mailbox`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    applications_leader: Address | None = None
    mp_hotline: Address | None = None
    security_advice: Address | None = None
    cpo_io_ftf: Address | None = None
    sar: Address | None = None


class OfficeFile(BaseModel):
    """office.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mailboxes: MailboxesEntry = MailboxesEntry()
    applications: ApplicationsEntry = ApplicationsEntry()


def read_office(mistakes: Mistakes) -> OfficeFile:
    """What the file says; the defaults where it is not sound."""
    return mistakes.model(FILE, "", OfficeFile, mistakes.table(FILE)) or OfficeFile()

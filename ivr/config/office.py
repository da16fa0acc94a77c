"""office.toml: what the office around the calls needs. A table of it has its shape here, or in a file beside this one.

Enters: a table of TOML. Leaves: `OfficeFile`, and a mistake for each fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from ivr.config.applications import ApplicationsEntry
from ivr.config.mistakes import Mistakes
from ivr.domain.mails import MailRules
from ivr.domain.service_requests import Service

FILE: Final = "office.toml"
Address = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254, description="an e-mail address")]

Team = Annotated[str, Field(min_length=1, max_length=60, description="a team on record")]


class MailboxesEntry(BaseModel):
    """[mailboxes] of office.toml: its keys are those of `ivr.domain.mails.Mailbox`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    applications_leader: Address | None = None
    mp_hotline: Address | None = None
    security_advice: Address | None = None
    cpo_io_ftf: Address | None = None
    sar: Address | None = None


class RecordingsEntry(BaseModel):
    """[recordings] of office.toml: how long recordings are kept, and how much room of the disk they leave."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keep_days: Annotated[float, Field(gt=0, le=3650)] = 90
    min_free_mb: Annotated[int, Field(ge=0)] = 1024


class MailEntry(BaseModel):
    """[mail] of office.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sender: Annotated[Address | None, Field(alias="from", description="whom mail comes from")] = None


class EmployerServicesEntry(BaseModel):
    """[employer_services] of office.toml: the team of each service that an employer asks for (R-EMP-4); one that is
    left out goes to the first team of the employer segment.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    self_service_it: Team | None = None
    employer_details: Team | None = None
    employer_agent_link: Team | None = None
    deo_schedule: Team | None = None
    paying_parent_details: Team | None = None
    complaint: Team | None = None
    one_off_payment: Team | None = None


class RemindersEntry(BaseModel):
    """[reminders] of office.toml (R-CB-5): snoozed in steps of so many seconds, up to so many at a time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    snooze_step_s: Annotated[float, Field(ge=1, le=3600, description="seconds")] = 900.0
    snooze_steps: Annotated[int, Field(ge=1, le=8)] = 8


class LettersEntry(BaseModel):
    """[letters] of office.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    batch_at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description='a time of day, e.g. "17:30"')] = (
        "17:30"
    )

    @property
    def at(self) -> time:
        """In London."""
        return time.fromisoformat(self.batch_at)


class OfficeFile(BaseModel):
    """office.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mailboxes: MailboxesEntry = MailboxesEntry()
    recordings: RecordingsEntry = RecordingsEntry()
    mail: MailEntry = MailEntry()
    employer_services: EmployerServicesEntry = EmployerServicesEntry()
    reminders: RemindersEntry = RemindersEntry()
    letters: LettersEntry = LettersEntry()
    applications: ApplicationsEntry = ApplicationsEntry()

    @property
    def mail_rules(self) -> MailRules:
        """Whom mail comes from, and where the mailboxes are."""
        return MailRules(self.mail.sender, self.mailboxes.model_dump(exclude_none=True))

    @property
    def employer_teams(self) -> Mapping[Service, str]:
        """The team of each employer's service that has one."""
        return {Service(name): team for name, team in self.employer_services.model_dump(exclude_none=True).items()}


def read_office(mistakes: Mistakes) -> OfficeFile:
    """What the file says; the defaults where it is not sound."""
    office = mistakes.model(FILE, "", OfficeFile, mistakes.table(FILE)) or OfficeFile()
    for name in office.applications.twice:
        mistakes.add(FILE, "applications.outcomes", name, "each name once")
    return office

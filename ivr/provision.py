"""What is put in place before the service starts, and at a reload: prompts, tables, sample data, files for Asterisk.

Enters: settings, ``dialplan/``, ``prompts/``, the agents' rows. Leaves: built sounds, a migrated database, and the
files that Asterisk reads, the fallback among them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from ivr import accepted, config
from ivr.domain.ids import Brand, Language
from ivr.domain.lines import Line
from ivr.errors import PbxUnavailable
from ivr.pbx import asterisk
from ivr.pbx.conf import PhoneAccount, Renderer
from ivr.pbx.fallback import EMPLOYER_QUEUE, GENERAL_QUEUE, Fallback, FallbackLine, FallbackQueue
from ivr.pbx.trunks import LOGINS_FILE, Trunk, read_logins
from ivr.records import sample, secret_keys
from ivr.records.importing.columns import Lengths
from ivr.records.importing.run import import_folder, report_lines
from ivr.settings import Settings
from ivr.store import migrate, tables
from ivr.voice import prompt_build
from ivr.voice.names import Prompt
from ivr.voice.programs import EspeakNg
from ivr.voice.prompts import Prompts

READS: Final = (
    ("extensions", "pbx_config.so"),
    ("fallback", "pbx_config.so"),
    ("queues", "app_queue.so"),
    ("musiconhold", "res_musiconhold.so"),
    ("pjsip", "res_pjsip.so"),
)
"""Which module of Asterisk reads the files whose names begin so. Those of no module here want a restart of Asterisk."""
Closures = Mapping[str, tuple[date, ...]]


@dataclass(frozen=True, slots=True)
class Phone:
    """An agent's account, and the segment whose calls it may get from the fallback."""

    account: PhoneAccount
    segment: str


def build_prompts(settings: Settings) -> Prompts:
    """Bring the sounds up to date and load them; those that a call may still play stay.

    Raises ``ConfigError`` or ``PrerequisiteError``.
    """
    program = asterisk.TOOLCHAIN / "bin" / "espeak-ng"
    keep = accepted.sounds_in_use(settings)
    prompt_build.build(config.prompts_folder(), settings.prompts_dir, EspeakNg(program), keep=keep)
    return Prompts.load(settings.prompts_dir)


def prepare_database(settings: Settings) -> None:
    """Migrate, and load the sample people into an empty database. Raises ``StoreError``."""
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    _keep_private(settings.database_url)
    secret_keys.ensure(settings.secrets_key_file)
    migrate.upgrade(settings.database_url)
    sample.load(settings.database_url, settings.sample_password, secret_keys.read(settings.secrets_key_file))


def _keep_private(database_url: str) -> None:
    """SQLite's file holds people's names: for its owner alone. What SQLite puts beside it has the same mode."""
    scheme, _, path = database_url.partition(":///")
    if scheme == "sqlite":
        Path(path).touch(mode=0o600)
        Path(path).chmod(0o600)


def read_phones(settings: Settings) -> tuple[Phone, ...]:
    """Every agent's account, by staff number. Raises ``StoreError``."""
    return accepted.read(settings, phones_in)


def phones_in(sql: Connection) -> tuple[Phone, ...]:
    """As `read_phones`, within a read of the service's own store."""
    agent, team = tables.agent, tables.team
    wanted = select(agent.c.staff_number, agent.c.sip_ha1, agent.c.name, team.c.segment).join_from(agent, team)
    rows = sql.execute(wanted.order_by(agent.c.staff_number))
    return tuple(Phone(PhoneAccount(row.staff_number, row.sip_ha1, row.name), row.segment) for row in rows)


def make_fallback(
    dialplan: config.Dialplan, prompts: Prompts, phones: Iterable[Phone], today: date | None = None
) -> Fallback:
    """What callers get while the service is away; ``closures``: whole closed days by the name of hours."""
    closures = _closures(dialplan, today or datetime.now(config.LONDON).date())
    segments = dialplan.segments
    members = tuple(phones)
    return Fallback(
        lines=tuple(_line(dialplan, prompts, line, closures) for line in dialplan.lines.values()),
        queues=(
            FallbackQueue(GENERAL_QUEUE, _names(members, segments.gich)),
            FallbackQueue(EMPLOYER_QUEUE, _names(members, segments.employer)),
        ),
        not_in_use=_in_both(prompts, Prompt.NOT_IN_USE, "en", "cmg"),
        no_service=prompts.files("en", Prompt.AGENT_NO_SERVICE),
    )


def write_pbx_files(
    settings: Settings,
    install: asterisk.Install,
    fallback: Fallback,
    phones: Iterable[Phone],
    trunks: Iterable[Trunk] = (),
) -> None:
    """Write all that Asterisk reads at its start. Raises ``ConfigError`` for a carrier's login that is missing."""
    carriers = tuple(trunks)
    logins = read_logins(carriers, os.environ, settings.state_dir / LOGINS_FILE)
    renderer = replace(_renderer(settings, install), trunks=carriers, logins=logins)
    renderer.everything([phone.account for phone in phones], fallback)


def _renderer(settings: Settings, install: asterisk.Install) -> Renderer:
    dialplan = config.folder()
    renderer = asterisk.renderer(install, settings.pbx)
    return replace(renderer, dialplan=dialplan) if (dialplan / "extensions.conf").is_file() else renderer


def renew_pbx_files(settings: Settings, configuration: config.Configuration, phones: Iterable[Phone]) -> list[str]:
    """Write all that Asterisk reads anew; the modules that have to read it again for it, in order.

    Raises ``PrerequisiteError``, ``ConfigError``. Source: the files' names in ``asterisk-conf/``.
    """
    etc, everyone = settings.pbx.etc, tuple(phones)
    before = _contents(etc)
    fallback = make_fallback(configuration.dialplan, configuration.prompts, everyone)
    trunks = configuration.dialplan.trunks.values()
    write_pbx_files(settings, asterisk.locate(), fallback, everyone, trunks)
    after = _contents(etc)
    changed = [name for name, content in sorted(after.items()) if before.get(name) != content]
    return list(dict.fromkeys(module for name in changed for prefix, module in READS if name.startswith(prefix)))


def _contents(etc: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in etc.glob("[!.]*.conf")}


def reload_phones(settings: Settings) -> bool:
    """Write what depends on the staff anew, and have the running Asterisk read it. False when none runs.

    Calls and registrations that are up stay. Raises ``ConfigError``, ``StoreError``.
    """
    install, phones = asterisk.locate(), read_phones(settings)
    prompts = Prompts.load(settings.prompts_dir)
    fallback = make_fallback(accepted.dialplan(settings), prompts, phones)
    renderer = _renderer(settings, install)
    renderer.phones(phone.account for phone in phones)
    renderer.fallback(fallback)
    try:
        for command in ("module reload res_pjsip.so", "queue reload all"):
            asterisk.rx(install, settings.pbx, command)
    except PbxUnavailable:
        return False
    return True


def import_records(settings: Settings, folder: Path, *, replace: bool) -> Iterator[str]:
    """Import CSV files and say what has changed, line by line. Raises what `import_folder` does."""
    digits = accepted.dialplan(settings).rules.digits
    lengths = Lengths(digits.scin_digits, digits.ern_digits, digits.trn_digits)
    migrate.upgrade(settings.database_url)
    done = import_folder(settings.database_url, settings.state_dir, folder, lengths, replace=replace)
    yield from report_lines(done)
    if done.phones_changed:
        told = reload_phones(settings)
        yield "The phones' accounts are renewed." if told else "Phones' accounts will be renewed at the next start."


def _line(dialplan: config.Dialplan, prompts: Prompts, line: Line, closures: Closures) -> FallbackLine:
    return FallbackLine(
        line=line,
        hours=dialplan.hours[line.hours],
        closures=closures.get(line.hours, ()),
        apology=_in_both(prompts, Prompt.FALLBACK_APOLOGY, line.language, line.brand),
        closed=_in_both(prompts, line.closed, line.language, line.brand),
    )


def _closures(dialplan: config.Dialplan, today: date) -> Closures:
    """Whole closed days of the year to come, by the name of hours."""
    last = today + timedelta(days=365)
    found = {name: dialplan.closures(name, (today.year, last.year)) for name in dialplan.hours}
    return {name: tuple(sorted(day for day in days if today <= day < last)) for name, days in found.items()}


def _in_both(prompts: Prompts, name: str, first: Language, brand: Brand) -> tuple[Path, ...]:
    """A prompt in both languages, the line's own first. Raises ``KeyError`` for a name that nothing was built for."""
    order: tuple[Language, ...] = ("cy", "en") if first == "cy" else ("en", "cy")
    return tuple(path for language in order for path in prompts.files(language, name, brand=brand))


def _names(phones: tuple[Phone, ...], segment: str) -> tuple[str, ...]:
    return tuple(phone.account.name for phone in phones if phone.segment == segment)

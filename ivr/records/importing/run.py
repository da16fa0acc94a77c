"""An import from beginning to end; its one task, beside a service that goes on taking calls."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from ivr.errors import ConfigError, RequestError, StoreError
from ivr.records.importing import apply, checks, merging, schema, steps
from ivr.records.importing.apply import Base
from ivr.records.importing.columns import Lengths, kinds
from ivr.records.importing.staging import Staging, open_staging
from ivr.records.importing.steps import Count
from ivr.store.engine import SqlStore, open_store

PAUSE_FOR_EACH_S: Final = 3.0
"""The pause after a step for each second that it took: calls have the database three quarters of the time."""
SHORTEST_PAUSE_S: Final = 0.01


@dataclass(frozen=True, slots=True)
class Report:
    """What an import has changed. ``generation``: None when everything was so already; ``longest_step_s``: how long
    one transaction held the database at most; ``without_password``: agents who cannot log in yet, by staff number.
    """

    generation: int | None
    counts: tuple[Count, ...]
    longest_step_s: float
    without_password: tuple[str, ...]
    resumed: bool

    @property
    def phones_changed(self) -> bool:
        """Whether phones' accounts, or who is rung while the service is away, may be other than before."""
        return any(count.table in {"agent", "team"} for count in self.counts)


def import_folder(
    database_url: str, state_dir: Path, folder: Path, lengths: Lengths | None = None, *, replace: bool = False
) -> Report:
    """Import the files of ``folder``. E.g. ``import_folder(settings.database_url, settings.state_dir, Path("csv"))``.

    Raises ``ConfigError`` with every mistake found, nothing being changed; ``RequestError`` when there is nothing to
    import, or another import comes between; ``StoreError``. Cut off, it leaves whole records; run it again.
    """
    if not any(folder.glob("*.csv")):
        raise RequestError(f"{folder} has no CSV files; docs/records.md says which there may be")
    try:
        with open_staging(state_dir, kinds(lengths or Lengths())) as staging:
            staging.read_folder(folder)
            return asyncio.run(_import(database_url, staging, replace=replace))
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"the files could not be staged: {error}") from error


def report_lines(report: Report) -> Iterator[str]:
    """The report in words."""
    if report.resumed:
        yield "The import before this one had been cut off; what it left is done now."
    if report.generation is None:
        yield "Everything was so already; nothing was changed."
    else:
        yield f"Imported generation {report.generation}."
    for count in report.counts:
        what = schema.IN_WORDS[count.table]
        yield f"  {what:36} {count.new:7} new {count.changed:7} changed {count.removed:7} removed"
    if report.generation is not None:
        yield f"The database was held for {report.longest_step_s * 1000:.0f} ms at most at a time."
    if report.without_password:
        yield f"They cannot log in until they have a password: {', '.join(report.without_password)}."


async def _import(url: str, staging: Staging, *, replace: bool) -> Report:
    store = open_store(url)
    try:
        base = await store.read(apply.snapshot, staging)
        decide(staging, PasswordHasher(), replace=replace)
        generation, longest_s = await _apply(store, staging, base)
    finally:
        await store.close()
    return Report(generation, steps.counts(staging), longest_s, _without_password(staging), not base.finished)


def decide(staging: Staging, hasher: PasswordHasher, *, replace: bool) -> None:
    """Check everything and work out the differences. Raises ``ConfigError`` with every mistake found."""
    checks.of_files(staging, replace=replace)
    _refuse(staging.mistakes())
    merging.merge(staging, replace=replace)
    checks.of_result(staging)
    _refuse(staging.mistakes())
    staging.hash_passwords(hasher.hash)
    staging.hash_pins(hasher.hash, partial(_verified, hasher))
    steps.compare(staging)


def _verified(hasher: PasswordHasher, stored: str, secret: str) -> bool:
    try:
        return hasher.verify(stored, secret)
    except (Argon2Error, InvalidHashError):
        return False


def _refuse(mistakes: Sequence[str]) -> None:
    if mistakes:
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        raise ConfigError([*mistakes, f"Nothing was imported: {count}."])


async def _apply(store: SqlStore, staging: Staging, base: Base) -> tuple[int | None, float]:
    """The new generation, and how long the longest step took."""
    planned = steps.step_count(staging)
    if not planned and base.finished:
        return None, 0.0
    generation = await store.write(apply.begin, base, planned, staging.highest_id(), _now())
    longest_s = 0.0
    for number, step in enumerate(steps.steps(staging), start=1):
        began = time.perf_counter()
        longest_s = max(longest_s, await store.write(apply.perform, generation, number, step, _now()))
        await asyncio.sleep(max(SHORTEST_PAUSE_S, PAUSE_FOR_EACH_S * (time.perf_counter() - began)))
    await store.write(apply.finish, generation, _now())
    return generation, longest_s


def _without_password(staging: Staging) -> tuple[str, ...]:
    query = "SELECT staff_number FROM agent WHERE password_hash = ? ORDER BY staff_number"
    return tuple(row[0] for row in staging.rows(query, merging.NO_PASSWORD))


def _now() -> datetime:
    return datetime.now(UTC)

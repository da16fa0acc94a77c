"""``python -m soak``: starts everything, soaks it, prints the report, and saves it. 1 when anything is wrong.

``--calls 1000 --rate 3`` unless told; ``--seed`` repeats what everybody throws, though not when the machine is slow.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

import uvloop

from ivr.settings import PROJECT
from soak import findings, lab
from soak.plan import AGAIN_S, Plan
from soak.report import Report, ends_by_wish, table, values
from soak.run import Soak, Soaked
from tests.e2e.helpline import Helpline

SAVED: Final = PROJECT / ".state" / "soak"


def main() -> int:
    """Soak, and show."""
    options = _options()
    logging.disable(logging.INFO)
    plan = Plan(options.calls, options.rate, options.seed, options.patience)
    sys.stdout.write(f"{plan.calls} calls at {plan.rate:g}/s, seed {plan.seed}\n")
    sys.stdout.flush()
    with tempfile.TemporaryDirectory(prefix="ivr-soak-") as folder:
        report = _soak(Path(folder), plan, options.save)
    sys.stdout.write(f"{table(report)}Saved: {options.save}\n")
    return 1 if report.wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=3.0, help="calls a second")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)), help="repeats a soak's dice")
    parser.add_argument("--patience", type=float, default=AGAIN_S, help="seconds in which all who stay are answered")
    parser.add_argument("--save", type=Path, default=SAVED, help="folder for table, JSON and the service's log")
    return parser.parse_args()


def _soak(folder: Path, plan: Plan, saved: Path) -> Report:
    line = lab.start(folder)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            soaked = runner.run(_run(line, plan))
        report = _report(line, soaked)
        _save(line, report, saved)
        return report
    finally:
        line.stop()


async def _run(line: Helpline, plan: Plan) -> Soaked:
    soaked = await Soak(line, plan).run()
    await findings.settle(line)
    return soaked


def _report(line: Helpline, soaked: Soaked) -> Report:
    longest = findings.longest_silence(soaked)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return Report(
        soaked,
        findings.sums(line),
        ends_by_wish(soaked, _ends(line, soaked)),
        findings.warnings(line),
        "nobody called" if longest is None else f"{longest.longest_silence_s:.1f} s, {longest}",
        findings.look(line, soaked),
        f"{os.cpu_count()} cores, load averages {load}",
    )


def _ends(line: Helpline, soaked: Soaked) -> dict[int, str]:
    rows = findings.rows_of(line)
    return {party.order: rows[party.cli].pop(0).end for party in soaked.parties if rows.get(party.cli)}


def _save(line: Helpline, report: Report, saved: Path) -> None:
    saved.mkdir(parents=True, exist_ok=True)
    (saved / "report.txt").write_text(table(report), encoding="utf-8")
    (saved / "report.json").write_text(json.dumps(values(report), indent=1), encoding="utf-8")
    shutil.copy(line.folder / "service.log", saved / "service.log")


if __name__ == "__main__":
    sys.exit(main())

"""``python -m bench``: starts everything, measures, prints the table, and saves it with the figures and a chart.

``--quick``: a few calls of each kind, within a minute: shows that the bench works, not how fast the service is.
``--import``: instead, calls while a hundred thousand clients are imported; with ``--quick`` five thousand.
``--desks``: instead, calls while two hundred desks are connected; with ``--quick`` forty.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import uvloop

from bench import desks, importing
from bench.figures import Measured
from bench.lab import Lab
from bench.measure import QUICK, Plan, measure
from bench.report import chart, table
from ivr.settings import PROJECT

SAVED = PROJECT / ".state" / "bench"


def main() -> int:
    """Measure, and show. 1 when a call failed."""
    options = _options()
    logging.disable(logging.INFO)
    if options.beside_import:
        return _import(options)
    if options.desks:
        return _desks(options)
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as folder:
        measured = _measure(Path(folder), QUICK if options.quick else Plan())
    _save(measured, options.save)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    sys.stdout.write(f"{table(measured)}\n{os.cpu_count()} cores, load averages {load}. Saved: {options.save}\n")
    return 1 if any(load.errors for load in measured.loads) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few calls of each kind")
    parser.add_argument("--import", dest="beside_import", action="store_true", help="calls while records are imported")
    parser.add_argument("--desks", action="store_true", help="calls while two hundred desks are connected")
    parser.add_argument("--save", type=Path, default=SAVED, help="folder for table, figures and chart")
    return parser.parse_args()


def _import(options: argparse.Namespace) -> int:
    """1 when a caller would have noticed the import."""
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as folder:
        lab = Lab(Path(folder))
        try:
            lab.start()
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                clients = importing.QUICK_CLIENTS if options.quick else importing.CLIENTS
                beside = runner.run(importing.beside_an_import(lab, Path(folder) / "csv", clients))
        finally:
            lab.stop()
    options.save.mkdir(parents=True, exist_ok=True)
    (options.save / "import.txt").write_text(importing.table(beside), encoding="utf-8")
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    sys.stdout.write(f"{importing.table(beside)}\n{os.cpu_count()} cores, load averages {load}.\n")
    return 1 if beside.wrong else 0


def _desks(options: argparse.Namespace) -> int:
    """1 when a call failed, or desks were not told alike."""
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as folder:
        lab = Lab(Path(folder), desks.employ)
        try:
            lab.start()
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                size = (desks.QUICK_DESKS, desks.QUICK_CALLS) if options.quick else (desks.DESKS, desks.CALLS)
                found = runner.run(desks.at_the_desks(lab, *size))
        finally:
            lab.stop()
    options.save.mkdir(parents=True, exist_ok=True)
    (options.save / "desks.txt").write_text(desks.table(found), encoding="utf-8")
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    sys.stdout.write(f"{desks.table(found)}\n{os.cpu_count()} cores, load averages {load}.\n")
    return 1 if found.wrong else 0


def _measure(folder: Path, plan: Plan) -> Measured:
    lab = Lab(folder)
    try:
        lab.start()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(measure(lab, plan))
    finally:
        lab.stop()


def _save(measured: Measured, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "table.md").write_text(table(measured), encoding="utf-8")
    (folder / "chart.svg").write_text(chart(measured), encoding="utf-8")
    (folder / "figures.json").write_text(json.dumps(asdict(measured), indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

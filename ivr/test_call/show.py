"""`ivr call` on a terminal: each line in columns, wrapped to the terminal's width."""

from __future__ import annotations

import asyncio
import signal
import textwrap
from typing import Final

from rich.console import Console
from rich.text import Text

from ivr.settings import Settings
from ivr.test_call import run
from ivr.test_call.timeline import HELPLINE, Line

INDENT: Final = 21
"""Columns before what is told: the time, who it is."""
NARROWEST: Final = 60


def on_terminal(ours: Settings, wanted: run.Wanted) -> bool:
    """Place the call and print its journey; whether it went well. Raises as `run.run`; a signal hangs up."""
    console = Console(highlight=False, soft_wrap=True)
    # Whoever ends us by a signal, as `timeout` does, has the caller hang up too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    verdict = asyncio.run(run.run(ours, wanted, lambda line: console.print(row(line, console.width))))
    console.print(Text(f"\n{verdict.words}", style="bold green" if verdict.well else "bold red"))
    return verdict.well


def row(line: Line, width: int) -> Text:
    """One line: when, who, what."""
    what = textwrap.wrap(line.what, max(width, NARROWEST) - INDENT)
    first = (f"{line.at_s:7.2f} s  ", "dim"), (f"{line.who:<8}  ", _style(line.who))
    return Text.assemble(*first, ("\n" + " " * INDENT).join(what))


def _style(who: str) -> str:
    if who == HELPLINE:
        return "bold"
    return "green" if who.isdigit() else "cyan"

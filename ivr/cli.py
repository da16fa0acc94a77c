"""The command line: what a person or the supervisor runs as ``ivr COMMAND``.

Commands import what they need when they run, so that a small one starts fast.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import aclosing
from typing import Annotated

import typer

from ivr import settings
from ivr.errors import IvrError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="The helpline.")


def main() -> None:
    """Run a command; an error of ours is told in a sentence, and the exit code is 1."""
    try:
        app()
    except IvrError as error:
        sys.exit(f"{error}")


@app.command()
def run() -> None:
    """Start the service and what it needs, and say which numbers to dial."""
    from ivr.supervisor import launch  # noqa: PLC0415 - see the module's docstring

    launch.introduce(launch.run())


@app.command()
def stop() -> None:
    """Stop the service and its Asterisk."""
    from ivr.supervisor import supervise  # noqa: PLC0415 - see the module's docstring

    found = supervise.stop(settings.runtime_file().parent)
    typer.echo("Stopped." if found else "Nothing was running.")


@app.command()
def check() -> None:
    """Check the configuration; every mistake is told with file, key, what was found and what was expected."""
    from ivr import config  # noqa: PLC0415 - see the module's docstring

    dialplan = config.load(config.folder())
    typer.echo(f"The configuration is sound: {len(dialplan.lines)} lines.")


@app.command()
def call(
    number: Annotated[str, typer.Argument(help="the number to dial, e.g. 03069990100")],
    keys: Annotated[str, typer.Option(help='what to key; "," waits for the next prompt: "1,120000000019"')] = "",
    answer: Annotated[list[str] | None, typer.Option(help="a staff number that answers; may be repeated")] = None,
    cli: Annotated[str, typer.Option(help="the caller's number")] = "07700900123",
    answer_after: Annotated[float, typer.Option(help="seconds that an answering phone rings")] = 1.0,
    hang_up_after: Annotated[float | None, typer.Option(help="seconds after the last key; default: never")] = None,
) -> None:
    """Place a call from the command line, without a phone, and print what happens to it."""
    from ivr.softphone.digest import Credentials  # noqa: PLC0415 - see the module's docstring
    from ivr.softphone.place_call import CallPlan, place_call  # noqa: PLC0415 - see the module's docstring

    ours = settings.load()
    plan = CallPlan(
        number,
        keys,
        pbx=(ours.host, ours.sip_port),
        cli=cli,
        agents=tuple(Credentials(staff, ours.sample_password) for staff in answer or ()),
        answer_after_s=answer_after,
        hang_up_after_s=hang_up_after,
    )

    async def tell() -> None:
        async with aclosing(place_call(plan)) as events:
            async for event in events:
                typer.echo(str(event))

    asyncio.run(tell())


@app.command()
def pbx(command: Annotated[str, typer.Argument(help="a console command, e.g. 'core show channels'")]) -> None:
    """Ask the running Asterisk's console."""
    from ivr.pbx import asterisk  # noqa: PLC0415 - see the module's docstring

    typer.echo(asterisk.rx(asterisk.locate(), settings.load().pbx, command), nl=False)


@app.command(hidden=True)
def serve() -> None:
    """One process of the service; the supervisor runs it."""
    from ivr.app import serve as serve_calls  # noqa: PLC0415 - see the module's docstring

    serve_calls(settings.load())


@app.command(hidden=True)
def supervise() -> None:
    """Keep Asterisk and the service running; ``ivr run`` starts it."""
    from ivr.pbx import asterisk  # noqa: PLC0415 - see the module's docstring
    from ivr.supervisor import supervise as keeper  # noqa: PLC0415 - see the module's docstring

    keeper.supervise(settings.load(), asterisk.locate())

"""The command line: what a person or the supervisor runs as ``ivr COMMAND``.

Commands import what they need when they run, so that a small one starts fast.
"""

from __future__ import annotations

import sys
from pathlib import Path
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
    from ivr import accepted, checking, config  # noqa: PLC0415 - see the module's docstring

    standing = accepted.standing_if_set_up()
    typer.echo(checking.check(config.folder(), config.prompts_folder(), standing, settings.letters_dir()))


@app.command()
def reload() -> None:
    """Have the running service use the files as they are now. Calls that are up keep what they began with."""
    from ivr.reload import reload as reload_all  # noqa: PLC0415 - see the module's docstring

    for line in reload_all(settings.load()):
        typer.echo(line)


@app.command()
def lines(
    draw: Annotated[
        Path | None,
        typer.Option(help="also draw each line into this folder, as it would be with the files as they are"),
    ] = None,
) -> None:
    """List the lines and their numbers; with --draw, show each from the number dialled to whoever answers."""
    from ivr import config  # noqa: PLC0415 - see the module's docstring
    from ivr.drawing.picture import draw_all  # noqa: PLC0415 - see the module's docstring

    dialplan = config.load(config.folder())
    for line in dialplan.lines.values():
        typer.echo(f"{line.name:20} {line.entry:16} {', '.join(line.numbers)}")
    for file in draw_all(dialplan, draw) if draw is not None else ():
        typer.echo(file)


@app.command()
def hours() -> None:
    """Say for each opening hours whether they hold now, and the next days that are closed whole."""
    from ivr import checking, config  # noqa: PLC0415 - see the module's docstring

    for line in checking.hours_lines(config.folder()):
        typer.echo(line)


@app.command()
def prompts(
    name: Annotated[str | None, typer.Argument(help="a prompt's name; without one, all are listed")] = None,
    language: Annotated[str, typer.Option(help="en or cy")] = "en",
    brand: Annotated[str, typer.Option(help="cmg or nicms")] = "cmg",
) -> None:
    """List what callers hear, or show one prompt: its words and its sound files."""
    from ivr import checking  # noqa: PLC0415 - see the module's docstring

    for line in checking.prompt_lines(name, language, brand):
        typer.echo(line)


letters_app = typer.Typer(no_args_is_help=True, help="Letters and forms: list them, look at one, send what is issued.")
app.add_typer(letters_app, name="letters")


@letters_app.command("list")
def list_letters() -> None:
    """List every letter and form, its templates and the fields it takes."""
    from ivr import lettering  # noqa: PLC0415 - see the module's docstring

    for line in lettering.lines():
        typer.echo(line)


@letters_app.command("preview")
def preview_letter(
    form: Annotated[str, typer.Argument(help="e.g. CMSL8300")],
    file: Annotated[Path, typer.Argument(help="the PDF to write")],
    language: Annotated[str, typer.Option(help="en or cy")] = "en",
    brand: Annotated[str, typer.Option(help="cmg or nicms")] = "cmg",
    *,
    large_print: Annotated[bool, typer.Option(help="in large print")] = False,
) -> None:
    """Print one letter or form with sample fields, from the templates as they are now."""
    from ivr import lettering  # noqa: PLC0415 - see the module's docstring

    typer.echo(lettering.preview(form, file, brand, language, large_print=large_print))


@letters_app.command("send")
def send_letters() -> None:
    """Send what is issued now, as a batch of its own, without waiting for the day's."""
    from ivr import lettering  # noqa: PLC0415 - see the module's docstring

    typer.echo(lettering.send(settings.load()))


@app.command("import")
def import_records(
    folder: Annotated[Path, typer.Argument(help="holds clients.csv, cases.csv …; docs/records.md has the columns")],
    *,
    replace: Annotated[bool, typer.Option(help="remove records that the files no longer have")] = False,
) -> None:
    """Import records from CSV files while calls go on; nothing is changed unless every row is sound."""
    from ivr import provision  # noqa: PLC0415 - see the module's docstring

    for line in provision.import_records(settings.load(), folder, replace=replace):
        typer.echo(line)


@app.command()
def call(
    number: Annotated[str, typer.Argument(help="the number to dial, e.g. 03069990100")],
    keys: Annotated[
        str, typer.Option(help='what to key; "," waits until a prompt begins, ";" until it ends: "1,120000000019"')
    ] = "",
    answer: Annotated[
        list[str] | None, typer.Option(help="a sample staff number that answers; may be repeated")
    ] = None,
    cli: Annotated[str, typer.Option(help="the caller's number")] = "07700900123",
    answer_after: Annotated[float, typer.Option(help="seconds that an answering phone rings")] = 1.0,
    talk: Annotated[float, typer.Option(help="seconds of talk until whoever answered hangs up")] = 5.0,
    hang_up_after: Annotated[
        float | None, typer.Option(help="the caller hangs up so many seconds after the last key; default: never")
    ] = None,
) -> None:
    """Place a call without a phone, and tell its journey as it happens. Ctrl-C hangs up.

    With --answer an agent is logged in, answers, and is logged out again. The exit code is 0 when one of them answered,
    or, without --answer, when the service served the call.
    """
    from ivr.test_call import show  # noqa: PLC0415 - see the module's docstring
    from ivr.test_call.run import Wanted  # noqa: PLC0415 - see the module's docstring

    wanted = Wanted(number.replace(" ", ""), keys, cli, tuple(answer or ()), answer_after, talk, hang_up_after)
    if not show.on_terminal(settings.load(), wanted):
        raise typer.Exit(1)


@app.command()
def timeline(
    call: Annotated[
        str, typer.Argument(help="a call's id, as `GET /api/calls` and the logs have it; or: last")
    ] = "last",
    *,
    svg: Annotated[Path | None, typer.Option(help="draw it into this file")] = None,
    language: Annotated[str, typer.Option(help="en or cy")] = "en",
) -> None:
    """Tell one call step by step: who was with whom, from when to when. With --svg, draw it."""
    from ivr import call_view  # noqa: PLC0415 - see the module's docstring

    for line in call_view.lines(settings.load(), call, svg, language):
        typer.echo(line)


@app.command()
def mail(
    what: Annotated[str, typer.Argument(help="list what has not gone, or: retry")] = "list",
    mail_id: Annotated[str | None, typer.Argument(help="with retry: one mail's id; without it, each")] = None,
) -> None:
    """List the mail that has not gone, without addresses, or have it tried again at once."""
    from ivr import mail_waiting  # noqa: PLC0415 - see the module's docstring

    for line in mail_waiting.lines(settings.load(), what, mail_id):
        typer.echo(line)


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
def prepare() -> None:
    """Put in place what Asterisk and the service read, and start neither: for containers, which start both."""
    from ivr.supervisor import launch  # noqa: PLC0415 - see the module's docstring

    launch.prepare()


@app.command(hidden=True)
def supervise() -> None:
    """Keep Asterisk and the service running; ``ivr run`` starts it."""
    from ivr.pbx import asterisk  # noqa: PLC0415 - see the module's docstring
    from ivr.supervisor import supervise as keeper  # noqa: PLC0415 - see the module's docstring

    keeper.supervise(settings.load(), asterisk.locate())

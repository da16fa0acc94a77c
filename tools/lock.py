"""Resolve ``requirements*.in`` into the lock files: every package, exact version and hashes, for Python 3.11 and later.

``make lock``. The resolver lives in an environment of its own, so that it is no part of what it resolves.
"""

from __future__ import annotations

import os
import subprocess

from tools import python_env, toolchain
from tools.bootstrap import PROJECT, STATE
from tools.console import Refusals, SetupError, step

_OPTIONS = ("--universal", "--generate-hashes", "--no-annotate", "--no-header", "--python-version", "3.11", "--quiet")


def main() -> None:
    """Write the lock files; the development one first, so that shared packages have one version in both."""
    with Refusals(), step("resolving requirements"):
        venv = STATE / "lock-venv"
        wheel = python_env.bundled_pip_wheel() or toolchain.pip_wheel(STATE / "toolchain")
        python_env.make_with(venv, wheel, "uv")
        _compile(venv, "requirements-dev.in", "requirements-dev.lock")
        _compile(venv, "requirements.in", "requirements.lock", "--constraint", "requirements-dev.lock")
        _compile(venv, "requirements-pages.in", "requirements-pages.lock")


def _compile(venv: os.PathLike[str], source: str, lock: str, *more: str) -> None:
    command = [os.fspath(venv) + "/bin/uv", "pip", "compile", *_OPTIONS, *more, source, "--output-file", lock]
    done = subprocess.run(command, check=False, cwd=PROJECT)
    if done.returncode != 0:
        raise SetupError(f"{source} could not be resolved; see above")


if __name__ == "__main__":
    main()

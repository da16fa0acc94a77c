"""The programs the project runs, brought without installing anything: Asterisk, espeak-ng, and what tests need.

::

    .state/toolchain/
    ├ asterisk/        Asterisk and every library it needs, down to the C library, run by its own loader
    ├ host/            espeak-ng, sox and pip's wheel, of this machine's own release
    ├ letters/         Pango and the typefaces that letters are printed with
    ├ postgresql/      only for tests
    ├ chromium/        only for tests and pictures: a browser without a window, and the typeface it draws with
    ├ bin/             a small shell script for each program, which sets what the program needs
    └ asterisk.json    which Asterisk is used: program, version, and the folder above (null: an installed one)
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools import apt_sources, private_apt
from tools.console import SetupError, say

ASTERISK_SUITE = "forky"  # Debian's stable suites carry no Asterisk
_MINIMUM = {22: (22, 10, 1), 23: (23, 4, 1)}
_KNOWN_BAD = {"22.11.0-rc1": "it crashes when a WebSocket peer sends a pong"}
_LAYOUT = "4"  # raised when what is unpacked changes, so that older folders are made anew
_C_LIBRARY = ("libc6", "libc-bin", "libcrypt1", "libgcc-s1", "gcc-12-base")


@dataclass(frozen=True)
class Bundle:
    """Packages unpacked into one folder of the toolchain, and the programs in it that get a script in ``bin``."""

    folder: str
    packages: tuple[str, ...]
    programs: tuple[str, ...]
    skip: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    from_host_release: bool = True


ASTERISK = Bundle("asterisk", ("asterisk", "asterisk-moh-opsound-wav"), (), from_host_release=False)
HOST = Bundle(
    "host", ("espeak-ng", "sox", "python3-pip-whl"), ("usr/bin/espeak-ng", "usr/bin/sox"), (*_C_LIBRARY, "openssl")
)
LETTERS = Bundle(
    "letters",
    ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-liberation", "fonts-dejavu-core"),
    (),
    _C_LIBRARY,
    keep=("./usr/share/fonts/*",),
)
POSTGRESQL = Bundle(
    "postgresql",
    ("postgresql",),
    tuple(f"usr/lib/postgresql/*/bin/{name}" for name in ("initdb", "postgres", "pg_ctl", "psql", "pg_isready")),
    (*_C_LIBRARY, "libllvm14", "libllvm19", "libz3-4", "perl-modules-5.36", "libperl5.36"),  # its compiler for queries
)
CHROMIUM = Bundle(
    "chromium",
    ("chromium-headless-shell", "fonts-liberation", "fonts-dejavu-core"),
    ("usr/lib/chromium/chromium-headless-shell",),
    (*_C_LIBRARY, "perl-modules-5.36", "libperl5.36", "perl"),
    keep=("./usr/share/fonts/*",),
)
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{folder}/usr/share/fonts</dir>
  <cachedir>{folder}/font-cache</cachedir>
  <alias binding="strong"><family>monospace</family><prefer><family>Liberation Mono</family></prefer></alias>
  <alias binding="strong"><family>serif</family><prefer><family>Liberation Serif</family></prefer></alias>
  <match>
    <edit name="family" mode="append_last"><string>Liberation Sans</string><string>DejaVu Sans</string></edit>
  </match>
</fontconfig>
"""


def bring(toolchain: Path, bundle: Bundle) -> Path:
    """Make sure ``bundle`` is unpacked; returns its folder. Costs a stamp's reading when it already is."""
    folder = toolchain / bundle.folder
    stamp = folder / ".stamp"
    wanted = _digest(bundle, folder)
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return folder
    toolchain.mkdir(parents=True, exist_ok=True)
    private_apt.unpack(_download(bundle), folder)
    (folder / "fonts.conf").write_text(_FONTS.format(folder=folder.resolve()), encoding="utf-8")
    for pattern in bundle.programs:
        _write_script(toolchain, folder, pattern)
    stamp.write_text(wanted, encoding="utf-8")
    return folder


def bring_chromium(toolchain: Path) -> Path:
    """The browser for tests and pictures: ``CHROMIUM=`` (a path), else the unpacked one. Returns its program."""
    given = os.environ.get("CHROMIUM")
    if given and not os.access(given, os.X_OK):
        raise SetupError(f"CHROMIUM={given} is no program that can be run")
    if given:
        return Path(given)
    bring(toolchain, CHROMIUM)
    return toolchain / "bin" / "chromium-headless-shell"


def pip_wheel(toolchain: Path) -> Path:
    """The wheel of pip out of the unpacked packages."""
    return next((toolchain / "host" / "usr" / "share" / "python-wheels").glob("pip-*.whl"))


def choose_asterisk(toolchain: Path) -> None:
    """Record the Asterisk to use: ``ASTERISK=`` (a path), else a good enough installed one, else the unpacked one.

    Raises ``SetupError`` when the one that was named cannot be used.
    """
    root: Path | None = None
    program = _named() or _installed()
    if program is None:
        root = bring(toolchain, ASTERISK)
        program = root / "usr" / "sbin" / "asterisk"
    version = _version([*_loader_line(root), str(program)])
    reason = why_refused(version)
    if reason:
        raise SetupError(f"Asterisk {version or '(no version)'} at {program} cannot be used: {reason}")
    choice = {"program": str(program), "version": version, "root": str(root) if root else None}
    _write_if_changed(toolchain / "asterisk.json", json.dumps(choice, indent=2) + "\n")


def why_refused(version: str) -> str:
    """Why this version of Asterisk cannot be used, or an empty text; e.g. ``"22.9.0"`` → ``"22.10.1 or newer …"``."""
    numbers = tuple(int(number) for number in re.findall(r"\d+", re.split(r"[+~-]", version, maxsplit=1)[0]))
    if len(numbers) < 3:
        return "it does not tell its version"
    bad = next((why for prefix, why in _KNOWN_BAD.items() if version.startswith(prefix)), "")
    minimum = _MINIMUM.get(numbers[0], (22, 10, 1))
    return bad or ("" if numbers >= minimum else f"{'.'.join(map(str, minimum))} or newer is needed")


def _named() -> Path | None:
    given = os.environ.get("ASTERISK")
    if not given:
        return None
    if not os.access(given, os.X_OK):
        raise SetupError(f"ASTERISK={given} is no program that can be run")
    return Path(given)


def _installed() -> Path | None:
    found = shutil.which("asterisk", path=f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin")
    if found is None:
        return None
    version = _version([found])
    reason = why_refused(version)
    if reason:
        say(f"  the installed Asterisk {version} is left aside: {reason}")
        return None
    return Path(found)


def _version(command: list[str]) -> str:
    asked = subprocess.run([*command, "-V"], check=False, capture_output=True, text=True)
    match = re.match(r"Asterisk (\S+)", asked.stdout)
    return match[1] if match else ""


def _loader_line(root: Path | None) -> list[str]:
    if root is None:
        return []
    loader = next(iter(sorted(root.glob("usr/lib*/ld-linux*.so.*"))), None) or next(
        root.glob("usr/lib/*/ld-linux*.so.*")
    )
    return [str(loader), "--library-path", _library_path(root), "--argv0", "asterisk"]


def _library_path(root: Path) -> str:
    return str(next(root.glob("usr/lib/*-linux-gnu*")))


def _download(bundle: Bundle) -> private_apt.Download:
    codename = apt_sources.os_release().get("VERSION_CODENAME", "")
    if bundle.from_host_release:
        sources = "\n".join(source.deb822() for source in apt_sources.host_suites(codename))
        return private_apt.Download(bundle.folder, bundle.packages, sources, bundle.skip, bundle.keep)
    sources = apt_sources.debian_archive(codename).deb822(ASTERISK_SUITE)
    return private_apt.Download(bundle.folder, bundle.packages, sources)


def _write_script(toolchain: Path, folder: Path, pattern: str) -> None:
    """Host programs run with the host's C library and loader; all their other libraries are the unpacked ones."""
    program = next(folder.resolve().glob(pattern))
    libraries = Path(_library_path(folder.resolve()))
    lines = [
        "#!/bin/sh",
        f'export LD_LIBRARY_PATH="{libraries}:{libraries}/pulseaudio"',
        f'export ESPEAK_DATA_PATH="{libraries}"',
        f'export FONTCONFIG_FILE="{folder.resolve()}/fonts.conf"',
        f'exec "{program}" "$@"',
    ]
    script = toolchain / "bin" / program.name
    script.parent.mkdir(exist_ok=True)
    _write_if_changed(script, "\n".join(lines) + "\n")
    script.chmod(0o755)


def _write_if_changed(path: Path, text: str) -> None:
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.rename(path)


def _digest(bundle: Bundle, folder: Path) -> str:
    release = apt_sources.os_release()
    place = str(folder.resolve())
    known = [_LAYOUT, place, release.get("VERSION_CODENAME", ""), ASTERISK_SUITE, *bundle.packages, *bundle.programs]
    return hashlib.sha256("\n".join(known).encode()).hexdigest()

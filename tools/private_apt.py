"""Debian packages unpacked into a folder of ours: no root, nothing installed, the machine's apt left as it is.

A private apt has its own state, cache, empty package status and source list; it only downloads. Each package's files
are then unpacked, without documentation and translations, into one folder that programs run from.
The machine's own apt configuration (proxy, certificates) still applies; its hooks do not.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.console import SetupError, step

_UNWANTED = (
    "./usr/share/doc/*",
    "./usr/share/man/*",
    "./usr/share/info/*",
    "./usr/share/locale/*",
    "./usr/share/lintian/*",
    "./usr/share/bug/*",
    "./usr/share/fonts/*",
    "./usr/share/icons/*",
    "./var/cache/*",
    "./dev/*",
)
_MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")


@dataclass(frozen=True)
class Download:
    """What to fetch: ``packages`` with all they depend on, from ``sources`` (deb822 text).

    ``skip``: packages that are not unpacked; ``keep``: patterns of files that are, though most programs need none.
    """

    name: str
    packages: tuple[str, ...]
    sources: str
    skip: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()


def architecture() -> str:
    """The machine's Debian architecture, e.g. ``amd64``."""
    return subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout.strip()


def unpack(download: Download, target: Path) -> None:
    """Fetch and unpack into ``target``, which appears only when complete. Raises ``SetupError`` if apt cannot."""
    _require_programs()
    work = target.with_name(target.name + ".apt")
    fresh = target.with_name(target.name + ".new")
    for folder in (work, fresh):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        debs = _fetch(download, work)
        with step(f"{download.name}: unpacking {len(debs)} packages"):
            _unpack_all(debs, fresh, download)
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _require_programs() -> None:
    for program, package in (("apt-get", "apt"), ("dpkg-deb", "dpkg"), ("tar", "tar")):
        if shutil.which(program) is None:
            raise SetupError(
                f"{program} is missing (Debian package {package}). Use a Debian or Ubuntu machine, or Docker."
            )


def _fetch(download: Download, work: Path) -> list[Path]:
    configuration = _write_configuration(download, work)
    with step(f"{download.name}: reading package lists"):
        _apt_get(configuration, ["update"], download.name)
    with step(f"{download.name}: downloading packages"):
        _apt_get(configuration, ["install", "--download-only", "--yes", *download.packages], download.name)
    return sorted((work / "cache" / "archives").glob("*.deb"))


def _write_configuration(download: Download, work: Path) -> Path:
    for folder in ("state/lists/partial", "cache/archives/partial", "parts", "log"):
        (work / folder).mkdir(parents=True)
    (work / "status").touch()
    (work / "parts" / "ours.sources").write_text(download.sources, encoding="utf-8")
    configuration = work / "apt.conf"
    configuration.write_text(_configuration(work), encoding="utf-8")
    return configuration


def _configuration(work: Path) -> str:
    """Read after the machine's own files (``apt-get -c``), so that it wins over them."""
    options = {
        "Dir::State": work / "state",
        "Dir::State::status": work / "status",
        "Dir::Cache": work / "cache",
        "Dir::Log": work / "log",
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": work / "parts",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "APT::Architecture": architecture(),
        "APT::Install-Recommends": "false",
        "APT::Install-Suggests": "false",
        "Acquire::Languages": "none",
        "Acquire::Check-Valid-Until": "false",
        "Acquire::Retries": "3",
        "Debug::NoLocking": "true",
    }
    if os.geteuid() == 0:
        options["APT::Sandbox::User"] = "root"  # apt's own user may not write into a checkout
    hooks = ("APT::Update::Pre-Invoke", "APT::Update::Post-Invoke", "APT::Update::Post-Invoke-Success")
    cleared = [f"#clear {hook};" for hook in (*hooks, "DPkg::Pre-Install-Pkgs", "APT::Architectures")]
    return "\n".join([*cleared, *(f'{key} "{value}";' for key, value in options.items())]) + "\n"


def _apt_get(configuration: Path, arguments: Sequence[str], name: str) -> None:
    command = ["apt-get", "-c", str(configuration), "-q=2", *arguments]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        said = "\n".join(done.stdout.splitlines()[-12:])
        raise SetupError(f"apt-get {arguments[0]} for {name} ended with {done.returncode}:\n{said}")


def _unpack_all(debs: Sequence[Path], target: Path, download: Download) -> None:
    """Unpack into a folder with merged /usr, as every supported release has it."""
    (target / "usr").mkdir(parents=True)
    for name in _MERGED:
        (target / "usr" / name).mkdir()
        (target / name).symlink_to(f"usr/{name}")
    for deb in debs:
        if deb.name.split("_")[0] not in download.skip:
            _unpack_one(deb, target, [pattern for pattern in _UNWANTED if pattern not in download.keep])


def _unpack_one(deb: Path, target: Path, unwanted: Sequence[str]) -> None:
    """``dpkg-deb -x`` would replace the merged folders' symbolic links; tar is told to keep them."""
    excludes = [f"--exclude={pattern}" for pattern in unwanted]
    keep = ["--keep-directory-symlink", "--no-same-owner", "--no-same-permissions", "--delay-directory-restore"]
    files = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE)
    tar = subprocess.run(["tar", "-x", "-C", str(target), *keep, *excludes], stdin=files.stdout, check=False)
    if files.stdout is not None:
        files.stdout.close()
    if tar.returncode != 0 or files.wait() != 0:
        raise SetupError(f"{deb.name} could not be unpacked into {target}; is the disk full?")

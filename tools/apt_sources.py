"""Where this machine gets its Debian packages, read from apt's own source files (one-line and deb822 form).

Nothing here names an archive: the address, and the key that signs it, are whatever the machine was set up with.
``apt-get indextargets`` would be the official way, but prints nothing while apt's lists are empty.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.console import SetupError

MIRROR_VARIABLE = "IVR_DEBIAN_MIRROR"
_ONE_LINE = re.compile(r"^deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s+(?P<components>.+)$")


@dataclass(frozen=True)
class Source:
    """One archive and suite; ``signed_by`` is the raw value (a path, or a key of several lines), empty for apt's."""

    uri: str
    suite: str
    components: tuple[str, ...]
    signed_by: str = ""
    trusted: str = ""

    def deb822(self, suite: str | None = None) -> str:
        """The source as a deb822 stanza, for ``suite`` instead of its own if given."""
        lines = [
            "Types: deb",
            f"URIs: {self.uri}",
            f"Suites: {suite or self.suite}",
            "Components: main",
            f"Signed-By: {self.signed_by}" if self.signed_by else "",
            f"Trusted: {self.trusted}" if self.trusted else "",
        ]
        return "\n".join(line for line in lines if line) + "\n"


def machine_sources() -> list[Source]:
    """Every enabled binary source of this machine, in apt's order."""
    main, parts = _source_places()
    files = [main, *sorted(parts.glob("*.list")), *sorted(parts.glob("*.sources"))]
    return [source for path in files if path.is_file() for source in _parse(path)]


def debian_archive(codename: str) -> Source:
    """The archive this Debian machine itself uses, for asking it for another suite.

    Raises ``SetupError`` when the machine is no Debian and ``IVR_DEBIAN_MIRROR`` does not name an archive.
    """
    given = os.environ.get(MIRROR_VARIABLE)
    if given:
        return Source(uri=given, suite=codename, components=("main",), signed_by=_debian_keyring())
    candidates = [source for source in machine_sources() if source.suite == codename and "main" in source.components]
    if candidates and os_release().get("ID") == "debian":
        return candidates[0]
    raise SetupError(
        f"no Debian archive for {codename!r} in this machine's apt sources.\n"
        f"Name one that carries Debian's packages: {MIRROR_VARIABLE}=<address> make run\n"
        "or name an installed Asterisk: ASTERISK=<path of the program> make run"
    )


def host_suites(codename: str) -> list[Source]:
    """The machine's own release with its updates and security fixes: sources whose suite begins with the code name."""
    return [
        source
        for source in machine_sources()
        if source.suite.rstrip("/").split("-")[0] == codename and "main" in source.components
    ]


def os_release() -> dict[str, str]:
    """``/etc/os-release`` as a mapping, e.g. ``{"ID": "debian", "VERSION_CODENAME": "bookworm"}``."""
    pairs = (line.partition("=") for line in Path("/etc/os-release").read_text(encoding="utf-8").splitlines())
    return {key: value.strip().strip('"') for key, found, value in pairs if found}


def _source_places() -> tuple[Path, Path]:
    command = ["apt-config", "shell", "MAIN", "Dir::Etc::sourcelist/f", "PARTS", "Dir::Etc::sourceparts/d"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    places = dict(re.findall(r"(MAIN|PARTS)='([^']*)'", said))
    return Path(places["MAIN"]), Path(places["PARTS"])


def _parse(path: Path) -> Iterator[Source]:
    text = path.read_text(encoding="utf-8", errors="replace")
    return _parse_deb822(text) if path.suffix == ".sources" else _parse_one_line(text)


def _parse_one_line(text: str) -> Iterator[Source]:
    for line in text.splitlines():
        match = _ONE_LINE.match(line.split("#")[0].strip())
        if match:
            options = dict(option.split("=", 1) for option in (match["options"] or "").split() if "=" in option)
            yield Source(
                uri=match["uri"],
                suite=match["suite"],
                components=tuple(match["components"].split()),
                signed_by=options.get("signed-by", ""),
                trusted=options.get("trusted", ""),
            )


def _parse_deb822(text: str) -> Iterator[Source]:
    for stanza in re.split(r"\n\s*\n", text):
        fields = _fields(stanza)
        if "deb" not in fields.get("types", "").split() or fields.get("enabled", "yes").lower() == "no":
            continue
        for uri in fields.get("uris", "").split():
            for suite in fields.get("suites", "").split():
                yield Source(
                    uri=uri,
                    suite=suite,
                    components=tuple(fields.get("components", "").split()),
                    signed_by=fields.get("signed-by", ""),
                    trusted=fields.get("trusted", ""),
                )


def _fields(stanza: str) -> dict[str, str]:
    """A stanza's fields by lower-case name; continuation lines keep their line breaks, comments are dropped."""
    fields: dict[str, str] = {}
    name = ""
    for line in stanza.splitlines():
        if line.startswith("#"):
            continue
        if line[:1].isspace() and name:
            fields[name] += "\n" + line
        elif ":" in line:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields


def _debian_keyring() -> str:
    keyring = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    if keyring.is_file():
        return str(keyring)
    raise SetupError("Debian's archive keys are missing. Install them: apt-get install debian-archive-keyring")

"""This machine's addresses, as Asterisk offers them to a browser (ICE).

Enters: the address that SIP and sound are on. Leaves: those which Asterisk would tell in its place. It counts every
address of every network card as a way to its sound, also where that is on one address alone.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_TABLE: Final = Path("/proc/net/fib_trie")
_OWN: Final = re.compile(r"\|-- (\d+\.\d+\.\d+\.\d+)\n\s+/32 host LOCAL")


def candidates(sip_address: str) -> tuple[str, ...]:
    """The addresses in whose place a browser is told ``sip_address``; none where sound is on all of them.

    Source: rtp.conf ``[ice_host_candidates]``; ``rtp_add_candidates_to_ice``.
    """
    if sip_address in {"0.0.0.0", "::"}:  # noqa: S104 - asked about, not listened on
        return ()
    return tuple(one for one in own_addresses(_text()) if one != sip_address and not one.startswith("127."))


def own_addresses(table: str) -> tuple[str, ...]:
    """Every IPv4 address in the kernel's table of routes that is this machine's, in order."""
    return tuple(sorted(set(_OWN.findall(table))))


def _text() -> str:
    return _TABLE.read_text(encoding="ascii") if _TABLE.is_file() else ""

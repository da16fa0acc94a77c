"""Where a process listens, read from the kernel's tables (proc(5), /proc/net/tcp and udp)."""

from __future__ import annotations

from pathlib import Path

LISTENING = "0A"
LOOPBACK = "0100007F"


def listening(pid: int) -> tuple[list[str], list[str]]:
    """The local addresses (hexadecimal, as the kernel writes them) of its listening TCP and of its UDP sockets."""
    own = _sockets(pid)
    tcp = [address for address, state, inode in _table("tcp", "tcp6") if inode in own and state == LISTENING]
    udp = [address for address, _state, inode in _table("udp") if inode in own]
    return tcp, udp


def _sockets(pid: int) -> set[str]:
    names = (str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink())
    return {name[8:-1] for name in names if name.startswith("socket:[")}


def _table(*names: str) -> list[tuple[str, str, str]]:
    rows = [line.split() for name in names for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    return [(row[1].partition(":")[0], row[3], row[9]) for row in rows]

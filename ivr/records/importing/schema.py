"""The staging file's tables: what the files say, what is on record, and what is to be on record.

For each kind of record ``file_<kind>`` has the rows of its file, ``list_<kind>`` the values of its lists. The tables
named as the database's own are filled with what is on record and brought to what is wanted; ``was_<table>`` keeps what
was. Dates are ISO text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ivr.records.importing.columns import Kind


@dataclass(frozen=True, slots=True)
class Staged:
    """A table of the database as far as records are imported into it."""

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    declared: str = ""
    """What goes beyond the columns' names: unique keys and references."""
    part_of: str = ""
    """The column that names the record it is part of, where the key does not."""

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that say which row it is, and of which record."""
        return (*self.key, *filter(None, [self.part_of]))

    @property
    def gives_numbers(self) -> bool:
        """Whether new rows get a number, which is their key."""
        return self.key[0].endswith("_id") and len(self.key) == 1 and self.name != "agent_live"


TABLES: Final = (
    Staged("segment", ("name",), ("name",)),
    Staged(
        "team",
        ("name",),
        ("name", "segment", "leader"),
        "FOREIGN KEY (segment) REFERENCES segment (name)",
    ),
    Staged(
        "agent",
        ("agent_id",),
        ("agent_id", "staff_number", "name", "role", "team", "password_hash", "sip_ha1", "pin_hash", "email"),
        "UNIQUE (staff_number), FOREIGN KEY (team) REFERENCES team (name)",
    ),
    Staged("agent_live", ("agent_id",), ("agent_id", "staff_number", "team", "segment")),
    Staged("client", ("client_id",), ("client_id", "scin", "name", "brand"), "UNIQUE (scin)"),
    Staged(
        "case_file",
        ("case_id",),
        ("case_id", "number", "opened_on", "closed_on", "owner_id", "team", "brand"),
        "UNIQUE (number), FOREIGN KEY (owner_id) REFERENCES agent (agent_id),"
        " FOREIGN KEY (team) REFERENCES team (name)",
    ),
    Staged(
        "case_party",
        ("case_id", "client_id", "role"),
        ("case_id", "client_id", "role"),
        "FOREIGN KEY (client_id) REFERENCES client (client_id)",
    ),
    Staged(
        "child",
        ("child_id",),
        ("child_id", "case_id", "name", "born_on", "kind"),
        "FOREIGN KEY (case_id) REFERENCES case_file (case_id)",
        part_of="case_id",
    ),
    Staged(
        "employer",
        ("employer_id",),
        ("employer_id", "ern", "name", "paye_reference", "phone", "manager_id", "address_line", "postcode", "email"),
        "UNIQUE (ern), FOREIGN KEY (manager_id) REFERENCES agent (agent_id)",
    ),
    Staged("employer_agent", ("employer_agent_id",), ("employer_agent_id", "earn", "name"), "UNIQUE (earn)"),
    Staged(
        "employer_agent_acts_for",
        ("employer_agent_id", "employer_id"),
        ("employer_agent_id", "employer_id"),
        "FOREIGN KEY (employer_id) REFERENCES employer (employer_id)",
    ),
    Staged(
        "representative", ("representative_id",), ("representative_id", "trn", "name", "employer_id"), "UNIQUE (trn)"
    ),
    Staged(
        "representative_acts_for",
        ("representative_id", "client_id"),
        ("representative_id", "client_id"),
        "FOREIGN KEY (client_id) REFERENCES client (client_id)",
    ),
)
"""Those that others refer to first."""

ON_RECORD: Final = {
    "segments": ("segment", "name"),
    "teams": ("team", "name"),
    "agents": ("agent", "staff_number"),
    "clients": ("client", "scin"),
    "cases": ("case_file", "number"),
    "employers": ("employer", "ern"),
    "employer_agents": ("employer_agent", "earn"),
    "representatives": ("representative", "trn"),
}
"""For each kind of file the table and the column that its key stands in."""
IN_WORDS: Final = {
    **{table: kind.replace("_", " ") for kind, (table, _key) in ON_RECORD.items()},
    "case_party": "cases' links to clients",
    "child": "children",
    "employer_agent_acts_for": "employer agents' links to employers",
    "representative_acts_for": "representatives' links to clients",
}
"""Tables as people speak of them."""
INDEXES: Final = (
    "CREATE INDEX party_of ON case_party (client_id)",
    "CREATE INDEX child_of ON child (case_id, born_on, name)",
    "CREATE INDEX owned_by ON case_file (owner_id)",
)


def typed(column: str) -> str:
    """The column with its type: one compared with another of no type would not be found by its index."""
    return f"{column} {'INTEGER' if column.endswith('_id') else 'TEXT'}"


def statements(kinds: Iterable[Kind]) -> list[str]:
    """What makes the tables of a new staging file."""
    of_files = [statement for kind in kinds for statement in _of_file(kind)]
    return [*of_files, *(_of_table(table) for table in TABLES), *INDEXES]


def _of_file(kind: Kind) -> tuple[str, ...]:
    columns = ", ".join(typed(column.name) for column in kind.single)
    return (
        f"CREATE TABLE file_{kind.name} (line INTEGER PRIMARY KEY, sound INTEGER NOT NULL, {columns})",
        f"CREATE INDEX key_{kind.name} ON file_{kind.name} ({', '.join(kind.key)})",
        f"CREATE TABLE list_{kind.name} (line INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL)",
    )


def _of_table(table: Staged) -> str:
    if table.gives_numbers:
        names = [f"{table.key[0]} INTEGER PRIMARY KEY AUTOINCREMENT", *map(typed, table.columns[1:])]
    else:
        names = [*map(typed, table.columns), f"PRIMARY KEY ({', '.join(table.key)})"]
    return f"CREATE TABLE {table.name} ({', '.join([*names, *filter(None, [table.declared])])})"

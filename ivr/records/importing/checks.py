"""What must hold over whole files and over the records they would make; each breach is a mistake with file and line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ivr.records.importing import schema
from ivr.records.importing.columns import Column, Kind
from ivr.records.importing.reading import Mistake, shown
from ivr.records.importing.staging import Staging

REPLACEABLE: Final = frozenset({"clients", "cases", "children", "employers", "employer_agents", "representatives"})
_CASES: Final = "cases.csv"
_IN_GROUP: Final = "SELECT f.line, f.owner, g.owner FROM file_cases f JOIN file_case_groups g USING (case_group)"
_WITHOUT_TEAM: Final = """SELECT f.line FROM file_cases f LEFT JOIN file_case_groups g USING (case_group)
    WHERE f.sound AND coalesce(f.owner, f.team, g.owner, g.team) IS NULL
    AND (f.case_group IS NULL OR g.sound)"""
_OTHER_TEAM: Final = """SELECT f.line, f.team, g.team FROM file_cases f JOIN file_case_groups g USING (case_group)
    WHERE g.owner IS NULL AND f.owner IS NULL AND f.team <> g.team"""
_ONE_NAME_SPACE: Final = """SELECT f.line, f.earn FROM file_employer_agents f
    WHERE EXISTS (SELECT 1 FROM file_employers e WHERE e.ern = f.earn)"""
_MIXED: Final = """SELECT p.client_id FROM case_party p JOIN case_file c ON c.case_id = p.case_id
    WHERE c.closed_on IS NULL GROUP BY p.client_id
    HAVING count(DISTINCT p.case_id) > 1 AND min(p.role) = 'pp' AND count(DISTINCT coalesce(c.owner_id, 0)) > 1"""
_MIXED_ROWS: Final = f"""SELECT f.line, a.staff_number, k.scin,
        (SELECT group_concat(DISTINCT coalesce(oa.staff_number, 'nobody')) FROM case_party op
         JOIN case_file oc ON oc.case_id = op.case_id LEFT JOIN agent oa ON oa.agent_id = oc.owner_id
         WHERE op.client_id = k.client_id AND oc.closed_on IS NULL)
    FROM case_party p JOIN case_file c ON c.case_id = p.case_id AND c.closed_on IS NULL
    JOIN client k ON k.client_id = p.client_id JOIN file_cases f ON f.number = c.number
    LEFT JOIN agent a ON a.agent_id = c.owner_id WHERE p.client_id IN ({_MIXED})"""  # noqa: S608 - a fixed text
_BOTH_NUMBERS: Final = """SELECT coalesce(f.line, 0), e.ern FROM employer e
    JOIN employer_agent a ON a.earn = e.ern LEFT JOIN file_employers f ON f.ern = e.ern"""


def of_files(staging: Staging, *, replace: bool) -> None:
    """What the files say against each other and against what is on record."""
    for kind in staging.kinds:
        staging.note(_twice(staging, kind))
        for column in kind.columns:
            if column.refers_to is not None:
                staging.note(list(_unknown(staging, kind, column, column.refers_to, replace=replace)))
    staging.note(list(_of_cases(staging)))
    for line, earn in staging.rows(_ONE_NAME_SPACE):
        staging.note([Mistake("employer_agents.csv", line, "earn", shown(earn), "no number of employers.csv")])


def of_result(staging: Staging) -> None:
    """What must hold of the records once merged: one owner of a case group, one name space, nothing left dangling."""
    for line, owner, scin, owners in list(staging.rows(_MIXED_ROWS)):
        words = f"one owner of all open cases of the paying parent {scin} (R-CASE-5), who now have {owners}"
        staging.note([Mistake(_CASES, line, "owner", "nobody" if owner is None else shown(owner), words)])
    for line, ern in list(staging.rows(_BOTH_NUMBERS)):
        staging.note([Mistake("employers.csv", line, "ern", shown(ern), "a number that no employer agent has")])
    staging.note(list(_dangling(staging)))


def _twice(staging: Staging, kind: Kind) -> list[Mistake]:
    key = ", ".join(kind.key)
    present = " AND ".join(f"{name} IS NOT NULL" for name in kind.key)
    query = f"""SELECT line, first, {key} FROM (SELECT line, min(line) OVER (PARTITION BY {key}) AS first, {key}
        FROM file_{kind.name} WHERE {present}) WHERE line > first"""  # noqa: S608 - our own names
    return [
        Mistake(kind.file, line, kind.key[0], shown(" ".join(values)), f"it once; line {first} has it already")
        for line, first, *values in staging.rows(query)
    ]


def _unknown(staging: Staging, kind: Kind, column: Column, target: str, *, replace: bool) -> Iterator[Mistake]:
    """Values that name no record; nothing is said where the file that might have it could not be read."""
    other = next(other for other in staging.kinds if other.name == target)
    if _is_broken(staging, other):
        return
    missing = f"SELECT 1 FROM file_{target} k WHERE k.{other.key[0]} = v.value"  # noqa: S608 - our own names
    where = f"NOT EXISTS ({missing})"
    goes = replace and target in REPLACEABLE and target in staging.files
    if target in schema.ON_RECORD and not goes:
        table, key = schema.ON_RECORD[target]
        where += f" AND NOT EXISTS (SELECT 1 FROM was_{table} w WHERE w.{key} = v.value)"  # noqa: S608 - our own names
    source = f"SELECT line, {column.name} AS value FROM file_{kind.name}"  # noqa: S608 - our own names
    if column.many:
        source = f"SELECT line, value FROM list_{kind.name}"  # noqa: S608 - our own names
    place = other.file if goes or target not in schema.ON_RECORD else f"{other.file} or on record"
    for line, value in staging.rows(f"SELECT line, value FROM ({source}) v WHERE value IS NOT NULL AND {where}"):  # noqa: S608 - our own names
        yield Mistake(kind.file, line, column.name, shown(value), f"the {other.key[0]} of one in {place}")


def _is_broken(staging: Staging, kind: Kind) -> bool:
    query = "SELECT 1 FROM mistake WHERE file = ? AND column_name IN ('header', 'row')"
    return any(True for _ in staging.rows(query, kind.file))


def _of_cases(staging: Staging) -> Iterator[Mistake]:
    for line, own, groups in staging.rows(f"{_IN_GROUP} WHERE f.owner IS NOT NULL AND f.owner IS NOT g.owner"):
        expected = f"{groups or 'no owner'}, as the case group has (R-CASE-5)"
        yield Mistake(_CASES, line, "owner", shown(own), expected)
    for line, own, groups in staging.rows(_OTHER_TEAM):
        yield Mistake(_CASES, line, "team", shown(own), f"{shown(groups)}, as the case group has")
    for (line,) in staging.rows(_WITHOUT_TEAM):
        yield Mistake(_CASES, line, "owner", "nothing, and no team", "an owner, or a team (R-CASE-7)")
    sound = "SELECT line, rp, opened_on, closed_on FROM file_cases WHERE sound"
    for line, *_ in staging.rows(f"{sound} AND rp IS NULL AND pp IS NULL"):
        yield Mistake(_CASES, line, "rp", "nothing, and no pp", "a receiving parent, a paying parent, or both")
    for line, scin, *_ in staging.rows(f"{sound} AND rp = pp"):
        yield Mistake(_CASES, line, "pp", shown(scin), "somebody else than the receiving parent")
    for line, _scin, opened_on, closed_on in staging.rows(f"{sound} AND closed_on < opened_on"):
        yield Mistake(_CASES, line, "closed_on", shown(closed_on), f"a date from {opened_on} on")


def _dangling(staging: Staging) -> Iterator[Mistake]:
    """Records that stay and name one that goes: only `replace` can bring that about."""
    found: dict[tuple[str, str], int] = {}
    for table, _row, parent, _number in staging.rows("PRAGMA foreign_key_check"):
        found[table, parent] = found.get((table, parent), 0) + 1
    files = {table: f"{kind}.csv" for kind, (table, _key) in schema.ON_RECORD.items()}
    for (table, parent), count in found.items():
        words = "none; replace both kinds together, or neither"
        yield Mistake(files[parent], 0, "rows", f"{count} missing that {schema.IN_WORDS[table]} still name", words)

"""CSV files as somebody would hand them over: small ones by hand, many clients by rule."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Final

SMALL: Final = {
    "segments": "segment\nMaintenance\nEmployer\n",
    "teams": "team,segment,leader\nMaintenance 9,Maintenance,7901\nEmployer 9,Employer,\n",
    "agents": (
        "staff_number,name,team,role,password\n"
        "7901,Ada Example,Maintenance 9,team_leader,a pass phrase\n"
        "7902,Ben Sample,Maintenance 9,,\n"
    ),
    "clients": "scin,name,brand\n120000009010,Rita Instance,cmg\n120000009028,Paul Instance,cmg\n",
    "case_groups": "case_group,owner,team\nPaul's,7902,\n",
    "cases": (
        "number,opened_on,closed_on,brand,rp,pp,owner,team,case_group\n"
        "900000090001,2020-02-03,,cmg,120000009010,,7901,,\n"
        "900000090002,2021-04-05,,cmg,,120000009028,,,Paul's\n"
        "900000090003,2022-06-07,,cmg,,120000009028,,,Paul's\n"
        "900000090004,2018-06-07,2019-01-01,nicms,120000009010,120000009028,,Maintenance 9,\n"
    ),
    "children": "case_number,name,born_on,kind\n900000090001,Ella,2014-06-02,\n900000090001,Tom,2016-01-31,roc\n",
    "employers": "ern,name,paye_reference,phone,account_manager\n"
    "340000009011,Sham Steel Ltd,120/SS1,01632 960 123,7902\n",
    "employer_agents": "earn,name,acts_for\n340000009029,Mock Payroll,340000009011\n",
    "representatives": "trn,name,acts_for\n560000009013,Pretend Advice,120000009010 120000009028\n",
}
"""A file of each kind, with people of its own: nothing in it depends on what is on record."""


def write(folder: Path, files: dict[str, str]) -> Path:
    """The folder with these files in it, and no other CSV file."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.csv"):
        old.unlink()
    for kind, content in files.items():
        (folder / f"{kind}.csv").write_text(content, encoding="utf-8")
    return folder


def write_clients(folder: Path, count: int, *, cases: int = 0, owner: str = "7001") -> Path:
    """``count`` clients, the first ``cases`` of them with a case of ``owner`` and a child."""
    folder.mkdir(parents=True, exist_ok=True)
    scins = [f"{130_000_000_000 + number}" for number in range(count)]
    _rows(folder / "clients.csv", "scin name brand", ((scin, f"Client {scin}", "cmg") for scin in scins))
    if cases:
        listed = list(enumerate(scins[:cases], start=910_000_000_000))
        _rows(
            folder / "cases.csv",
            "number opened_on brand rp owner",
            ((n, "2020-01-01", "cmg", s, owner) for n, s in listed),
        )
        _rows(folder / "children.csv", "case_number name born_on", ((n, "Kit", "2015-05-05") for n, _ in listed))
    return folder


def _rows(path: Path, header: str, rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split())
        writer.writerows(rows)

"""`ivr import`: what is refused and in which words, what is changed, and what a second import changes."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from ivr.domain.phones import sip_ha1
from ivr.errors import ConfigError, RequestError
from ivr.records import sample
from ivr.records.importing.run import Report, import_folder, report_lines
from ivr.store import migrate
from tests.unit.records import csv_folder
from tests.unit.records.csv_folder import SMALL


class Office:
    """A database with the sample people, and files for it."""

    def __init__(self, folder: Path, filled: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'ivr.sqlite'}"
        shutil.copy(filled, folder / "ivr.sqlite")

    def imports(self, files: dict[str, str], *, replace: bool = False) -> Report:
        """Import these files and no others."""
        csv_folder.write(self.folder / "csv", files)
        return import_folder(self.url, self.folder, self.folder / "csv", replace=replace)

    def refused(self, files: dict[str, str], *, replace: bool = False) -> list[str]:
        """The mistakes told of these files; nothing at all has changed."""
        before = self._dump()
        with pytest.raises(ConfigError) as refusal:
            self.imports(files, replace=replace)
        assert self._dump() == before
        assert refusal.value.mistakes[-1].startswith("Nothing was imported")
        return refusal.value.mistakes[:-1]

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """The rows of a query."""
        with closing(sqlite3.connect(self.folder / "ivr.sqlite")) as sql:
            return list(sql.execute(query))

    def _dump(self) -> list[str]:
        with closing(sqlite3.connect(self.folder / "ivr.sqlite")) as sql:
            return list(sql.iterdump())


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the sample people, to be copied: to make one takes a processor a second."""
    path = tmp_path_factory.mktemp("filled") / "ivr.sqlite"
    migrate.upgrade(f"sqlite:///{path}")
    sample.load(f"sqlite:///{path}", "a sample password")
    assert [one.name for one in path.parent.iterdir()] == [path.name], "no write-ahead log is left beside it"
    return path


@pytest.fixture
def office(tmp_path: Path, filled: Path) -> Office:
    """The sample office."""
    return Office(tmp_path, filled)


def _changed(kind: str, old: str, new: str) -> dict[str, str]:
    assert old in SMALL[kind]
    return SMALL | {kind: SMALL[kind].replace(old, new)}


def test_every_kind_comes_into_the_records(office: Office) -> None:
    """R-CASE-5, R-CASE-7, R-EMP-3: owner of the group, team of the owner, and who acts for whom."""
    assert office.imports(SMALL).generation == 1
    cases = """SELECT c.number, a.staff_number, c.team, c.closed_on FROM case_file c
        LEFT JOIN agent a ON a.agent_id = c.owner_id WHERE c.number LIKE '90000009000%' ORDER BY c.number"""
    assert office.rows(cases) == [
        ("900000090001", "7901", "Maintenance 9", None),
        ("900000090002", "7902", "Maintenance 9", None),
        ("900000090003", "7902", "Maintenance 9", None),
        ("900000090004", None, "Maintenance 9", "2019-01-01"),
    ]
    parties = """SELECT c.number, k.scin, p.role FROM case_party p JOIN client k USING (client_id)
        JOIN case_file c USING (case_id) WHERE k.scin = '120000009028' ORDER BY 1"""
    assert [row[2] for row in office.rows(parties)] == ["pp", "pp", "pp"]
    children = "SELECT name, born_on, kind FROM child ORDER BY child_id DESC LIMIT 2"
    assert office.rows(children) == [("Tom", "2016-01-31", "roc"), ("Ella", "2014-06-02", "qc")]
    acts = "SELECT count(*) FROM representative_acts_for WHERE representative_id > 1"
    assert office.rows(acts) == [(2,)]
    assert office.rows("SELECT finished_at IS NOT NULL, steps = steps_done FROM record_import") == [(1, 1)]


def test_a_new_agent_can_log_in_with_the_password_given_and_not_without_one(office: Office) -> None:
    """R-STATE-1: a live row, logged out; the digest is the phone's; no password fits where none was given."""
    report = office.imports(SMALL)
    assert report.without_password == ("7902",)
    assert report.phones_changed
    rows = office.rows(
        "SELECT password_hash, sip_ha1 FROM agent WHERE staff_number IN ('7901', '7902') ORDER BY 1 DESC"
    )
    (hashed, digest), (none, unknown) = rows
    assert PasswordHasher().verify(str(hashed), "a pass phrase")
    assert digest == sip_ha1("7901", "a pass phrase")
    assert none == "!"
    assert len(str(unknown)) == 32
    live = "SELECT staff_number, state, segment FROM agent_live WHERE staff_number IN ('7901', '7902')"
    assert sorted(office.rows(live)) == [
        ("7901", "logged_out", "Maintenance"),
        ("7902", "logged_out", "Maintenance"),
    ]


def _with_pins(first: str, second: str) -> dict[str, str]:
    rows = SMALL["agents"].splitlines()
    return SMALL | {"agents": "\n".join([f"{rows[0]},pin", f"{rows[1]},{first}", f"{rows[2]},{second}", ""])}


def _pin_hashes(office: Office) -> list[object]:
    query = "SELECT pin_hash FROM agent WHERE staff_number IN ('7901', '7902') ORDER BY staff_number"
    return [row[0] for row in office.rows(query)]


def test_a_pin_is_kept_as_a_hash_and_changed_only_by_another(office: Office) -> None:
    """R-STATE-10: an empty cell leaves the one there is, the same one leaves its hash; another is an agent changed."""
    office.imports(_with_pins("024681", ""))
    first, none = _pin_hashes(office)
    assert PasswordHasher().verify(str(first), "024681")
    assert none is None
    assert office.imports(_with_pins("024681", "")).counts == ()
    report = office.imports(_with_pins("", "135790"))
    assert [(c.table, c.new, c.changed, c.removed) for c in report.counts] == [("agent", 0, 1, 0)]
    assert _pin_hashes(office)[0] == first
    assert PasswordHasher().verify(str(_pin_hashes(office)[1]), "135790")
    office.imports(_with_pins("111222", ""))
    assert PasswordHasher().verify(str(_pin_hashes(office)[0]), "111222")


@pytest.mark.parametrize("pin", ["12345", "1234567", "12345a", "\u0661\u0662\u0663\u0664\u0665\u0666"])
def test_a_pin_has_six_digits_and_is_not_told_in_the_mistake(office: Office, pin: str) -> None:
    """R-STATE-10."""
    (mistake,) = office.refused(_with_pins(pin, ""))
    assert mistake == f"agents.csv:2: pin: found {len(pin)} characters, expected 6 digits"


def test_the_same_files_again_change_nothing(office: Office) -> None:
    """Not even the hash of a password."""
    office.imports(SMALL)
    before = office._dump()
    report = office.imports(SMALL)
    assert (report.generation, report.counts) == (None, ())
    assert office._dump() == before


def test_only_what_differs_is_written(office: Office) -> None:
    """One name changed among all files is one row changed."""
    office.imports(SMALL)
    report = office.imports(_changed("clients", "Rita Instance", "Rita Renamed"))
    assert [(c.table, c.new, c.changed, c.removed) for c in report.counts] == [("client", 0, 1, 0)]
    assert report.generation == 2
    assert not report.phones_changed


def test_an_agent_keeps_their_state_when_moved_and_their_cases_move_along(office: Office) -> None:
    """R-CASE-7: the team of a case is its owner's, also of a case that no file names."""
    office.imports(SMALL)
    with closing(sqlite3.connect(office.folder / "ivr.sqlite")) as sql:
        sql.execute("UPDATE agent_live SET state = 'not_ready', code = 'Lunch' WHERE staff_number = '7902'")
        sql.commit()
    agents = {"agents": "staff_number,name,team\n7902,Ben Sample,Enforcement 1\n"}
    office.imports(agents)
    live = "SELECT state, code, team, segment FROM agent_live WHERE staff_number = '7902'"
    assert office.rows(live) == [("not_ready", "Lunch", "Enforcement 1", "Enforcement")]
    cases = "SELECT DISTINCT team FROM case_file WHERE number IN ('900000090002', '900000090003')"
    assert office.rows(cases) == [("Enforcement 1",)]


def test_children_of_a_listed_case_are_those_of_the_file(office: Office) -> None:
    """R-CASE-3: a corrected date of birth leaves no wrong one behind."""
    office.imports(SMALL)
    office.imports({"children": "case_number,name,born_on\n900000090001,Ella,2014-07-02\n"})
    children = "SELECT born_on FROM child h JOIN case_file c USING (case_id) WHERE c.number = '900000090001'"
    assert office.rows(children) == [("2014-07-02",)]


@pytest.mark.parametrize(
    ("kind", "old", "new", "expected"),
    [
        ("clients", "120000009028,", "12000000902,", "3: scin: found '12000000902', expected 12 digits"),
        ("clients", "Paul Instance,cmg", "Paul,csa", "3: brand: found 'csa', expected one of cmg, nicms"),
        ("clients", "Paul Instance", "", "3: name: found nothing, expected 1 to 120 printable"),
        ("clients", "Paul Instance", 'Paul "', "3: name: found 'Paul \"', expected 1 to 120"),
        ("clients", "120000009028", "120000009010", "3: scin: found '120000009010', expected it once; line 2"),
        ("cases", "2020-02-03", "03/02/2020", "2: opened_on: found '03/02/2020', expected a date as 2019-05-14"),
        ("cases", "2020-02-03", "2020-02-31", "2: opened_on: found '2020-02-31'"),
        ("cases", "2019-01-01", "2018-01-01", "5: closed_on: found '2018-01-01', expected a date from 2018-06-07"),
        ("cases", "120000009010,,7901", "120000000000,,7901", "2: rp: found '120000000000', expected the scin of"),
        ("cases", "120000009010,,7901", ",,7901", "2: rp: found nothing, and no pp"),
        ("cases", ",7901,", ",7999,", "2: owner: found '7999', expected the staff_number of one in agents.csv"),
        ("cases", ",,Maintenance 9,", ",,Nowhere,", "5: team: found 'Nowhere', expected the team of one in"),
        ("cases", ",7901,,", ",,,", "2: owner: found nothing, and no team, expected an owner, or a team"),
        ("cases", ",,,Paul's\n900000090003", ",7901,,Paul's\n900000090003", "3: owner: found '7901', expected 7902"),
        ("children", "900000090001,Ella", "900000099999,Ella", "2: case_number: found '900000099999'"),
        ("employers", "7902", "7903", "2: account_manager: found '7903'"),
        ("employer_agents", "340000009029", "340000009011", "2: earn: found '340000009011'"),
        ("representatives", " 120000009028", " 99", "2: acts_for: found '99', expected 12 digits each"),
        ("agents", "a pass phrase", "secret", "2: password: found 6 characters, expected 8 to 200"),
        ("teams", ",Employer,", ",Employers,", "3: segment: found 'Employers', expected the segment of one in"),
        ("agents", "name,team", "nmae,team", "1: header: found 'nmae', expected the columns staff_number, name"),
        ("clients", "Paul Instance,cmg", "Paul Instance,cmg,x", "3: row: found 4 cells, expected 3"),
        ("clients", "Paul Instance", '"Paul" x', "3: row: found no CSV"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_line_column_found_and_expected(
    office: Office, kind: str, old: str, new: str, expected: str
) -> None:
    """One wrong cell, and nothing of any file is imported."""
    mistakes = office.refused(_changed(kind, old, new))
    assert [line for line in mistakes if line.startswith(f"{kind}.csv:{expected}")] != [], mistakes


def test_all_mistakes_are_told_at_once_in_order(office: Office) -> None:
    """The whole of it in one run, not one mistake a run; each once."""
    wrong = "scin,name,brand\n1,A,cmg\n120000009010,,cmg\n120000009028,B,no\n"
    mistakes = office.refused(
        {"clients": wrong, "cases": "number,opened_on,brand,rp,team\n900,2020-01-01,cmg,,GICH 1\n"}
    )
    assert [line.split(": ")[:2] for line in mistakes] == [
        ["cases.csv:2", "number"],
        ["clients.csv:2", "scin"],
        ["clients.csv:3", "name"],
        ["clients.csv:4", "brand"],
    ]


def test_cases_of_a_paying_parent_need_one_owner(office: Office) -> None:
    """R-CASE-5, also when one of the cases is on record only: client 3 of the sample pays in two cases of 7002."""
    row = "number,opened_on,brand,pp,owner\n900000007003,2018-03-03,cmg,120000000035,7001\n"
    (mistake,) = office.refused({"cases": row})
    assert mistake.startswith(
        "cases.csv:2: owner: found '7001', expected one owner of all open cases of the paying parent"
    )
    office.imports({"cases": row + "900000007881,2021-07-19,cmg,120000000035,7001\n"})


def test_bytes_that_are_no_utf_8_are_told_with_their_line(office: Office) -> None:
    """A file saved in another encoding."""
    csv_folder.write(office.folder / "csv", {})
    content = "scin,name,brand\n120000009010,Siân,cmg\n".encode("latin-1")
    (office.folder / "csv" / "clients.csv").write_bytes(content)
    with pytest.raises(ConfigError, match=r"clients\.csv:2: name: found 'Si.udce2n'"):
        import_folder(office.url, office.folder, office.folder / "csv")


def test_an_unknown_file_and_an_empty_folder_are_refused(office: Office) -> None:
    """A misspelt file is not passed over in silence."""
    (mistake,) = office.refused({"client": "scin,name,brand\n"})
    assert mistake.startswith("client.csv: file: found a file of this name, expected one of segments.csv, teams.csv")
    with pytest.raises(RequestError, match="has no CSV files"):
        office.imports({})


def test_rows_missing_from_a_file_stay_unless_replaced(office: Office) -> None:
    """`--replace` removes clients and cases with what is theirs, and never staff."""
    office.imports(SMALL)
    assert office.rows("SELECT count(*) FROM contact_requirement WHERE kind = 'client'") != [(0,)]
    fewer = {
        "clients": "scin,name,brand\n120000009010,Rita Instance,cmg\n",
        "cases": "number,opened_on,brand,rp,owner\n900000090001,2020-02-03,cmg,120000009010,7901\n",
        "representatives": "trn,name,acts_for\n560000009013,Pretend Advice,120000009010\n",
        "agents": "staff_number,name,team\n7901,Ada Example,Maintenance 9\n",
    }
    office.imports(fewer)
    assert office.rows("SELECT count(*) FROM client") == [(len(sample.CLIENTS) + 2,)]
    office.imports(fewer, replace=True)
    assert office.rows("SELECT scin FROM client") == [("120000009010",)]
    assert office.rows("SELECT number FROM case_file") == [("900000090001",)]
    assert office.rows("SELECT count(*) FROM child") == [(2,)]
    assert office.rows("SELECT count(*) FROM contact_requirement WHERE kind = 'client'") == [(0,)]
    assert office.rows("SELECT trn FROM representative") == [("560000009013",)]
    assert office.rows("SELECT count(*) FROM agent WHERE staff_number = '7902'") == [(1,)]


def test_nothing_that_stays_may_name_what_goes(office: Office) -> None:
    """Clients replaced without their cases."""
    links = sum(len(parties) for *_, parties, _children in sample.CASES)
    mistakes = office.refused({"clients": SMALL["clients"]}, replace=True)
    assert sorted(line.partition(",")[0] for line in mistakes) == [
        f"clients.csv: rows: found {links} missing that cases' links to clients still name",
        "clients.csv: rows: found 2 missing that representatives' links to clients still name",
    ]


def test_the_report_speaks_of_files_and_never_of_tables(office: Office) -> None:
    """Whoever imports knows their files; the database's names mean nothing to them."""
    told = "\n".join(report_lines(office.imports(SMALL)))
    for words in ("clients ", "cases ", "cases' links to clients ", "children ", "representatives' links to clients "):
        assert f"\n  {words}" in told
    assert "_" not in told


def test_who_is_imported_is_found_by_their_words(office: Office) -> None:
    """R-POP-3: names, PAYE references and telephone numbers as they are now, none of what was or has gone."""

    def words(kind: str, table: str, key: str, reference: str) -> set[object]:
        query = f"""SELECT word FROM record_word JOIN {table} ON record_id = {table}_id
            WHERE kind = '{kind}' AND {key} = '{reference}'"""  # noqa: S608 - our own names
        return {word for (word,) in office.rows(query)}

    clients = "scin,name,brand\n120000009010,Siân O'Instance,cmg\n"
    employers = "ern,name,paye_reference,phone\n340000000011,Drama Bakeries,120/DB 340,+44 1632 960011\n"
    office.imports({"clients": clients, "employers": employers})
    assert words("client", "client", "scin", "120000009010") == {"sian", "oinstance"}
    assert words("employer", "employer", "ern", "340000000011") == {
        "drama",
        "bakeries",
        "paye:120db340",
        "tel:01632960011",
    }
    office.imports({"clients": clients.replace("Siân", "Rita")})
    assert words("client", "client", "scin", "120000009010") == {"rita", "oinstance"}
    office.imports({"employers": "ern,name\n340000000011,Drama\n", "employer_agents": "earn,name\n"}, replace=True)
    assert words("employer", "employer", "ern", "340000000011") == {"drama"}
    assert office.rows("SELECT count(*) FROM record_word WHERE kind = 'employer'") == [(1,)]


def test_a_number_once_given_is_not_given_again(office: Office) -> None:
    """Calls of the past keep the number of their client: it never comes to mean somebody else."""
    office.imports(SMALL)
    (given,) = office.rows("SELECT max(client_id) FROM client")[0]
    clients = "scin,name,brand\n120000009010,Rita Instance,cmg\n"
    alone = {
        "clients": clients,
        "cases": "number,opened_on,brand,rp,owner\n900000090001,2020-02-03,cmg,120000009010,7901\n",
        "representatives": "trn,name\n",
    }
    office.imports(alone, replace=True)
    office.imports({"clients": clients + "120000009036,Nia Later,cmg\n"})
    (later,) = office.rows("SELECT client_id FROM client WHERE scin = '120000009036'")[0]
    assert isinstance(later, int)
    assert isinstance(given, int)
    assert later > given


def test_the_staging_file_is_gone_afterwards(office: Office) -> None:
    """It holds personal data: removed after an import and after a refusal."""
    office.imports(SMALL)
    office.refused({"clients": "scin,name,brand\n1,A,cmg\n"})
    assert [path.name for path in office.folder.glob("import-*")] == []


def test_staff_are_found_in_the_phonebook_and_may_be_of_operations(office: Office) -> None:
    """R-XFER-1: by the words of their names, old words no more; operations is a role like the others."""
    header = "staff_number,name,team,role\n"
    office.imports({"agents": header + "7950,Olwen Model,GICH 1,operations\n"})
    words = "SELECT word FROM record_word WHERE kind = 'agent' AND word IN ('olwen', 'model', 'query') ORDER BY word"
    assert office.rows(words) == [("model",), ("olwen",)]
    assert office.rows("SELECT role FROM agent WHERE staff_number = '7950'") == [("operations",)]
    office.imports({"agents": header + "7950,Olwen Query,GICH 1,operations\n"})
    assert office.rows(words) == [("olwen",), ("query",)]
    (mistake,) = office.refused({"agents": header + "7951,Olwen Model,GICH 1,boss\n"})
    assert "expected one of agent, team_leader, operations" in mistake

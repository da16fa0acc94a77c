"""Sample data: invented people, so that a first call finds a record and a caseworker."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Final

from argon2 import PasswordHasher
from sqlalchemy import Connection, Table, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from ivr.domain.agents import AgentState
from ivr.domain.phones import sip_ha1
from ivr.domain.security import Question, SecretKind, Secrets
from ivr.errors import StoreError
from ivr.records.held_secrets import put, seal
from ivr.records.index import index_all
from ivr.records.secret_keys import SecretKeys
from ivr.store import tables as t
from ivr.store.migrate import unhurried

SEGMENTS: Final = ("Maintenance", "Enforcement", "Applications", "GICH", "Employer", "Welsh")
TEAMS: Final = (
    ("Maintenance 1", "Maintenance", "7101"),
    ("Maintenance 2", "Maintenance", "7101"),
    ("Enforcement 1", "Enforcement", "7101"),
    ("Applications 1", "Applications", "7102"),
    ("GICH 1", "GICH", "7102"),
    ("Third Party", "GICH", "7102"),
    ("Employer 1", "Employer", "7102"),
    ("Welsh 1", "Welsh", "7102"),
)
AGENTS: Final = (
    ("7001", "Megan Price", "Maintenance 1", "agent"),
    ("7002", "Daniel Okafor", "Maintenance 1", "agent"),
    ("7003", "Sian Bowen", "Maintenance 2", "agent"),
    ("7004", "Priya Nair", "Enforcement 1", "agent"),
    ("7005", "Tom Ashworth", "Enforcement 1", "agent"),
    ("7006", "Grace Adeyemi", "Applications 1", "agent"),
    ("7007", "Owen Parry", "Applications 1", "agent"),
    ("7008", "Laura Whitfield", "GICH 1", "agent"),
    ("7009", "Imran Sheikh", "Third Party", "agent"),
    ("7010", "Helen Crossley", "Employer 1", "agent"),
    ("7011", "Marcus Bell", "Employer 1", "agent"),
    ("7012", "Carys Llewellyn", "Welsh 1", "agent"),
    ("7101", "Ruth Hargreaves", "Maintenance 1", "team_leader"),
    ("7102", "Alun Griffiths", "GICH 1", "team_leader"),
)
CLIENTS: Final = (
    (1, "120000000019", "Jane Example", "cmg"),
    (2, "120000000027", "Amina Sample", "cmg"),
    (3, "120000000035", "Peter Specimen", "cmg"),
    (4, "120000000043", "Chris Duplicate", "cmg"),
    (5, "120000000051", "Nora Unassigned", "cmg"),
    (6, "120000000069", "Sean Illustration", "nicms"),
    (7, "120000000077", "Tess Lookalike", "cmg"),
    (8, "120000000085", "Vera Formerly", "cmg"),
    (9, "120000000093", "Gwen Mirror", "cmg"),
)
"""Client, SCIN, name, brand. Tess has twins in two cases of two owners, Gwen in two of one owner; Vera's is closed."""
M1: Final = "Maintenance 1"
M2: Final = "Maintenance 2"
E1: Final = "Enforcement 1"
CASES: Final = (
    # case, number, opened, owner, team, brand, ((client, role), …), ((child, born), …)
    (1, "900000004471", date(2019, 5, 14), "7001", M1, "cmg", ((1, "rp"),), (("Ella", date(2014, 6, 2)),)),
    (2, "900000005102", date(2016, 2, 1), "7001", M1, "cmg", ((2, "rp"),), (("Zara", date(2012, 3, 14)),)),
    (3, "900000006240", date(2017, 9, 20), "7003", M2, "cmg", ((2, "rp"),), (("Idris", date(2015, 11, 2)),)),
    (4, "900000009120", date(2020, 1, 8), "7004", E1, "cmg", ((2, "rp"),), (("Maya", date(2018, 6, 30)),)),
    (5, "900000007003", date(2018, 3, 3), "7002", M1, "cmg", ((3, "pp"),), (("Leo", date(2013, 8, 9)),)),
    (6, "900000007881", date(2021, 7, 19), "7002", M1, "cmg", ((3, "pp"),), (("Ivy", date(2019, 4, 27)),)),
    (7, "900000008015", date(2017, 6, 6), "7003", M2, "cmg", ((4, "rp"),), (("Finn", date(2011, 1, 23)),)),
    (8, "900000008512", date(2022, 10, 11), "7005", E1, "cmg", ((4, "pp"),), (("Rosa", date(2016, 12, 5)),)),
    (9, "900000008777", date(2023, 4, 4), None, M2, "cmg", ((5, "rp"),), (("Theo", date(2020, 2, 29)),)),
    (10, "900000009333", date(2018, 11, 30), "7004", E1, "nicms", ((6, "rp"),), (("Aoife", date(2013, 5, 17)),)),
    (11, "900000010101", date(2019, 2, 11), "7001", M1, "cmg", ((7, "rp"),),
        (("Ben", date(2011, 9, 9)), ("Poppy", date(2015, 4, 1)))),
    (12, "900000010218", date(2020, 5, 20), "7004", E1, "cmg", ((7, "rp"),),
        (("Lily", date(2011, 9, 9)), ("Jude", date(2016, 7, 7)))),
    (13, "900000010325", date(2018, 8, 14), "7002", M1, "cmg", ((9, "rp"),), (("Noah", date(2012, 12, 12)),)),
    (14, "900000010432", date(2019, 10, 3), "7002", M1, "cmg", ((9, "rp"),), (("Nell", date(2012, 12, 12)),)),
    (15, "900000010549", date(2021, 3, 25), "7005", E1, "cmg", ((9, "rp"),), (("Hugo", date(2018, 3, 3)),)),
    (16, "900000010656", date(2015, 1, 19), "7003", M2, "cmg", ((8, "rp"),), (("Erin", date(2005, 10, 8)),)),
)  # fmt: skip
CLOSED_ON: Final = {16: date(2023, 10, 8)}
"""The cases that are closed."""
EMPLOYERS: Final = (
    (1, "340000000011", "Drama Bakeries Ltd", "120/DB340", "01632 960011", "7010",
        "1 Stage Door Lane", "ZZ1 1DB", "payroll@drama-bakeries.example"),
    (2, "340000000029", "Fictional Freight plc", "120/FF529", "01632 960029", None,
        "22 Storyline Road", "ZZ2 2FF", "payroll@fictional-freight.example"),
    (3, "440000000018", "Invented Mills Ltd", "440/IM081", "03069 990044", None, None, None, None),
)  # fmt: skip
"""The last one's number begins with 4, as the Welsh offer's key does."""

REQUIREMENTS: Final = (
    ("client", 2, "Polish", False, None, None),
    ("client", 6, None, False, None, "Large print"),
    ("client", 9, None, True, "14:00", None),
    ("employer", 1, None, False, "10:30", None),
)
"""Kind, record, interpreter, face to face, preferred time, alternative format."""


SECRETS: Final[tuple[tuple[SecretKind, int, str, str, tuple[str, ...]], ...]] = (
    ("client", 1, "4071926", "green kettle",
        ("Meadow Lane", "Biscuit", "paper round", "The Paper Boat", "shepherd's pie", "the lighthouse", "lantern")),
    ("client", 2, "8350417", "silver umbrella",
        ("Hilltop", "Mango", "librarian", "The Brass Bird", "dal", "the botanic garden", "compass")),
    ("client", 6, "2609538", "wooden compass",
        ("Harbour View", "Captain", "barista", "The Giant's Stair", "potato bread", "the causeway", "thimble")),
    ("representative", 1, "5918240", "quiet library",
        ("Orchard Street", "Pepper", "clerk", "The Long Winter", "fish and chips", "the old mill", "anchor")),
)  # fmt: skip
"""Whose security check can be tried: kind, record, PIN, password, answers in the order of the questions. For the others
it is their first contact."""


def load(url: str, password: str, keys: SecretKeys | None = None) -> bool:
    """Load the sample into the empty database at ``url``; everyone's password is ``password``. False if not empty.

    Raises StoreError when the database cannot be reached or refuses.
    """
    try:
        return unhurried(url, lambda sql: fill(sql, password, datetime.now(UTC), keys))
    except (SQLAlchemyError, OSError) as error:
        raise StoreError(f"the sample could not be loaded: {error}") from error


def pin(password: str) -> str:
    """The sample people's PIN, for feature codes: six digits made from their password."""
    return f"{int(hashlib.sha256(f'PIN {password}'.encode()).hexdigest(), 16) % 10**6:06}"


def email(name: str) -> str:
    """A sample colleague's address, which no mail reaches."""
    return f"{name.lower().replace(' ', '.')}@helpline.example"


def fill(sql: Connection, password: str, now: datetime, keys: SecretKeys | None = None) -> bool:
    """Insert the sample within a transaction unless somebody is there already. Whether it was inserted.

    ``keys``: what callers' secrets are kept under; without any, it is everybody's first contact.
    """
    if sql.scalar(select(func.count()).select_from(t.agent)):
        return False
    _people(sql, password, now)
    _cases(sql)
    _employers_and_representatives(sql)
    columns = "kind record_id interpreter face_to_face preferred_time alternative_format"
    _rows(sql, t.contact_requirement, columns, REQUIREMENTS)
    if keys is not None:
        _secrets(sql, keys, now)
    index_all(sql)
    return True


def _secrets(sql: Connection, keys: SecretKeys, now: datetime) -> None:
    for kind, record_id, digits, word, answers in SECRETS:
        wanted = Secrets(digits, word, dict(zip(Question, answers, strict=True)))
        put(sql, kind, record_id, seal(wanted, keys.current, PasswordHasher()), None, now)


def _agent_ids() -> dict[str | None, int | None]:
    return {None: None} | {staff: number for number, (staff, *_) in enumerate(AGENTS, start=1)}


def _rows(sql: Connection, table: Table, columns: str, values: object) -> None:
    names = columns.split()
    sql.execute(insert(table), [dict(zip(names, row, strict=True)) for row in values])  # type: ignore[attr-defined]


def _people(sql: Connection, password: str, now: datetime) -> None:
    hashed, pin_hashed = PasswordHasher().hash(password), PasswordHasher().hash(pin(password))
    ids = _agent_ids()
    segment_of = {name: segment for name, segment, _leader in TEAMS}
    _rows(sql, t.segment, "name", [(name,) for name in SEGMENTS])
    _rows(sql, t.team, "name segment leader", TEAMS)
    _rows(
        sql,
        t.agent,
        "agent_id staff_number name role team password_hash sip_ha1 pin_hash email",
        [
            (ids[s], s, name, role, team, hashed, sip_ha1(s, password), pin_hashed, email(name))
            for s, name, team, role in AGENTS
        ],
    )
    _rows(
        sql,
        t.agent_live,
        "agent_id staff_number team segment state since",
        [(ids[s], s, team, segment_of[team], AgentState.LOGGED_OUT.value, now) for s, _name, team, _role in AGENTS],
    )


def _cases(sql: Connection) -> None:
    ids = _agent_ids()
    _rows(sql, t.client, "client_id scin name brand", CLIENTS)
    _rows(
        sql,
        t.case_file,
        "case_id number opened_on closed_on owner_id team brand",
        [
            (case, number, opened, CLOSED_ON.get(case), ids[owner], team, brand)
            for case, number, opened, owner, team, brand, *_ in CASES
        ],
    )
    _rows(
        sql,
        t.case_party,
        "case_id client_id role",
        [(row[0], client, role) for row in CASES for client, role in row[6]],
    )
    _rows(
        sql,
        t.child,
        "case_id name born_on kind",
        [(row[0], name, born, "qc") for row in CASES for name, born in row[7]],
    )


def _employers_and_representatives(sql: Connection) -> None:
    ids = _agent_ids()
    _rows(
        sql,
        t.employer,
        "employer_id ern name paye_reference phone manager_id address_line postcode email",
        [(*row[:5], ids[row[5]], *row[6:]) for row in EMPLOYERS],
    )
    _rows(sql, t.employer_agent, "employer_agent_id earn name", [(1, "340000000037", "Imaginary Payroll Services")])
    _rows(sql, t.employer_agent_acts_for, "employer_agent_id employer_id", [(1, 1), (1, 2)])
    _rows(sql, t.representative, "representative_id trn name", [(1, "560000000013", "Model Advice Centre")])
    _rows(sql, t.representative_acts_for, "representative_id client_id", [(1, 1), (1, 2)])

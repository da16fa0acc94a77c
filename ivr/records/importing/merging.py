"""What is on record brought to what the files say, in the staging file alone; fixed SQL, in order.

A record that a file names is as the row says; the others stay, unless they are to be replaced. A case's parties and a
listed case's children are those of the file, all of them. The team of a case is its owner's (R-CASE-7).
"""

from __future__ import annotations

from typing import Final

from ivr.records.importing.staging import Staging

NO_PASSWORD: Final = "!"  # noqa: S105 - the opposite of one: no password has this hash
"""The hash of an agent who cannot log in yet."""
_NEW_PASSWORDS: Final = """UPDATE agent SET sip_ha1 = f.password, password_hash = ''
    FROM file_agents f WHERE f.staff_number = agent.staff_number AND f.password IS NOT NULL
    AND f.password <> agent.sip_ha1"""
_STAFF: Final = (
    "INSERT INTO segment (name) SELECT segment FROM file_segments WHERE true ON CONFLICT DO NOTHING",
    """INSERT INTO team (name, segment, leader) SELECT team, segment, leader FROM file_teams WHERE true
    ON CONFLICT (name) DO UPDATE SET segment = excluded.segment, leader = excluded.leader""",
    f"""INSERT INTO agent (staff_number, name, role, team, password_hash, sip_ha1, email)
    SELECT staff_number, name, coalesce(role, 'agent'), team, '{NO_PASSWORD}', lower(hex(randomblob(16))), email
    FROM file_agents WHERE true
    ON CONFLICT (staff_number) DO UPDATE SET name = excluded.name, role = excluded.role, team = excluded.team,
    email = excluded.email""",  # noqa: S608 - a fixed text
    _NEW_PASSWORDS,
    "DELETE FROM agent_live",
    """INSERT INTO agent_live (agent_id, staff_number, team, segment)
    SELECT a.agent_id, a.staff_number, a.team, t.segment FROM agent a JOIN team t ON t.name = a.team""",
)
"""A phone whose account has no password gets a digest that nobody knows."""
_CLIENTS: Final = (
    """INSERT INTO client (scin, name, brand) SELECT scin, name, brand FROM file_clients WHERE true
    ON CONFLICT (scin) DO UPDATE SET name = excluded.name, brand = excluded.brand""",
    """INSERT INTO case_file (number, opened_on, closed_on, owner_id, team, brand)
    SELECT f.number, f.opened_on, f.closed_on, a.agent_id, coalesce(a.team, f.team, g.team), f.brand
    FROM file_cases f LEFT JOIN file_case_groups g ON g.case_group = f.case_group
    LEFT JOIN agent a ON a.staff_number = coalesce(f.owner, g.owner) WHERE true
    ON CONFLICT (number) DO UPDATE SET opened_on = excluded.opened_on, closed_on = excluded.closed_on,
    owner_id = excluded.owner_id, team = excluded.team, brand = excluded.brand""",
    """UPDATE case_file SET team = a.team FROM agent a
    WHERE a.agent_id = case_file.owner_id AND a.team <> case_file.team""",
    """DELETE FROM case_party
    WHERE case_id IN (SELECT c.case_id FROM file_cases f JOIN case_file c ON c.number = f.number)""",
    *(
        f"""INSERT INTO case_party (case_id, client_id, role)
        SELECT c.case_id, k.client_id, '{role}' FROM file_cases f
        JOIN case_file c ON c.number = f.number JOIN client k ON k.scin = f.{role}"""  # noqa: S608 - two fixed words
        for role in ("rp", "pp")
    ),
)
_CHILDREN: Final = (
    """DELETE FROM child
    WHERE case_id IN (SELECT c.case_id FROM file_children f JOIN case_file c ON c.number = f.case_number)
    AND NOT EXISTS (SELECT 1 FROM case_file c JOIN file_children f ON f.case_number = c.number
        WHERE c.case_id = child.case_id AND f.name = child.name AND f.born_on = child.born_on)""",
    """UPDATE child SET kind = coalesce(f.kind, 'qc') FROM file_children f JOIN case_file c ON c.number = f.case_number
    WHERE c.case_id = child.case_id AND f.name = child.name AND f.born_on = child.born_on""",
    """INSERT INTO child (case_id, name, born_on, kind)
    SELECT c.case_id, f.name, f.born_on, coalesce(f.kind, 'qc')
    FROM file_children f JOIN case_file c ON c.number = f.case_number
    WHERE NOT EXISTS (SELECT 1 FROM child h
        WHERE h.case_id = c.case_id AND h.name = f.name AND h.born_on = f.born_on)""",
)
_EMPLOYERS: Final = (
    """INSERT INTO employer (ern, name, paye_reference, phone, manager_id, address_line, postcode, email)
    SELECT f.ern, f.name, f.paye_reference, f.phone, a.agent_id, f.address_line, f.postcode, f.email
    FROM file_employers f LEFT JOIN agent a ON a.staff_number = f.account_manager WHERE true
    ON CONFLICT (ern) DO UPDATE SET name = excluded.name, paye_reference = excluded.paye_reference,
    phone = excluded.phone, manager_id = excluded.manager_id, address_line = excluded.address_line,
    postcode = excluded.postcode, email = excluded.email""",
    """INSERT INTO employer_agent (earn, name) SELECT earn, name FROM file_employer_agents WHERE true
    ON CONFLICT (earn) DO UPDATE SET name = excluded.name""",
    """DELETE FROM employer_agent_acts_for WHERE employer_agent_id IN (SELECT e.employer_agent_id
        FROM file_employer_agents f JOIN employer_agent e ON e.earn = f.earn)""",
    """INSERT INTO employer_agent_acts_for (employer_agent_id, employer_id)
    SELECT e.employer_agent_id, m.employer_id FROM list_employer_agents l
    JOIN file_employer_agents f ON f.line = l.line JOIN employer_agent e ON e.earn = f.earn
    JOIN employer m ON m.ern = l.value""",
)
_REPRESENTATIVES: Final = (
    """INSERT INTO representative (trn, name, employer_id) SELECT f.trn, f.name, m.employer_id
    FROM file_representatives f LEFT JOIN employer m ON m.ern = f.ern WHERE true
    ON CONFLICT (trn) DO UPDATE SET name = excluded.name, employer_id = excluded.employer_id""",
    """DELETE FROM representative_acts_for WHERE representative_id IN (SELECT r.representative_id
        FROM file_representatives f JOIN representative r ON r.trn = f.trn)""",
    """INSERT INTO representative_acts_for (representative_id, client_id)
    SELECT r.representative_id, k.client_id FROM list_representatives l
    JOIN file_representatives f ON f.line = l.line JOIN representative r ON r.trn = f.trn
    JOIN client k ON k.scin = l.value""",
)
_REPLACE: Final = {
    "clients": ("DELETE FROM client WHERE scin NOT IN (SELECT scin FROM file_clients)",),
    "cases": (
        "DELETE FROM case_file WHERE number NOT IN (SELECT number FROM file_cases)",
        "DELETE FROM case_party WHERE case_id NOT IN (SELECT case_id FROM case_file)",
        "DELETE FROM child WHERE case_id NOT IN (SELECT case_id FROM case_file)",
    ),
    "children": (
        """DELETE FROM child WHERE case_id NOT IN
        (SELECT c.case_id FROM file_children f JOIN case_file c ON c.number = f.case_number)""",
    ),
    "employers": (
        "DELETE FROM employer WHERE ern NOT IN (SELECT ern FROM file_employers)",
        "UPDATE representative SET employer_id = NULL WHERE employer_id NOT IN (SELECT employer_id FROM employer)",
    ),
    "employer_agents": (
        "DELETE FROM employer_agent WHERE earn NOT IN (SELECT earn FROM file_employer_agents)",
        """DELETE FROM employer_agent_acts_for
        WHERE employer_agent_id NOT IN (SELECT employer_agent_id FROM employer_agent)""",
    ),
    "representatives": (
        "DELETE FROM representative WHERE trn NOT IN (SELECT trn FROM file_representatives)",
        """DELETE FROM representative_acts_for
        WHERE representative_id NOT IN (SELECT representative_id FROM representative)""",
    ),
}
"""Kinds whose records may go. Staff stay: calls and states of the past are theirs."""


def merge(staging: Staging, *, replace: bool) -> None:
    """Bring the staged records to what is wanted. Call it only when `checks.of_files` found nothing."""
    for statement in (*_STAFF, *_CLIENTS, *_CHILDREN, *_EMPLOYERS, *_REPRESENTATIVES):
        staging.sql.execute(statement)
    if replace:
        for kind, statements in _REPLACE.items():
            if kind in staging.files:
                for statement in statements:
                    staging.sql.execute(statement)

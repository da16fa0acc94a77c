"""The files that can be imported: for each kind of record its columns and what their cells may hold.

A row states its whole record; an empty cell says that there is no such value. ``docs/records.md`` says it in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from ivr.domain.numbers import national
from ivr.domain.oversight import Role

_NAMES_MARKS: Final = frozenset('"<>;\\')
"""What may not stand in a name that a phone's display shows (``ivr.pbx.conf`` refuses it too)."""
_TELEPHONE: Final = re.compile(r"\+?[0-9][0-9 ()-]{3,18}")
_ADDRESS: Final = re.compile(
    r"(?=.{3,254}$)[0-9A-Za-z.!#$%&'*+/=?^_`{|}~-]{1,64}@[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?"
)
_IS_POSTCODE: Final = re.compile(r"(?=.{2,10}$)[0-9A-Za-z]+(?: [0-9A-Za-z]+)?")
_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Format:
    """What a cell may hold: the rule, and the words for who wrote it wrong."""

    expected: str
    fits: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``refers_to``: the kind whose key it names; ``many``: several of them, with spaces between."""

    name: str
    format: Format
    required: bool = True
    refers_to: str | None = None
    many: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: the file ``<name>.csv``; the columns ``key`` name one record, and no two rows have the same."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.name}.csv"

    @property
    def single(self) -> tuple[Column, ...]:
        """The columns with one value in a cell."""
        return tuple(column for column in self.columns if not column.many)

    @property
    def several(self) -> tuple[Column, ...]:
        """The columns with a list in a cell."""
        return tuple(column for column in self.columns if column.many)


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many digits references have (R-DTMF-1; ``dialplan/queues.toml``)."""

    scin: int = 12
    ern: int = 12
    trn: int = 12


def kinds(lengths: Lengths) -> tuple[Kind, ...]:
    """Every kind, those that others refer to first."""
    return (*_staff(), *_clients(lengths.scin), *_employers(lengths.ern), _representatives(lengths))


def _words(most: int) -> Format:
    return Format(
        f"1 to {most} printable characters, no spaces around them, none of {' '.join(sorted(_NAMES_MARKS))}",
        lambda text: len(text) <= most and text.isprintable() and text == text.strip() and not _NAMES_MARKS & set(text),
    )


def _digits(fewest: int, most: int) -> Format:
    pattern = re.compile(f"[0-9]{{{fewest},{most}}}")
    count = str(most) if fewest == most else f"{fewest} to {most}"
    return Format(f"{count} digits", lambda text: pattern.fullmatch(text) is not None)


def _one_of(*words: str) -> Format:
    return Format(f"one of {', '.join(words)}", lambda text: text in words)


def _is_date(text: str) -> bool:
    if _ISO_DATE.fullmatch(text) is None:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_telephone(text: str) -> bool:
    return _TELEPHONE.fullmatch(text) is not None and len(national(text)) >= 4


_DATE: Final = Format("a date as 2019-05-14", _is_date)
_PHONE: Final = Format("a telephone number of at most 20 characters", _is_telephone)
_PASSWORD: Final = Format("8 to 200 printable characters", lambda text: 8 <= len(text) <= 200 and text.isprintable())
_PIN: Final = _digits(6, 6)
_EMAIL: Final = Format("an e-mail address", lambda text: _ADDRESS.fullmatch(text) is not None)
_POSTCODE: Final = Format("a post code of at most 10 characters", lambda text: _IS_POSTCODE.fullmatch(text) is not None)
_BRAND: Final = _one_of("cmg", "nicms")
_STAFF: Final = _digits(3, 10)
_CASE: Final = _digits(4, 20)


def _staff() -> tuple[Kind, ...]:
    return (
        Kind("segments", ("segment",), (Column("segment", _words(60)),)),
        Kind(
            "teams",
            ("team",),
            (
                Column("team", _words(60)),
                Column("segment", _words(60), refers_to="segments"),
                Column("leader", _STAFF, required=False, refers_to="agents"),
            ),
        ),
        Kind(
            "agents",
            ("staff_number",),
            (
                Column("staff_number", _STAFF),
                Column("name", _words(120)),
                Column("team", _words(60), refers_to="teams"),
                Column("role", _one_of(*(role.value for role in Role)), required=False),
                Column("password", _PASSWORD, required=False, secret=True),
                Column("pin", _PIN, required=False, secret=True),
                Column("email", _EMAIL, required=False),
            ),
        ),
    )


def _clients(scin_digits: int) -> tuple[Kind, ...]:
    scin = _digits(scin_digits, scin_digits)
    owner = Column("owner", _STAFF, required=False, refers_to="agents")
    team = Column("team", _words(60), required=False, refers_to="teams")
    case_group = _words(60)
    return (
        Kind("clients", ("scin",), (Column("scin", scin), Column("name", _words(120)), Column("brand", _BRAND))),
        Kind("case_groups", ("case_group",), (Column("case_group", case_group), owner, team)),
        Kind(
            "cases",
            ("number",),
            (
                Column("number", _CASE),
                Column("opened_on", _DATE),
                Column("closed_on", _DATE, required=False),
                Column("brand", _BRAND),
                Column("rp", scin, required=False, refers_to="clients"),
                Column("pp", scin, required=False, refers_to="clients"),
                owner,
                team,
                Column("case_group", case_group, required=False, refers_to="case_groups"),
            ),
        ),
        Kind(
            "children",
            ("case_number", "name", "born_on"),
            (
                Column("case_number", _CASE, refers_to="cases"),
                Column("name", _words(120)),
                Column("born_on", _DATE),
                Column("kind", _one_of("qc", "roc"), required=False),
            ),
        ),
    )


def _employers(ern_digits: int) -> tuple[Kind, ...]:
    ern = _digits(ern_digits, ern_digits)
    return (
        Kind(
            "employers",
            ("ern",),
            (
                Column("ern", ern),
                Column("name", _words(120)),
                Column("paye_reference", _words(40), required=False),
                Column("phone", _PHONE, required=False),
                Column("account_manager", _STAFF, required=False, refers_to="agents"),
                Column("address_line", _words(120), required=False),
                Column("postcode", _POSTCODE, required=False),
                Column("email", _EMAIL, required=False),
            ),
        ),
        Kind(
            "employer_agents",
            ("earn",),
            (
                Column("earn", ern),
                Column("name", _words(120)),
                Column("acts_for", ern, required=False, refers_to="employers", many=True),
            ),
        ),
    )


def _representatives(lengths: Lengths) -> Kind:
    return Kind(
        "representatives",
        ("trn",),
        (
            Column("trn", _digits(lengths.trn, lengths.trn)),
            Column("name", _words(120)),
            Column("ern", _digits(lengths.ern, lengths.ern), required=False, refers_to="employers"),
            Column(
                "acts_for",
                _digits(lengths.scin, lengths.scin),
                required=False,
                refers_to="clients",
                many=True,
            ),
        ),
    )

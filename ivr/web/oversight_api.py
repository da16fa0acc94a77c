"""The audit, programs' tokens, and the switches of R-MON-4."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select, text, update

from ivr.domain.oversight import Audited, Deed, Switch, SwitchChanged
from ivr.errors import RequestError
from ivr.store import audit
from ivr.store.oversight import program_token
from ivr.store.ports import Tx
from ivr.store.tables import Instant
from ivr.web import views
from ivr.web.identity import TOKEN_MARK, Person
from ivr.web.models import NoBody, NoQuery
from ivr.web.oversight_models import (
    Audit,
    AuditEntry,
    AuditQuery,
    NewToken,
    Switches,
    TokenBody,
    TokenNow,
    Tokens,
    TurnBody,
)
from ivr.web.problems import Refusal
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply
from ivr.web.sessions import token_hash

_TOKEN_BYTES: Final = 32
_NEW_TOKEN: Final = text(
    """INSERT INTO program_token (name, role, token_hash, made_at, made_by)
    VALUES (:name, :role, :token_hash, :made_at, :made_by) ON CONFLICT (name) DO NOTHING RETURNING token_id"""
).bindparams(bindparam("made_at", type_=Instant()))
_SWITCH: Final = "/api/switches/{name:(?:" + "|".join(Switch) + ")}"
_TOKEN: Final = "/api/tokens/{token_id:[0-9]{1,9}}"  # noqa: S105 - an address


async def switches(ask: Ask[NoBody, NoQuery]) -> Reply:
    """How they stand."""
    return Reply(200, await ask.web.services.store.read(views.switches))


async def turn(ask: Ask[TurnBody, NoQuery]) -> Reply:
    """Turn one; what it is already changes nothing, and is not audited."""
    services = ask.web.services
    await services.store.run(_turn, Switch(ask.path["name"]), ask.body, ask.who, services.now())
    return Reply(200, await services.store.read(views.switches))


async def read_audit(ask: Ask[NoBody, AuditQuery]) -> Reply:
    """The entries asked for."""
    query = ask.query
    kept = await ask.web.services.store.read(audit.read, audit.Wanted(**dict(query)))
    entries = tuple(AuditEntry(audit_id=one.audit_id, **asdict(one.entry)) for one in kept)
    return Reply(200, Audit(entries=entries, before=entries[-1].audit_id if len(entries) == query.limit else None))


async def tokens(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Every token, without itself."""
    return Reply(200, await ask.web.services.store.read(_tokens))


async def make_token(ask: Ask[TokenBody, NoQuery]) -> Reply:
    """A new token for a program; its name must be free."""
    services, token = ask.web.services, TOKEN_MARK + secrets.token_urlsafe(_TOKEN_BYTES)
    made = await services.store.write(_make_token, ask.body, token_hash(token), ask.who, services.now())
    return Reply(201, NewToken(token=token, **dict(made)))


async def revoke_token(ask: Ask[NoBody, NoQuery]) -> Reply:
    """The token is worth nothing from now on; who is connected with it is cut off."""
    services, token_id = ask.web.services, int(ask.path["token_id"])
    hashed = await services.store.write(_revoke_token, token_id, ask.who, services.now())
    if hashed is None:
        raise Refusal(404, "token.unknown", "there is no such token", field="token_id", found=str(token_id))
    ask.web.live.end_session(hashed)
    return Reply(204)


def _turn(tx: Tx, name: Switch, body: TurnBody, who: Person, now: datetime) -> None:
    if tx.is_on(name) is not body.on:
        deed = Deed.SWITCHED_ON if body.on else Deed.SWITCHED_OFF
        tx.turn(name, now, who.actor, is_on=body.on)
        tx.audit(Audited(now, who.actor, deed.value, kind="switch", subject=name.value, why=body.why))
        tx.emit(SwitchChanged(name, body.on, now, who.actor))


def _tokens(sql: Connection) -> Tokens:
    table = program_token
    columns = [table.c[name] for name in TokenNow.model_fields]
    rows = sql.execute(select(*columns).order_by(table.c.name)).mappings()
    return Tokens(tokens=tuple(TokenNow.model_validate(dict(row)) for row in rows))


def _make_token(sql: Connection, body: TokenBody, hashed: str, who: Person, now: datetime) -> TokenNow:
    values = {"name": body.name, "role": body.role, "made_at": now, "made_by": who.actor}
    token_id = sql.scalar(_NEW_TOKEN, values | {"token_hash": hashed})
    if token_id is None:
        raise RequestError("a token of this name was made before; choose another name", error_id="token.name_taken")
    deed = Deed.TOKEN_MADE.value
    audit.note(sql, Audited(now, who.actor, deed, "token", token_id, body.name, why=f"role {body.role}"))
    return TokenNow.model_validate({**values, "token_id": token_id, "revoked_at": None})


def _revoke_token(sql: Connection, token_id: int, who: Person, now: datetime) -> str | None:
    """The token's hash; None when there is no such token. Once revoked it stays so."""
    table = program_token
    row = sql.execute(select(table).where(table.c.token_id == token_id).with_for_update()).first()
    if row is None:
        return None
    if row.revoked_at is None:
        sql.execute(update(table).where(table.c.token_id == token_id).values(revoked_at=now))
        audit.note(sql, Audited(now, who.actor, Deed.TOKEN_REVOKED.value, "token", token_id, row.name))
    return str(row.token_hash)


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "GET",
        "/api/switches",
        "switches",
        "The emergency setting and downtime",
        Auth.EVERYBODY,
        switches,
        {200: Answer("How they stand.", Switches)},
        NoBody,
        NoQuery,
        programs=True,
    ),
    Operation(
        "PUT",
        _SWITCH,
        "turn_switch",
        "Switch the emergency setting or downtime on or off; audited, and told to everybody",
        Auth.TEAM_LEADER,
        turn,
        {200: Answer("How they stand now.", Switches)},
        TurnBody,
        NoQuery,
        examples={"name": "emergency"},
    ),
    Operation(
        "GET",
        "/api/audit",
        "audit",
        "What people and programs did to others and to data, the newest first",
        Auth.OVERSIGHT,
        read_audit,
        {200: Answer("The entries.", Audit)},
        NoBody,
        AuditQuery,
        programs=True,
    ),
    Operation(
        "GET",
        "/api/tokens",
        "tokens",
        "Programs' tokens, without the tokens themselves",
        Auth.OPERATIONS,
        tokens,
        {200: Answer("The tokens.", Tokens)},
        NoBody,
        NoQuery,
    ),
    Operation(
        "POST",
        "/api/tokens",
        "make_token",
        "A token for a program: long-lived, named, bound to a role, shown once",
        Auth.OPERATIONS,
        make_token,
        {201: Answer("The token.", NewToken)},
        TokenBody,
        NoQuery,
        {409: "A token of this name was made before."},
    ),
    Operation(
        "DELETE",
        _TOKEN,
        "revoke_token",
        "Revoke a program's token",
        Auth.OPERATIONS,
        revoke_token,
        {204: Answer("It is worth nothing any more.")},
        NoBody,
        NoQuery,
        examples={"token_id": "1"},
    ),
)

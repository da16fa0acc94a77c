"""Mail as a server gets it: whole, once, in spite of everything (R-CB-9, R-CB-13, R-SEC-4)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from ivr.domain.ids import DocumentId, MailId
from ivr.domain.mails import GIVES_UP_AFTER, Mail, Mailbox, MailRules
from ivr.errors import RequestError
from ivr.letters.templates import Sheet
from ivr.mail.attached import PrintedDocuments
from ivr.mail.message import message_id
from ivr.mail.sender import SERVER_PAUSES_S, MailSender
from ivr.records import mails, outgoing_mails
from ivr.store import tables as t
from ivr.store.engine import SqlStore
from tests.integration.mail.conftest import RULES, START, Clock, sender
from tests.integration.mail.smtp_server import MailServer, hangs_up, says_nothing

SAR = Mail(Mailbox.SAR, "Pro forma: Zoë", "Rings again on Friday.\n.\nA line, and Ŵyn.\n")


async def post(store: SqlStore, wanted: Mail, clock: Clock) -> MailId:
    return await store.write(mails.post, wanted, clock())


async def row(store: SqlStore, mail_id: str) -> Any:
    return await store.read(lambda sql: sql.execute(select(t.mail).where(t.mail.c.mail_id == mail_id)).one())


async def test_a_mail_arrives_as_it_was_written(store: SqlStore, server: MailServer, clock: Clock) -> None:
    """R-CB-13: sender, mailbox, words in any language, a lone dot in the text; and it is known to have gone."""
    mail_id = await post(store, SAR, clock)
    node = sender(store, server, clock)
    await node.look()
    (got,) = server.inbox.mails
    assert (server.inbox.senders, server.inbox.recipients) == ([RULES.sender], ["subject-access@helpline.example"])
    assert got["Subject"] == "Pro forma: Zoë"
    assert got.get_content().replace("\r\n", "\n") == SAR.body
    assert got["Message-ID"] == message_id(mail_id)
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Date"].datetime == START
    kept = await row(store, mail_id)
    assert (kept.sent_at, kept.next_try_at, kept.claim, kept.tries) == (START, None, None, 1)
    await node.look()
    assert len(server.inbox.mails) == 1


async def test_an_urgent_one_goes_first_to_a_person_too(store: SqlStore, server: MailServer, clock: Clock) -> None:
    """R-SEC-4, R-CB-10: a priority report overtakes, and is marked so; an address is taken as it is."""
    await post(store, SAR, clock)
    await post(store, Mail("megan.price@helpline.example", "Urgent", "Now.", priority=True), clock)
    await sender(store, server, clock).look()
    assert server.inbox.recipients == ["megan.price@helpline.example", "subject-access@helpline.example"]
    assert [one["Importance"] for one in server.inbox.mails] == ["high", None]


async def test_a_greylisting_server_gets_it_later(store: SqlStore, server: MailServer, clock: Clock) -> None:
    """A refusal puts one mail off, the others go; the pause grows; what the server wrote is not kept."""
    first = await post(store, SAR, clock)
    clock.at += timedelta(seconds=1)
    await post(store, Mail("owen.parry@helpline.example", "Other", "Goes."), clock)
    server.inbox.answers.extend(["451 4.7.1 <subject-access@helpline.example>: greylisted"])
    node = sender(store, server, clock)
    await node.look()
    assert server.inbox.recipients == ["owen.parry@helpline.example"]
    kept = await row(store, first)
    assert kept.fault == "addressing: 451 4.7.1"
    assert kept.next_try_at == clock.at + timedelta(minutes=1)
    server.inbox.answers.append("451 4.7.1 still")
    clock.at = kept.next_try_at
    await node.look()
    assert (await row(store, first)).next_try_at == clock.at + timedelta(minutes=2)
    clock.at += timedelta(minutes=2)
    await node.look()
    assert server.inbox.recipients[-1] == "subject-access@helpline.example"


@pytest.mark.parametrize("misdeed", [hangs_up, says_nothing])
async def test_an_answer_that_is_lost_is_told_and_the_mail_goes_again_the_same(
    store: SqlStore, server: MailServer, clock: Clock, misdeed: Any
) -> None:
    """Never lost: the server took it and its answer was lost; the second is the same text with the same Message-ID."""
    mail_id = await post(store, SAR, clock)
    server.inbox.keep_then(misdeed)
    node = sender(store, server, clock)
    await node.look()
    assert (await store.read(outgoing_mails.count)).unsure == 1
    assert [one.unsure for one in await store.read(outgoing_mails.listed)] == [True]
    clock.at = (await row(store, mail_id)).next_try_at
    await node.look()
    assert len(server.inbox.texts) == 2
    assert server.inbox.texts[0] == server.inbox.texts[1]
    assert (await row(store, mail_id)).sent_at == clock.at
    assert await store.read(outgoing_mails.count) == outgoing_mails.Waiting()


async def test_a_server_that_is_away_costs_no_mail_its_turn(store: SqlStore, server: MailServer, clock: Clock) -> None:
    """The server down: everything stays due, the pause grows, and all goes as soon as it is back."""
    ids = [await post(store, SAR, clock) for _ in range(3)]
    await server.down()
    node = sender(store, server, clock)
    assert [await node.look() for _ in range(5)] == [*SERVER_PAUSES_S, SERVER_PAUSES_S[-1]]
    for mail_id in ids:
        assert (await row(store, mail_id)).tries == 0
    await server.up()
    await node.look()
    assert len(server.inbox.mails) == 3


async def test_two_nodes_send_each_mail_once(store: SqlStore, server: MailServer, clock: Clock) -> None:
    """Never twice: several nodes at one database, each mail claimed by one of them."""
    ids = {await post(store, SAR, clock) for _ in range(20)}
    await asyncio.gather(*(sender(store, server, clock).look() for _ in range(4)))
    assert sorted(one["Message-ID"] for one in server.inbox.mails) == sorted(map(message_id, ids))


async def test_a_node_that_died_leaves_its_mail_to_another(store: SqlStore, server: MailServer, clock: Clock) -> None:
    """Never lost: a claim ends by itself; who comes back to it behind its end may not hand it over any more."""
    mail_id = await post(store, SAR, clock)
    await store.write(outgoing_mails.claim, "the dead one", clock())
    node = sender(store, server, clock)
    await node.look()
    assert server.inbox.mails == []
    clock.at += outgoing_mails.LEASE
    await node.look()
    assert len(server.inbox.mails) == 1
    assert not await store.write(outgoing_mails.offer, mail_id, "the dead one", clock())


async def test_one_that_lost_its_claim_keeps_the_text_to_itself(
    store: SqlStore, server: MailServer, clock: Clock
) -> None:
    """Never twice: the claim is looked at again when all but the text is settled."""
    await post(store, SAR, clock)
    node = sender(store, server, clock)
    plain = server.inbox.handle_RCPT

    async def slow(*args: Any) -> str:
        await store.write(lambda sql: sql.execute(update(t.mail).values(claim="another")))
        return await plain(*args)

    server.inbox.handle_RCPT = slow  # type: ignore[method-assign,assignment]
    await node.look()
    assert server.inbox.mails == []


async def test_it_is_given_up_after_days_and_can_be_taken_up_again(
    store: SqlStore, server: MailServer, clock: Clock
) -> None:
    """What is refused for days is given up, counted and listed without its address; operations have it tried anew."""
    mail_id = await post(store, Mail("owen.parry@helpline.example", "Other", "Goes."), clock)
    node = sender(store, server, clock)
    server.inbox.answers.extend(["550 5.1.1 no such user"] * 2)
    await node.look()
    clock.at += GIVES_UP_AFTER
    await node.look()
    assert await store.read(outgoing_mails.count) == outgoing_mails.Waiting(gave_up=1)
    (told,) = await store.read(outgoing_mails.listed)
    assert (told.state, told.to, told.fault) == (
        "gave up",
        "a person at helpline.example",
        "addressing: 550 5.1.1",
    )
    await node.look()
    assert server.inbox.mails == []
    assert await store.write(outgoing_mails.retry, mail_id, clock()) == 1
    await node.look()
    assert len(server.inbox.mails) == 1
    assert await store.write(outgoing_mails.retry, None, clock()) == 0


async def test_a_mailbox_without_an_address_waits(store: SqlStore, server: MailServer, clock: Clock) -> None:
    """office.toml has no address: the fault says which; it goes when operations have written one."""
    mail_id = await post(store, SAR, clock)
    await sender(store, server, clock, MailRules("helpline@helpline.example")).look()
    kept = await row(store, mail_id)
    assert kept.fault == "office.toml: mailboxes.sar is missing"
    clock.at = kept.next_try_at
    await sender(store, server, clock).look()
    assert len(server.inbox.mails) == 1


async def test_a_document_goes_along_as_pdf_or_is_named(store: SqlStore, server: MailServer, clock: Clock) -> None:
    """R-SEC-4: the form goes with the report; where it cannot be made, the text names it."""
    document_id = DocumentId("d0000000000000001")
    values: dict[str, object] = {
        "document_id": document_id,
        "form": "CMSF5550",
        "status": "draft",
        "brand": "cmg",
        "language": "en",
    }
    values |= {"large_print": False, "fields": {}, "made_at": START}
    await store.write(lambda sql: sql.execute(t.document.insert().values(values)))
    report = Mail(Mailbox.SAR, "Report", "See the form.", attached=document_id)
    for attach in (PrintedDocuments(store, _printed, clock), PrintedDocuments(store, _not_printed, clock)):
        await post(store, report, clock)
        await MailSender(store, server.address, clock, lambda: RULES, attach).look()
    first, second = server.inbox.mails
    (part,) = first.iter_attachments()
    assert (part.get_content_type(), part.get_filename(), part.get_content()) == (
        "application/pdf",
        "CMSF5550.pdf",
        b"%PDF-1.7 CMSF5550",
    )
    assert document_id in second.get_content()


async def test_the_task_settles_what_it_hands_over_when_it_is_stopped(
    store: SqlStore, server: MailServer, clock: Clock
) -> None:
    """A service that stops in the middle of a mail waits for the server's word, so that the next does not repeat it."""
    mail_id = await post(store, SAR, clock)
    handed, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_server: object) -> str:
        handed.set()
        await go_on.wait()
        return "250 OK"

    server.inbox.keep_then(slow)
    task = asyncio.create_task(sender(store, server, clock).run())
    await handed.wait()
    task.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await row(store, mail_id)).sent_at == START


async def _printed(sheet: Sheet) -> bytes:
    return b"%PDF-1.7 " + sheet.form.value.encode()


async def _not_printed(_sheet: Sheet) -> bytes:
    raise RequestError("a template is broken", error_id="letters.not_printed")

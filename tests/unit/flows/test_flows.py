"""Every way through the menu and the SCIN, as a caller goes it: what is heard, where the call queues, what opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ivr.domain.cases import Client, OpenCase
from ivr.domain.events import CallEnd, CallState
from ivr.domain.ids import AgentId, CaseId, ClientId, Language
from ivr.domain.lines import WelshOffer
from ivr.flows.services import Rules, WaitRules
from tests.unit.acd.world import GENERALIST, MATE, OWNER, WELSH
from tests.unit.fake_pbx import Phone
from tests.unit.small_helpline import APPLICATIONS_LINE, EMPLOYERS, GENERAL, LINES, WELSH_LINE, SmallHelpline
from tests.unit.virtual_time import now, run_virtual

SCIN, UNKNOWN = "120000000019", "999999999999"
OWNERS = ["agent:1", "team:M1", "segment:Maintenance", "segment:GICH"]


def _case(number: int, owner: AgentId | None, role: str = "rp", segment: str = "Maintenance") -> OpenCase:
    team = {"Maintenance": "M1", "Enforcement": "E9"}[segment]
    opened_on = date(2026, 1, number)
    return OpenCase(CaseId(number), f"90{number}", opened_on, owner, team, segment, role)  # type: ignore[arg-type]


def _queued(keys: str, *cases: OpenCase, dnis: str = GENERAL, known: bool = True, staff: bool = True) -> SmallHelpline:
    """A caller keys ``keys`` at once and then waits; what came of it until the caller was in the queue."""
    seen: list[SmallHelpline] = []

    async def story() -> None:
        line = SmallHelpline()
        seen.append(line)
        if known:
            line.store.clients[SCIN] = Client(ClientId(7), "cmg", cases)
        if staff:
            line.agent(WELSH, available=False)
        line.caller_arrives(dnis=dnis)
        line.pbx.keys("c1", keys)
        await line.until_call(CallState.WAITING)
        line.scopes = [  # type: ignore[attr-defined]
            scope.key for scope in line.store.rows.scopes[line.call().call_id]
        ]
        await line.until(lambda: "music" in line.heard())
        await line.over()

    run_virtual(story())
    return seen[0]


def _scopes(line: SmallHelpline) -> list[str]:
    found: list[str] = line.scopes  # type: ignore[attr-defined]
    return found


def test_greeting_and_menu_are_heard_in_order_with_welsh_in_welsh() -> None:
    """R-MENU-1, R-MENU-2: English, one Welsh sentence that offers 4, then the four options."""
    line = _queued("")
    assert line.heard()[:6] == [
        "en/greeting",
        "cy/welsh-offer/4",
        "en/menu-existing-case/1",
        "en/menu-new-application/2",
        "en/menu-third-party/3",
        "en/menu-welsh/4",
    ]


@pytest.mark.parametrize(
    ("keys", "kind", "scopes", "connecting"),
    [
        ("2", "new_application", ["segment:Applications", "segment:GICH"], "en/connecting-applications"),
        ("3", "third_party", ["team:Third Party", "segment:GICH"], "en/connecting-third-party-team"),
        ("4", "welsh", ["segment:Welsh"], "cy/connecting-welsh-unit"),
        ("1" + SCIN, "existing_case", OWNERS, "en/connecting-team"),
        ("1" + UNKNOWN, "general", ["segment:GICH"], "en/going-to-adviser"),
    ],
)
def test_each_option_queues_where_it_should(keys: str, kind: str, scopes: list[str], connecting: str) -> None:
    """R-MENU-5 to R-MENU-7, R-CASE-1, R-CASE-2, R-WAIT-1: by option."""
    line = _queued(keys, _case(1, OWNER))
    assert line.call().kind == kind
    assert _scopes(line) == scopes
    assert connecting in line.heard()
    assert line.call().menu_choice == keys[0]


@pytest.mark.parametrize(
    ("who", "connecting"), [(OWNER, "en/connecting-owner"), (MATE, "en/connecting-team")], ids=["owner", "colleague"]
)
def test_a_caller_is_promised_their_caseworker_only_when_it_is_they_who_ring(who: AgentId, connecting: str) -> None:
    """R-CASE-2: whoever rings, what the caller was told is true."""

    async def story() -> None:
        line = SmallHelpline()
        line.store.clients[SCIN] = Client(ClientId(7), "cmg", (_case(1, OWNER),))
        line.agent(who)
        line.caller_arrives()
        line.pbx.keys("c1", "1" + SCIN)
        await line.until_call(CallState.TALKING)
        assert [said for said in line.heard() if "/connecting-" in said] == [connecting]
        await line.over()

    run_virtual(story())


def test_welsh_adds_gich_at_once_while_nobody_there_is_logged_in() -> None:
    """R-MENU-5: the WLU is not staffed: GICH too, and a Welsh announcement says so."""
    line = _queued("4", staff=False)
    assert _scopes(line) == ["segment:Welsh", "segment:GICH"]
    assert "cy/wlu-not-staffed" in line.heard()
    assert line.call().language == "cy"


OFFER, ENGLISH, WELSH_GREETING = "cy/welsh-offer/9", "en/hello", "cy/hello"


@pytest.mark.parametrize(
    ("language", "place", "opening", "last"),
    [
        ("en", WelshOffer.AFTER_GREETING, [ENGLISH, OFFER], "en/menu-welsh/9"),
        ("en", WelshOffer.BEFORE_GREETING, [OFFER, ENGLISH], "en/menu-welsh/9"),
        ("en", WelshOffer.AFTER_OPTIONS, [ENGLISH], OFFER),
        ("cy", WelshOffer.AFTER_GREETING, [WELSH_GREETING, ENGLISH, OFFER], "cy/menu-welsh/9"),
    ],
)
def test_a_line_says_its_own_greeting_and_offers_welsh_where_and_on_the_key_it_says(
    monkeypatch: pytest.MonkeyPatch, language: Language, place: WelshOffer, opening: list[str], last: str
) -> None:
    """R-MENU-1: the Welsh offer's key and place are the line's, and so is Welsh first; the choice counts as 4."""
    line = LINES[GENERAL]
    own = replace(line, language=language, greeting="hello", welsh_key="9", welsh_offer=place)
    monkeypatch.setitem(LINES, GENERAL, own)
    heard = _queued("").heard()
    assert heard[: len(opening)] == opening
    assert heard[len(opening) + 3 + (place is WelshOffer.AFTER_OPTIONS)] == last
    chosen = _queued("9").call()
    assert (chosen.kind, chosen.menu_choice, chosen.language) == ("welsh", "4", "cy")


def test_welsh_chosen_on_the_employers_line_counts_as_that_option_too() -> None:
    """R-LINE-6, R-MENU-5: a lone 4 before the first question is the menu's fourth option."""
    chosen = _queued("4", dnis=EMPLOYERS).call()
    assert (chosen.kind, chosen.menu_choice, chosen.language) == ("welsh", "4", "cy")


def test_two_failures_in_the_menu_go_to_gich() -> None:
    """R-MENU-4: none, then a wrong key: asked twice, told what was wrong, then a person."""
    line = _queued("")
    assert line.heard().count("en/menu-existing-case/1") == 2
    assert "en/menu-none" in line.heard()
    assert _scopes(line) == ["segment:GICH"]
    assert line.journey().count("no_choice") == 2


def test_a_wrong_key_is_told_as_wrong() -> None:
    """R-MENU-4."""
    line = _queued("7")
    assert "en/menu-wrong" in line.heard()
    assert line.call().menu_choice is None


@pytest.mark.parametrize(
    ("cases", "kind", "first", "connecting"),
    [
        ((_case(1, OWNER),), "existing_case", "agent:1", "en/connecting-team"),
        ((_case(1, None),), "existing_case", "team:M1", "en/connecting-team"),
        ((_case(1, OWNER, "pp"), _case(2, MATE, "pp")), "existing_case", "agent:2", "en/connecting-team"),
        ((_case(1, OWNER), _case(2, MATE)), "date_of_birth_failed", "segment:Maintenance", "en/connecting-team"),
        ((_case(1, OWNER), _case(2, MATE, "pp")), "date_of_birth_failed", "segment:Maintenance", "en/connecting-team"),
        ((), "general", "segment:GICH", "en/no-case-found"),
    ],
    ids=["one", "unowned", "group", "several", "dual", "none-open"],
)
def test_whose_call_a_recognised_client_is(cases: tuple[OpenCase, ...], kind: str, first: str, connecting: str) -> None:
    """R-CASE-1, R-CASE-2, R-CASE-4 to R-CASE-7; the record opens with it (R-POP-1)."""
    line = _queued("1" + SCIN, *cases)
    assert (line.call().kind, _scopes(line)[0]) == (kind, first)
    assert connecting in line.heard()
    assert (line.call().pop, line.call().client_id) == ("record", 7)


@pytest.mark.parametrize(
    ("first", "second", "again", "outcomes", "pop"),
    [
        (UNKNOWN, "", "en/scin-invalid-again", ["invalid", "none"], "blank"),
        ("", UNKNOWN, "en/scin-none-again", ["none", "invalid"], "search"),
        ("1200#", "", "en/scin-incomplete-again", ["incomplete", "none"], "blank"),
        ("", "55", "en/scin-none-again", ["none", "incomplete"], "blank"),
        (UNKNOWN, SCIN, "en/scin-invalid-again", ["invalid", "recognised"], "record"),
        (UNKNOWN + "57", SCIN, "en/scin-invalid-again", ["invalid", "recognised"], "record"),
        ("1200*" + SCIN, None, "en/ask-scin", ["recognised"], "record"),
    ],
)
def test_how_two_attempts_at_the_scin_end(
    first: str, second: str | None, again: str, outcomes: list[str], pop: str
) -> None:
    """R-DTMF-1 to R-DTMF-3, R-POP-1: the second prompt says what was wrong; the final attempt decides the screen."""

    async def story() -> None:
        line = SmallHelpline()
        line.store.clients[SCIN] = Client(ClientId(7), "cmg", (_case(1, OWNER),))
        line.caller_arrives()
        line.pbx.keys("c1", "1")
        await line.until(lambda: "en/ask-scin" in line.heard())
        line.pbx.keys("c1", first)
        await line.until(lambda: again in line.heard())
        line.pbx.keys("c1", second or "")
        await line.until_call(CallState.WAITING)
        assert [attempt.outcome for attempt in line.store.rows.attempts] == outcomes
        assert line.call().pop == pop
        await line.over()

    run_virtual(story())


def test_a_regular_caller_hears_no_prompt() -> None:
    """R-MENU-3: who keys 1 and the SCIN at once is in the queue within two seconds, and hears no question."""

    async def story() -> None:
        line = SmallHelpline()
        line.store.clients[SCIN] = Client(ClientId(7), "cmg", (_case(1, OWNER),))
        line.agent(OWNER)
        line.caller_arrives()
        line.pbx.keys("c1", "1" + SCIN)
        await line.until_call(CallState.TALKING)
        assert now() < 4
        assert "en/greeting" not in line.heard()
        assert "en/ask-scin" in line.heard()[:1] or "en/ask-scin" not in line.heard()
        assert "greeting" not in str(line.store.rows.journey)
        await line.over()
        assert line.call().end is CallEnd.ANSWERED

    run_virtual(story())


def test_lines_without_a_menu_go_straight_to_their_entry() -> None:
    """R-LINE-1, R-LINE-2, R-EMP-2: a greeting, and the queue of the entry."""
    applications = _queued("", dnis=APPLICATIONS_LINE)
    assert applications.heard()[:3] == ["en/greeting", "cy/welsh-offer/4", "en/connecting-applications"]
    assert applications.call().kind == "new_application"
    employers = _queued("", dnis=EMPLOYERS)
    assert _scopes(employers) == ["segment:Employer"]
    assert employers.call().kind == "employer"


def test_a_line_may_begin_in_welsh() -> None:
    """R-MENU-1: the line's own language is what is heard first."""
    line = _queued("2", dnis=WELSH_LINE)
    assert "cy/connecting-applications" in line.heard()
    assert line.call().language == "cy"


def test_a_number_without_a_line_is_refused_unanswered() -> None:
    """R-LINE-3: the message as early media, never answered, then 404."""

    async def story() -> None:
        line = SmallHelpline()
        line.caller_arrives(dnis="03069990999")
        await line.until(lambda: not line.switchboard.calls_up)
        lines = [f"{asked.method} {asked.path}" for asked in line.pbx.asked]
        assert "POST channels/c1/progress" in lines
        assert "POST channels/c1/answer" not in lines
        assert line.heard() == ["en/not-in-use"]
        assert next(asked.target for asked in line.pbx.asked if asked.method == "DELETE").endswith("reason_code=1")
        assert line.call().end is CallEnd.UNKNOWN_NUMBER
        await line.over()

    run_virtual(story())


def test_what_a_waiting_caller_hears() -> None:
    """R-WAIT-2, R-RONA-4: music; the position at intervals; without anybody logged in that nobody is free now."""

    async def story() -> None:
        line = SmallHelpline()
        line.agent(GENERALIST, available=False)
        line.caller_arrives()
        line.store.position = 2
        await line.until(lambda: "en/waiting-position/2" in line.heard())
        line.store.position = None
        await line.until(lambda: "en/nobody-free-now" in line.heard(), 100)
        await line.until(lambda: line.heard().count("en/nobody-free-now") == 2, 100)
        after = line.heard()[line.heard().index("en/going-to-adviser") + 1 :]
        waiting = ["music", "en/waiting-position/2", "music", "en/nobody-free-now", "music", "en/nobody-free-now"]
        assert after == ["en/waiting-busy", *waiting]
        await line.over()
        assert line.call().end is CallEnd.ABANDONED_QUEUE

    run_virtual(story())


def test_no_announcement_while_a_phone_rings() -> None:
    """R-WAIT-2: an answer must not be met by half an announcement."""

    async def story() -> None:
        line = SmallHelpline(Rules(waiting=WaitRules(announce_first_s=5)))
        line.agent(GENERALIST, Phone("ring"))
        line.caller_arrives()
        await line.until_call(CallState.RINGING)
        await line.until(lambda: line.call().state is CallState.WAITING)
        assert not [heard for heard in line.heard() if heard.startswith("en/waiting")]
        await line.over()

    run_virtual(story())

"""What a line's picture shows, in words and in order: drawn by `picture`, read aloud by its description.

Enters: a checked `Dialplan` and one of its lines. Leaves: a `Chain`. Whom a call is for comes from `ivr.domain.routes`,
times and names from the configuration; only what the flows say and ask is told again here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ivr.config import Dialplan
from ivr.config.shapes import HoursEntry
from ivr.domain import routes
from ivr.domain.ids import AgentId
from ivr.domain.lines import Entry, Line
from ivr.domain.routes import Route, Scope
from ivr.domain.waiting import Announce

SOMEBODY: Final = AgentId(0)
TEAM, SEGMENT, MOST = "owning team", "its segment", "segment with most cases"
BRANDS: Final = {"cmg": "Child Maintenance Group", "nicms": "Northern Ireland Child Maintenance Service"}
LANGUAGES: Final = {"en": "English", "cy": "Welsh"}
NATIONS: Final = {
    "england-and-wales": "England and Wales",
    "northern-ireland": "Northern Ireland",
    "scotland": "Scotland",
}
ALWAYS: Final = ["mon-sun 00:00-24:00"]
ANNOUNCED: Final = {
    Announce.POSITION: "the position in the queue",
    Announce.EXPECTED_WAIT: "the expected wait",
    Announce.BOTH: "the position and the expected wait",
    Announce.NONE: "nothing is announced",
}
LONE_KEY_S: Final = 2


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a call may go to. ``note``: how long, or when; ``added``: not tried on arrival."""

    name: str
    note: str = ""
    added: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """One result, and whom the call is then for, in this order."""

    when: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One way a caller may take. ``key``: what chooses it, empty where nothing needs to be pressed."""

    key: str
    title: str
    asks: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens to every caller of the line; ``aside``: what happens instead, and when."""

    title: str
    text: str
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """A line from the number to whoever answers."""

    title: str
    subtitle: str
    steps: tuple[Step, ...]
    options: tuple[Option, ...]
    notes: tuple[Step, ...]

    @property
    def description(self) -> str:
        """The same in sentences, for who does not see it."""
        steps = [f"{s.title}: {s.text}." + (f" {s.aside}." if s.aside else "") for s in (*self.steps,)]
        notes = [f"{n.title}: {n.text}." for n in self.notes]
        return " ".join([*steps, *(_told(option) for option in self.options), *notes])


def chain(dialplan: Dialplan, line: Line) -> Chain:
    """What the picture of ``line`` shows."""
    title = ", ".join(_spaced(number) for number in line.numbers)
    subtitle = f"{line.name} · {BRANDS[line.brand]} · {LANGUAGES[line.language]} first"
    if line.entry is Entry.DIRECT:
        return Chain(title, subtitle, _direct_steps(), _direct(dialplan, line), _direct_notes())
    options = _options(dialplan, line)
    return Chain(title, subtitle, _steps(dialplan, line), options, _notes(dialplan, options))


# --- before the choice ----------------------------------------------------------------------------------------------


def _steps(dialplan: Dialplan, line: Line) -> tuple[Step, ...]:
    hours = dialplan.hours_entries[line.hours]
    closed = "Closed: the caller hears so in both languages, then the call ends"
    words = "the brand's name" if line.greeting == "greeting" else f"the message “{line.greeting}”"
    return (
        Step("Opening hours", _open(hours), closed),
        Step("Greeting", f"{words}, then one Welsh sentence that offers key 4; a key interrupts at once"),
        _first_question(dialplan, line),
    )


def _first_question(dialplan: Dialplan, line: Line) -> Step:
    digits = dialplan.queues.digits
    match line.entry:
        case Entry.MENU:
            return Step("Menu", f"four options, {digits.attempts} attempts; keys pressed ahead are kept")
        case Entry.EMPLOYER:
            return Step("Reference", f"{digits.ern_digits} digits, {digits.attempts} attempts")
        case _:
            return Step("No menu", f"the line waits {LONE_KEY_S} s for key 4 and goes on")


def _open(hours: HoursEntry) -> str:
    days = "always open" if hours.open == ALWAYS else ", ".join(hours.open)
    closed = [f"not on public holidays ({NATIONS[hours.nation]})"] if hours.public_holidays else []
    own = [f"{len(hours.closures)} days closed"] if hours.closures else []
    return "; ".join([days, *closed, *own])


def _spaced(number: str) -> str:
    """``03069990100`` as people write it."""
    return f"{number[:5]} {number[5:]}"


# --- the ways -------------------------------------------------------------------------------------------------------


def _options(dialplan: Dialplan, line: Line) -> tuple[Option, ...]:
    straight = {
        Entry.EXISTING_CASE: _existing_case,
        Entry.NEW_APPLICATION: _new_application,
        Entry.THIRD_PARTY: _third_party,
        Entry.EMPLOYER: _employer,
    }
    if line.entry in straight:
        return (straight[line.entry](dialplan, ""), _welsh(dialplan, alone=True))
    return (
        _existing_case(dialplan, "1"),
        _new_application(dialplan, "2"),
        _third_party(dialplan, "3"),
        _welsh(dialplan, alone=False),
        _no_choice(dialplan),
    )


def _existing_case(dialplan: Dialplan, key: str) -> Option:
    names, digits = dialplan.segments, dialplan.queues.digits
    owned = routes.existing_case(names, SOMEBODY, TEAM, SEGMENT)
    general = routes.general(names)
    asks = f"asks for the reference (SCIN), {digits.scin_digits} digits, {digits.attempts} attempts"
    outcomes = (
        _outcome(dialplan, "one open case, or a paying parent's case group", owned),
        _outcome(dialplan, "several cases, and a child's date of birth tells which", owned),
        _outcome(dialplan, "several cases, not told apart", routes.date_of_birth_failed(names, MOST)),
        _outcome(dialplan, "no open case, or no client found", general),
    )
    return Option(key, "Existing case, or a letter", asks, outcomes)


def _no_choice(dialplan: Dialplan) -> Option:
    asks = f"no key or a wrong one, {dialplan.queues.digits.attempts} times"
    return Option("", "No choice", asks, (_outcome(dialplan, "", routes.general(dialplan.segments)),))


def _new_application(dialplan: Dialplan, key: str) -> Option:
    return Option(key, "New application", "", (_outcome(dialplan, "", routes.new_application(dialplan.segments)),))


def _third_party(dialplan: Dialplan, key: str) -> Option:
    digits = dialplan.queues.digits
    asks = f"asks for their own reference (TRN), {digits.trn_digits} digits; # alone skips it"
    route = routes.third_party(dialplan.segments)
    return Option(key, "Calling for someone else", asks, (_outcome(dialplan, "with or without a reference", route),))


def _welsh(dialplan: Dialplan, *, alone: bool) -> Option:
    names = dialplan.segments
    asks = f"4 alone, followed by nothing for {LONE_KEY_S} s" if alone else "Welsh is spoken from here on"
    outcomes = (
        _outcome(dialplan, "somebody of the unit is logged in", routes.welsh(names, staffed=True)),
        _outcome(dialplan, "nobody is, and that is said in Welsh", routes.welsh(names, staffed=False)),
    )
    return Option("4", "Welsh Language Unit", asks, tuple(_outside_first(dialplan, one) for one in outcomes))


def _outside_first(dialplan: Dialplan, outcome: Outcome) -> Outcome:
    """R-MENU-5: where the unit is a number outside, that rings before its own queue."""
    outside = dialplan.queues.welsh
    if outside.external_number is None:
        return outcome
    ring = f"{_spaced(outside.external_number)}, {outside.ring_timeout_s} s"
    return Outcome(outcome.when, (Target("number outside", ring), *outcome.targets))


def _employer(dialplan: Dialplan, key: str) -> Option:
    names, digits = dialplan.segments, dialplan.queues.digits
    asks = f"asks for ERN or EARN, {digits.ern_digits} digits, {digits.attempts} attempts"
    outcomes = (
        _outcome(dialplan, "found, with an account manager", routes.employer(names, SOMEBODY), "account manager"),
        _outcome(dialplan, "found, without one; or not found", routes.employer(names, None)),
    )
    return Option(key, "Employer, or their agent", asks, outcomes)


def _outcome(dialplan: Dialplan, when: str, route: Route, own: str = "owner") -> Outcome:
    why = f"after {dialplan.queues.waiting.overflow_s:g} s"
    tried = [Target(_name(scope, own)) for scope in route.tried]
    return Outcome(when, (*tried, *(Target(_name(scope, own), why, added=True) for scope in route.added)))


def _name(scope: Scope, own: str) -> str:
    if scope.kind == "agent":
        return own
    return f"{scope.name} team" if scope.kind == "team" and scope.name != TEAM else scope.name


# --- direct numbers -------------------------------------------------------------------------------------------------


def _direct_steps() -> tuple[Step, ...]:
    return (
        Step("Always", "outside opening hours too"),
        Step("No greeting, no menu", "the caller hears ringing; outside the queues"),
    )


def _direct(dialplan: Dialplan, line: Line) -> tuple[Option, ...]:
    ring = f"{dialplan.queues.ringing.ring_timeout_s} s"
    targets = [Target(f"leader {line.leader}", ring)]
    if line.deputy is not None:
        targets += [Target(f"deputy {line.deputy}", ring), Target("both", "until one answers")]
    when = "unanswered, busy, or no phone registered: the next"
    asks = "in whatever state, as a second call if they are on one"
    return (Option("", "The team leader's phone", asks, (Outcome(when, tuple(targets)),)),)


def _direct_notes() -> tuple[Step, ...]:
    return (
        Step("Never RONA", "who is Available is Reserved while it rings, and unanswered Available again"),
        Step("It ends", "when the caller hangs up, or after the talk; then the state before comes back"),
    )


# --- in the queue ---------------------------------------------------------------------------------------------------


def _notes(dialplan: Dialplan, options: Sequence[Option]) -> tuple[Step, ...]:
    ringing, waiting = dialplan.queues.ringing, dialplan.queues.waiting
    rings = (
        f"the first green box, from the left, where somebody is Available, for {ringing.ring_timeout_s} s; nobody "
        "anywhere: the call waits in all of them. Own-case calls first, then the longest waiting"
    )
    redirected = "the agent is Not Ready, the call goes on to the next box and keeps its place"
    if any(target.added for option in options for outcome in option.outcomes for target in outcome.targets):
        redirected += f"; the dashed box opens behind the last, or {waiting.overflow_s:g} s after the call was queued"
    return (
        Step("Who rings", rings),
        Step("Not answered", redirected),
        Step("While waiting the caller hears", _heard(dialplan)),
    )


def _heard(dialplan: Dialplan) -> str:
    waiting = dialplan.queues.waiting
    said = [f"that all are busy; then music; {ANNOUNCED[waiting.announce]}"]
    if waiting.announce is not Announce.NONE:
        said[0] += f" after {waiting.announce_first_s:g} s and every {waiting.announce_every_s:g} s"
    for name, queue in dialplan.queues.queues.items():
        if queue.announce is not None:
            said.append(f"in {name.partition(':')[2]} {ANNOUNCED[queue.announce]}")
    return "; ".join([*said, "with nobody logged in, that nobody is free", *_offered(dialplan)])


def _offered(dialplan: Dialplan) -> list[str]:
    """Where a call back is offered instead of waiting (R-WAIT-3)."""
    after_s = dialplan.queues.waiting.call_back_after_s
    said = [f"after {after_s:g} s the offer of a call back"] if after_s else []
    for name, queue in dialplan.queues.queues.items():
        if queue.call_back_after_s:
            said.append(f"in {name.partition(':')[2]} after {queue.call_back_after_s:g} s the offer of a call back")
        elif queue.call_back_after_s is not None and after_s:
            said.append(f"in {name.partition(':')[2]} none")
    return said


def _told(option: Option) -> str:
    key = f"Key {option.key}, " if option.key.isdigit() else ""
    asks = f" ({option.asks})" if option.asks else ""
    return f"{key}{option.title}{asks}: {'; '.join(_result(outcome) for outcome in option.outcomes)}."


def _result(outcome: Outcome) -> str:
    targets = ", then ".join(_words(outcome.targets))
    return f"{outcome.when}: {targets}" if outcome.when else targets


def _words(targets: Sequence[Target]) -> list[str]:
    return [f"{target.name} {target.note}".rstrip() for target in targets]

"""docs/states.md: the toolbar's table, as the code decides by it (R-STATE-12). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ivr.domain.agents import AUX_CODES, AgentState, SystemReason
from ivr.domain.toolbar import PARTS, SYSTEM, Action, May, Part, Passing, may

STATES: Final = {
    AgentState.LOGGED_OUT: "Logged out",
    AgentState.NOT_READY: "Not Ready",
    AgentState.AVAILABLE: "Available",
    AgentState.RESERVED: "Reserved",
    AgentState.ON_CALL: "On call",
    AgentState.ON_HOLD: "On hold",
    AgentState.AFTER_CALL_WORK: "After Call Work",
}
ACTIONS: Final = {
    Action.LOG_IN: "log in",
    Action.AVAILABLE: "Available",
    Action.NOT_READY: "Not Ready, with a code",
    Action.LOG_OUT: "log out",
    Action.ANSWER: "answer",
    Action.HOLD: "hold",
    Action.RETRIEVE: "retrieve",
    Action.TRANSFER: "transfer",
    Action.END: "end",
    Action.OUTBOUND: "outbound",
}
PART_NAMES: Final = {
    Part.GUEST: "in a colleague's call: consulted, listening, whispering, joined",
    Part.ASKING: "one's own call, while a consultation rings",
    Part.MAKING: "one's own call outside, until it is answered",
}
NO: Final = "no"
BEGIN: Final = "<!-- drawn by python -m tools.draw_states; what stands between the two marks is replaced -->\n"
END: Final = "<!-- end of what is drawn -->\n"


def redrawn(page: str) -> str:
    """The page with its tables drawn anew. Raises ValueError when its marks are not there."""
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"the page lacks the marks {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}{tables()}{END}{after}"


def tables() -> str:
    """Every table of the page."""
    parts = (
        "\n## What may be asked\n\n",
        _table(("", *STATES.values()), (_row(action) for action in Action)),
        "\n## Why the rest may not\n\n",
        _table(("state", "action", "answer"), _refusals()),
        "\n## What may not be asked on a call, by one's part in it\n\n",
        _table(("part", "action", "answer"), _by_part()),
        "\n## What the system does by itself\n\n",
        _table(("state", "when", "leads to"), _by_itself()),
        f"\n## Codes\n\nChosen by an agent: {', '.join(AUX_CODES)}.\n",
        f"\nGiven by the system: {', '.join(SystemReason)}.\n\n",
    )
    return "".join(parts)


def _row(action: Action) -> tuple[str, ...]:
    return (f"**{ACTIONS[action]}**", *(_cell(_of(state, action)) for state in STATES))


def _of(state: AgentState, action: Action) -> May:
    return next(one for one in may(state) if one.action is action)


def _cell(one: May) -> str:
    if not one.allowed or one.to is None:
        return NO
    if one.is_pending:
        return f"pending → {STATES[one.to]}"
    call_goes_on = ", the call rings elsewhere" if one.withdraws_offer else ""
    return f"→ {STATES[one.to]}{call_goes_on}"


def _refusals() -> Iterable[tuple[str, ...]]:
    for state, name in STATES.items():
        for why, actions in _by_reason(may(state)).items():
            yield name, ", ".join(ACTIONS[action] for action in actions), why


def _by_part() -> Iterable[tuple[str, ...]]:
    for part, name in PART_NAMES.items():
        refused = {action: rule.why for action, rule in PARTS[part].items()}
        for why in dict.fromkeys(refused.values()):
            yield name, ", ".join(ACTIONS[action] for action in refused if refused[action] == why), why


def _by_reason(every: tuple[May, ...]) -> dict[str, list[Action]]:
    found: dict[str, list[Action]] = {}
    for one in every:
        if one.why is not None:
            found.setdefault(one.why, []).append(one.action)
    return found


def _by_itself() -> Iterable[tuple[str, ...]]:
    for state, name in STATES.items():
        for passing in SYSTEM[state]:
            yield name, passing.when, _leads_to(passing)


def _leads_to(passing: Passing) -> str:
    reason = "" if passing.reason is None else passing.reason.value
    state = "" if passing.to is None else STATES[passing.to]
    return ", ".join(part for part in (state, reason, passing.words) if part)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)

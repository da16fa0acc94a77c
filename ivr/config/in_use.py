"""What a new configuration may not leave out: lines that have calls, queues that callers wait in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ivr.config.dialplan import Dialplan
from ivr.config.on_record import OnRecord, not_on_record
from ivr.domain.routes import segment_scope, team_scope


@dataclass(frozen=True, slots=True)
class InUse:
    """``lines``: how many calls are up on each; ``queues``: how many wait, by scope (``segment:GICH``)."""

    lines: Mapping[str, int]
    queues: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a new configuration is held to besides itself; ``before``: the one in use, if any."""

    names: OnRecord
    in_use: InUse
    before: Dialplan | None = None


def conflicts(dialplan: Dialplan, standing: Standing) -> list[str]:
    """A mistake for each name that nobody has, and for each line and queue left out that has calls."""
    mistakes = not_on_record(dialplan, standing.names)
    if standing.before is not None:
        mistakes += still_in_use(standing.before, dialplan, standing.in_use)
    return mistakes


def still_in_use(before: Dialplan, after: Dialplan, now: InUse) -> list[str]:
    """A mistake for each line and queue of ``before`` that ``after`` has not, and that has calls."""
    return [*_lines(before, after, now), *_queues(before, after, now)]


def _lines(before: Dialplan, after: Dialplan, now: InUse) -> Iterator[str]:
    for name in before.lines.keys() - after.lines.keys():
        count = now.lines.get(name, 0)
        if count:
            calls = "1 call is" if count == 1 else f"{count} calls are"
            yield f"lines.toml: {name}: {calls} up on this line, expected it to stay until they have ended"


def _queues(before: Dialplan, after: Dialplan, now: InUse) -> Iterator[str]:
    kept = set(_scopes(after).values())
    for key, scope in _scopes(before).items():
        count = now.queues.get(scope, 0)
        if scope not in kept and count:
            calls = "1 call waits" if count == 1 else f"{count} calls wait"
            name = scope.partition(":")[2]
            yield f"queues.toml: segments.{key}: {calls} for {name!r}, expected it to stay until they have ended"


def _scopes(dialplan: Dialplan) -> dict[str, str]:
    """The queues that the rules speak of, by their keys in queues.toml."""
    return {
        key: (team_scope(name) if key.endswith("_team") else segment_scope(name)).key
        for key, name in dialplan.queues.segments.model_dump().items()
    }

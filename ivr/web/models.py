"""What goes over the wire: request bodies, replies and problems, as pydantic models (OpenAPI is made from them)."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    SecretStr,
    StringConstraints,
    WithJsonSchema,
)

from ivr.domain.agents import AUX_CODES, AgentState, StateRequest
from ivr.domain.events import CallEnd, CallState
from ivr.domain.mails import MailNow
from ivr.domain.toolbar import Action


class Model(BaseModel):
    """Frozen, and unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Problem(Model):
    """Every error looks like this. ``error_id`` is stable; the message is for a person."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"error_id": "agent.logged_out", "message": "log in first"}]}
    )

    error_id: Annotated[str, Field(description="stable, for programs, e.g. agent.logged_out")]
    message: Annotated[str, Field(description="what happened and what to do, in words")]
    field: Annotated[str | None, Field(description="the key of the request that is meant")] = None
    found: Annotated[str | None, Field(description="what was found there")] = None
    expected: Annotated[str | None, Field(description="what was expected there")] = None


class NoBody(Model):
    """A request without a body."""


class NoQuery(Model):
    """A request without parameters; what is given is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Health(Model):
    """Whether this node can take calls now."""

    able: bool
    pbx_linked: bool
    database_answers: bool
    mail: MailNow
    records_answer: bool | None
    """Of another system of record, where there is one: calls are taken without it all the same."""


StaffNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{1,20}$")]


class Credentials(Model):
    """Who logs in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"staff_number": "7001", "password": "a pass phrase"},
                {"staff_number": "7001", "password": "a pass phrase", "cookie": True, "phone": "browser"},
            ]
        }
    )

    staff_number: StaffNumber
    password: Annotated[SecretStr, Field(min_length=1, max_length=200)]
    cookie: Annotated[bool, Field(description="for pages: the token comes as a cookie that no script can read")] = False
    phone: Annotated[
        Literal["browser", "own"] | None,
        Field(description="which phone rings; left out: one's own, or the one they have who are logged in already"),
    ] = None


def _known_code(code: str) -> str:
    if code in AUX_CODES:
        return code
    near = get_close_matches(code.title(), AUX_CODES, n=1)
    nearest = f"; the nearest is {near[0]}" if near else ""
    raise ValueError(f"not an AUX code{nearest}; expected one of: {', '.join(AUX_CODES)}")


AuxCode = Annotated[
    str,
    AfterValidator(_known_code),
    WithJsonSchema({"type": "string", "enum": list(AUX_CODES), "description": "R-STATE-2"}),
]


class AskAvailable(Model):
    """Calls may come. Refused while a call is up."""

    state: Literal["available"]


class AskNotReady(Model):
    """No calls, for this reason. From logged out it logs in. During a call it is pending; ringing calls go on."""

    state: Literal["not_ready"]
    code: AuxCode


class AskLoggedOut(Model):
    """Off the queue. The session stays valid. During a call it is pending."""

    state: Literal["logged_out"]


class StateBody(RootModel[Annotated[AskAvailable | AskNotReady | AskLoggedOut, Field(discriminator="state")]]):
    """The state asked for (R-STATE-12)."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [{"state": "available"}, {"state": "not_ready", "code": "Break"}, {"state": "logged_out"}]
        },
    )

    def request(self) -> StateRequest:
        """The same as the domain's value."""
        code = self.root.code if isinstance(self.root, AskNotReady) else None
        return StateRequest(AgentState(self.root.state), code)


class PendingState(Model):
    """What was asked for during a call and takes effect when its After Call Work ends (R-STATE-5)."""

    state: AgentState
    code: str | None
    by: Annotated[str | None, Field(description="who asked for it", examples=["agent 7001", "leader 7101"])] = None


class Option(Model):
    """An action of the toolbar, and what would become of it now (R-STATE-12)."""

    action: Action
    allowed: Annotated[bool, Field(description="whether it may be asked for now")]
    why: Annotated[str | None, Field(description="why it may not")] = None
    to: Annotated[AgentState | None, Field(description="the state it leads to")] = None
    pending: Annotated[bool, Field(description="it takes effect when the call's After Call Work ends")] = False
    withdraws_offer: Annotated[bool, Field(description="the call that rings would go to another agent")] = False
    codes: Annotated[tuple[str, ...] | None, Field(description="choose one of these with it")] = None


class AgentNow(Model):
    """An agent and their state. ``ends_at``: when the state passes by itself (After Call Work, idle log-out)."""

    staff_number: str
    name: str
    role: str
    team: str
    segment: str
    state: AgentState
    code: str | None
    since: AwareDatetime
    pending: PendingState | None
    ends_at: AwareDatetime | None
    call_id: str | None
    may: tuple[Option, ...]


class Me(AgentNow):
    """The agent who asks. ``endpoint`` is the phone that rings for them."""

    endpoint: str
    phone: Annotated[Literal["browser", "own"], Field(description="whether that is the browser's or their own")] = "own"
    phone_reachable: Annotated[bool | None, Field(description="whether that phone can be rung; null: not known")] = None
    idle_warning: Annotated[bool, Field(description="Available for long: logged out at ends_at (R-STATE-6)")] = False


class Session(Model):
    """A bearer token for the ``Authorization`` header, and who it stands for. The token is shown only here.

    With ``cookie`` it is in ``Set-Cookie``, and null here.
    """

    token: str | None
    ends_at: AwareDatetime
    agent: Me


class ColleagueName(Model):
    """What an agent sees of the others in their team and segment."""

    staff_number: str
    name: str
    team: str
    segment: str


class Agents(Model):
    """Team leaders see everybody with their state, agents the names in their own segment."""

    agents: tuple[AgentNow, ...] | tuple[ColleagueName, ...]


class CallNow(Model):
    """A call as team leaders see it. ``caller`` shows its last three digits."""

    call_id: str
    state: CallState
    line: str
    brand: str
    language: str
    kind: str | None
    menu_choice: str | None
    caller: str
    arrived_at: AwareDatetime
    waiting_since: AwareDatetime | None
    answered_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    end: CallEnd | None
    overflowed: bool
    agent: Annotated[str | None, Field(description="staff number of whom it rings for or who took it")]
    call_back: Annotated[bool, Field(description="its caller took a call back instead of waiting (R-WAIT-3)")] = False


class Calls(Model):
    """Calls, the latest to arrive first."""

    calls: tuple[CallNow, ...]


class CallsQuery(Model):
    """Which calls: all lately, or only those that are up."""

    up: Annotated[
        Literal["", "1", "true", "0", "false"], Field(description="only calls that are up: `?up`, `?up=1`")
    ] = "0"
    limit: Annotated[int, Field(ge=1, le=1000, description="at most so many")] = 200

    @property
    def only_up(self) -> bool:
        """Whether only calls that are up are meant."""
        return self.up in {"", "1", "true"}


class Step(Model):
    """One fact of a call's journey."""

    at: AwareDatetime
    step: Annotated[str, Field(examples=["queued", "offered", "answered", "redirected", "ended"])]
    data: dict[str, str]


class Journey(Model):
    """A call, step by step (R-MI-2)."""

    call: CallNow
    steps: tuple[Step, ...]


class InterpreterBody(Model):
    """Which provider; without one the first of the configuration's."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}, {"provider": "the-big-word"}]})

    provider: Annotated[str | None, Field(min_length=1, max_length=60, description="as outbound.toml names it")] = None


class DigitsBody(Model):
    """Tones to send."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"digits": "1"}, {"digits": "4711#"}]})

    digits: Annotated[str, StringConstraints(pattern=r"^[0-9*#A-D]{1,32}$")]

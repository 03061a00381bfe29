"""Bodies and answers of the routes about forwarders."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictStr

from functions.http.answers import Answer, Optional, Part
from functions.http.bodies import Body
from functions.http.moments import Moment
from functions.http.session_names import SessionName
from shared.forwarders.model import Forwarder, Progress
from shared.forwarders.targets import S3, Credentials, EventBridge, Nats, Sqs, Targets

_PATTERN = Annotated[StrictStr, Field(min_length=1, max_length=64)]


class ForwarderBody(Body):
    """What of whose events goes where: one of `nats`, `sqs`, `eventBridge` and `s3`."""

    key_id: StrictStr = Field(description="Whose events, by the id of the API key.")
    session_id: SessionName | None = Field(
        default=None, description="Only events of this session; null: all events of the key."
    )
    events: list[_PATTERN] = Field(
        default=["*"], min_length=1, max_length=50, description="Types of events, `message.*` and such, or `*`."
    )
    begin: Literal["now", "oldest"] = Field(
        default="now", description="`oldest`: the events that are already in the log go there too."
    )
    nats: Nats | None = None
    sqs: Sqs | None = None
    event_bridge: EventBridge | None = None
    s3: S3 | None = None
    credentials: Credentials | None = Field(
        default=None, description="Stored encrypted, and never shown. Null: the session host's own rights.", repr=False
    )

    @property
    def targets(self) -> Targets:
        """Where it leads."""
        return Targets(nats=self.nats, sqs=self.sqs, event_bridge=self.event_bridge, s3=self.s3)


class ForwarderPart(Part):
    """A forwarder, and how it goes."""

    id: str
    key_id: str
    session_id: Optional[str] = Field(
        default=None, description="The name of its session; missing: all sessions of the key."
    )
    events: list[str]
    nats: Optional[Nats] = None
    sqs: Optional[Sqs] = None
    event_bridge: Optional[EventBridge] = None
    s3: Optional[S3] = None
    own_credentials: bool = Field(
        description="Whether it has its own credentials; `false`: it uses the session host's rights."
    )
    created_at: Moment
    state: Literal["running", "failing"]
    forwarded: int = Field(description="Events, ever.")
    last_success_at: Optional[Moment] = None
    failing_since: Optional[Moment] = Field(
        default=None, description="Since when the target accepts nothing; events wait in the log."
    )
    trouble: Optional[str] = Field(default=None, description="The target's last answer.")
    lost_at: Optional[Moment] = Field(
        default=None, description="When the log had dropped events before they were forwarded."
    )


class ForwarderAnswer(Answer):
    """A forwarder."""

    forwarder: ForwarderPart


class ForwardersAnswer(Answer):
    """All of them, oldest first."""

    forwarders: list[ForwarderPart]


def shown(forwarder: Forwarder, progress: Progress, session: str | None) -> ForwarderPart:
    """As it is shown; `session` is the name of its session."""
    targets = forwarder.targets
    return ForwarderPart(
        id=forwarder.id,
        key_id=forwarder.key_id,
        session_id=session,
        events=list(forwarder.events),
        nats=targets.nats,
        sqs=targets.sqs,
        event_bridge=targets.event_bridge,
        s3=targets.s3,
        own_credentials=bool(forwarder.credentials),
        created_at=forwarder.created_at,
        state="running" if progress.failing_since is None else "failing",
        forwarded=progress.forwarded,
        last_success_at=progress.succeeded_at,
        failing_since=progress.failing_since,
        trouble=progress.trouble or None,
        lost_at=progress.lost_at,
    )

"""Where a forwarder may put events, each kind declared once: the API takes and shows it, rows keep it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, StrictBool, StrictStr
from pydantic.alias_generators import to_camel

from shared.discreet import Discreet
from shared.whole import Whole

_URL = r"^https?://[^\s@]+$"
_Region = Annotated[StrictStr, Field(pattern=r"^[a-z0-9-]{1,32}$")]
_REGION = "The region; null: the gateway's (`WAGATE_AWS_REGION`)."
_Endpoint = Annotated[StrictStr, Field(max_length=2048, pattern=_URL)]
_ENDPOINT = "The address of the service, where it is not AWS' own."


def _not_ours(subject: str) -> str:
    if subject.partition(".")[0] in {"wagate", "events"}:
        raise ValueError("subjects of the gateway itself begin like that")
    return subject


class Target(Discreet):
    """Base of all."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


class Nats(Target):
    """Subjects of NATS: `SUBJECT.<session>.<type>`, such as `shop.ses_01….message.received`."""

    subject: Annotated[
        StrictStr,
        Field(
            max_length=128,
            pattern=r"^[A-Za-z0-9-][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$",
            description="What the subjects begin with. `wagate` and `events` are reserved for the gateway.",
        ),
        AfterValidator(_not_ours),
    ]
    url: Annotated[StrictStr, Field(max_length=2048, pattern=r"^(nats|tls)://[^\s@]+$")] | None = Field(
        default=None, description="Servers, with commas; null: the gateway's own NATS."
    )
    stream: StrictBool = Field(
        default=True,
        description="Whether one of your streams stores the events and acknowledges them; `false`: only subscribers "
        "that listen get them.",
    )


class Sqs(Target):
    """A queue of Amazon SQS; a FIFO queue keeps the order of each session."""

    queue_url: Annotated[StrictStr, Field(max_length=2048, pattern=_URL, description="Its URL.")]
    region: _Region | None = Field(default=None, description=_REGION)
    endpoint: _Endpoint | None = Field(default=None, description=_ENDPOINT)


class EventBridge(Target):
    """A bus of Amazon EventBridge. It keeps no order."""

    bus: Annotated[StrictStr, Field(min_length=1, max_length=1600, pattern=r"^[A-Za-z0-9:/._-]+$")] = Field(
        default="default", description="Its name or ARN."
    )
    source: Annotated[StrictStr, Field(min_length=1, max_length=256, pattern=r"^[A-Za-z0-9/._-]+$")] = Field(
        default="wagate", description="The `source` that rules match, besides `detail-type`."
    )
    region: _Region | None = Field(default=None, description=_REGION)
    endpoint: _Endpoint | None = Field(default=None, description=_ENDPOINT)


class S3(Target):
    """A bucket of Amazon S3, or of another service that speaks its language: a line an event, objects by the hour."""

    bucket: Annotated[StrictStr, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    prefix: Annotated[StrictStr, Field(max_length=256, pattern=r"^([A-Za-z0-9_.=-]+/)*[A-Za-z0-9_.=-]*$")] = Field(
        default="", description="The beginning of objects' names, before `/2026/11/30/09/`."
    )
    seconds: Whole = Field(
        default=60, ge=0, le=3600, description="How many seconds events are collected before an object is written."
    )
    region: _Region | None = Field(default=None, description=_REGION)
    endpoint: _Endpoint | None = Field(default=None, description=_ENDPOINT)


class Targets(Target):
    """One of them."""

    nats: Nats | None = None
    sqs: Sqs | None = None
    event_bridge: EventBridge | None = None
    s3: S3 | None = None

    @property
    def one(self) -> Nats | Sqs | EventBridge | S3:
        """The one that is given. Raises ValueError: there are more, or none."""
        given = [each for each in (self.nats, self.sqs, self.event_bridge, self.s3) if each is not None]
        if len(given) != 1:
            raise ValueError("give one of 'nats', 'sqs', 'eventBridge' and 's3'")
        return given[0]


_Secret = Annotated[StrictStr, Field(min_length=1, max_length=4096)]


class Credentials(Target):
    """Who asks, where it is not the host itself."""

    access_key_id: Annotated[StrictStr, Field(min_length=1, max_length=128)] | None = Field(
        default=None, description="Credentials of AWS; null: the session host's role."
    )
    secret_access_key: _Secret | None = Field(default=None, repr=False, description="Of AWS.")
    user: Annotated[StrictStr, Field(min_length=1, max_length=256)] | None = Field(default=None, description="Of NATS.")
    password: _Secret | None = Field(default=None, repr=False, description="Of NATS.")
    token: _Secret | None = Field(default=None, repr=False, description="Of NATS.")

    def fit(self, targets: Targets) -> None:
        """Raises ValueError: they are of something else, or not all."""
        aws = self.access_key_id is not None, self.secret_access_key is not None
        nats = self.user is not None, self.password is not None
        if any(aws) != all(aws) or any(nats) != all(nats) or (any(nats) and self.token):
            raise ValueError("'accessKeyId' and 'secretAccessKey', 'user' and 'password', or 'token' alone")
        if any(aws) if targets.nats else (any(nats) or self.token):
            raise ValueError("they are not what this target asks for")

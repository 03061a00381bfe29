"""What was chosen for a session (its settings): JSON in its row, of which each version reads what it knows.

Each setting is declared once, here. What `PATCH /api/sessions/{name}/settings` takes and answers is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast

import orjson
from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr, ValidationError
from pydantic.alias_generators import to_camel

from shared.discreet import Discreet
from shared.jids import is_group
from shared.proxy import shown_proxy
from shared.whole import WHOLE, Whole

_STATUS, _NEWSLETTER = "status@broadcast", "@newsletter"
_LONGEST_URL, _LARGEST, _MOST_METADATA = 4096, 1 << 40, 20
_Silence = Annotated[StrictInt, Field(ge=10, le=86_400), WHOLE]
_Size = Annotated[StrictInt, Field(ge=1, le=_LARGEST), WHOLE]
_Days = Annotated[StrictInt, Field(ge=1, le=3650), WHOLE]
_Text = Annotated[StrictStr, Field(min_length=1, max_length=4096, pattern=r"^[^\u0000]*$")]
_Key = Annotated[StrictStr, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]
_Value = Annotated[StrictStr, Field(max_length=256, pattern=r"^[^\u0000]*$")]
_Name = Annotated[StrictStr, Field(min_length=1, max_length=50, pattern=r"^[^\u0000-\u001f\u007f]*$")]


class Choice(Discreet):
    """Base of settings about one thing. Without a value each has the one that it has at first."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


class Ignore(Choice):
    """What is dropped when it arrives: it comes into no inbox and no event, and cannot be had later."""

    groups: StrictBool = Field(default=False, description="Messages of groups.")
    status: StrictBool = Field(default=False, description="Status updates.")
    newsletters: StrictBool = Field(default=False, description="Posts of channels.")
    calls: StrictBool = Field(default=False, description="That somebody calls, and that it no longer rings.")

    def has(self, chat: str) -> bool:
        """Whether what comes from this chat is dropped."""
        return (
            (self.groups and is_group(chat))
            or (self.status and chat == _STATUS)
            or (self.newsletters and chat.endswith(_NEWSLETTER))
        )


class History(Choice):
    """What is taken from the phone of what was said before it linked the session: at a pairing, and never later."""

    days: Whole = Field(default=0, ge=0, le=3650, description="How many days before the pairing; 0: no history.")


class RejectCalls(Choice):
    """Whether calls of people are rejected."""

    enabled: StrictBool = Field(
        default=False, description="Whether calls are rejected. Calls from groups keep ringing."
    )
    reply: _Text | None = Field(
        default=None, description="The text for a caller, at most one an hour to each person; null: none."
    )


class ChosenMedia(Choice):
    """Which files of messages are had when they arrive. What the gateway's own settings leave out stays out."""

    kinds: list[Literal["image", "video", "audio", "document", "sticker"]] | None = Field(
        default=None, max_length=5, description="Which kinds; `[]`: none. Null: all kinds that the gateway fetches."
    )
    max_size: _Size | None = Field(default=None, description="The largest file, in bytes.")
    keep_days: _Days | None = Field(default=None, description="How many days files are kept that arrive from now on.")


class Choices(Choice):
    """Every setting of a session."""

    ignore: Ignore = Field(default=Ignore(), description="What is dropped when it arrives.")
    proxy: StrictStr | None = Field(
        default=None,
        max_length=_LONGEST_URL,
        repr=False,
        description="`http://` or `socks5://`: the proxy to WhatsApp, instead of the host's own way.",
    )
    device_name: _Name | None = Field(
        default=None,
        description="The session's name in the phone's list of linked devices, from the next pairing on.",
    )

    history: History = Field(default=History(), description="How much history the session takes at the next pairing.")
    reject_calls: RejectCalls = Field(default=RejectCalls(), description="Whether calls of people are rejected.")
    auto_read: StrictBool = Field(
        default=False, description="Whether others are told that what they write is read, as soon as it is here."
    )
    always_online: StrictBool = Field(
        default=False, description="Whether it is seen as available while it is connected. The phone is silent then."
    )
    probe_after: _Silence | None = Field(
        default=None,
        description="Seconds of silence after which a message to its own number shows whether anything comes; "
        "null: never.",
    )
    media: ChosenMedia = Field(default=ChosenMedia(), description="Which files of messages are had when they arrive.")
    metadata: dict[_Key, _Value] = Field(
        default={},
        max_length=_MOST_METADATA,
        description="Your own words about the session: told with its status and with each of its events.",
    )

    def shown(self) -> Choices:
        """As it is shown: without what is said to the proxy of who asks."""
        return self if self.proxy is None else self.model_copy(update={"proxy": shown_proxy(self.proxy)})


AS_AT_FIRST = Choices()
"""Of a session that nothing was chosen for."""
KNOWN = frozenset(map(to_camel, Choices.model_fields))
"""The names of the settings that this version goes by."""


def choices_of(settings: str | None) -> Choices:
    """What the settings in a row say. What this version cannot read of them is as at first."""
    if settings is None:
        return AS_AT_FIRST
    said = cast("dict[str, Any]", orjson.loads(settings))
    try:
        return Choices.model_validate(said)
    except ValidationError as error:  # a newer version chose something else than this one knows
        unknown = {part["loc"][0] for part in error.errors(include_url=False, include_input=False)}
        return Choices.model_validate({name: value for name, value in said.items() if name not in unknown})


def merged(settings: str | None, given: Mapping[str, Any]) -> str:
    """The settings with some of them chosen anew, by RFC 7396: None is what it was at first, what is not given stays.

    What this version does not know stays too.
    """
    before = {} if settings is None else cast("dict[str, Any]", orjson.loads(settings))
    return orjson.dumps(_merged(before, given)).decode()


def _merged(before: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    after = dict(before)
    for name, value in given.items():
        if value is None:
            after.pop(name, None)
        elif isinstance(value, Mapping):
            inner = after.get(name)
            after[name] = _merged(inner if isinstance(inner, dict) else {}, cast("Mapping[str, Any]", value))
        else:
            after[name] = value
    return after

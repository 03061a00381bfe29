"""What the two processes say to each other: one JSON object a line, a request or its answer.

An answer has the call number of its request, and either `result`, or `error` (the code of a class in
`errors`) and `text`.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from sandbox.control.draft import Action, Draft

MAX_LINE: Final = 64 * 1024 * 1024
"""Longest line, in bytes; all messages of a contact are one."""

MAILBOX: Final = "journal.db"
"""The mailbox's file in the folder of the contacts, under the name that folders have it by."""

_Number = Annotated[str, Field(pattern=r"^[1-9][0-9]{6,14}$")]


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    call: int


class Add(_Request):
    """Make a contact, or change the manner of one; the result is empty and comes when it is connected."""

    do: Literal["add"] = "add"
    number: _Number
    reads: bool = True
    reply: str | None = None


class Remove(_Request):
    """Unlink a contact's device and forget it."""

    do: Literal["remove"] = "remove"
    number: _Number


class Messages(_Request):
    """List what a contact received, oldest first, under `messages`."""

    do: Literal["messages"] = "messages"
    number: _Number
    everything: bool = False
    """Also what it sent, and what changes others."""


class File(_Request):
    """Have the decrypted file of a received message; the result has its `path`."""

    do: Literal["file"] = "file"
    number: _Number
    message: str


class Send(_Request):
    """Send a message; the result has its `id`, and under `media` how its file is known."""

    do: Literal["send"] = "send"
    number: _Number
    to: str = Field(min_length=1, max_length=128)
    draft: Draft


class Act(_Request):
    """Do something about a message, or to somebody; the result has the `id` of the message that does it, or null."""

    do: Literal["act"] = "act"
    number: _Number
    what: str
    action: Action


class Told(_Request):
    """List the receipts or the presence that a contact was told, oldest first, under `told`."""

    do: Literal["told"] = "told"
    number: _Number
    what: Literal["receipts", "presence"]


class Look(_Request):
    """Look at somebody, as an app does; the result is what is shown."""

    do: Literal["look"] = "look"
    number: _Number
    to: str = Field(min_length=1, max_length=128)


class Call(BaseModel):
    """What every request has, even one that is otherwise malformed."""

    call: int


CALL: Final[TypeAdapter[Call]] = TypeAdapter(Call)

Request = Add | Remove | Messages | File | Send | Act | Told | Look
REQUEST: Final[TypeAdapter[Request]] = TypeAdapter(Annotated[Request, Field(discriminator="do")])


class Answer(BaseModel):
    """The answer to the request with the same `call`."""

    model_config = ConfigDict(frozen=True)

    call: int
    result: dict[str, object] | None = None
    error: str | None = None
    text: str = ""

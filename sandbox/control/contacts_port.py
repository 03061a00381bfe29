"""What the control API asks of contacts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel


class ContactsError(Exception):
    """A contact could not do what it was asked to."""


class Draft(BaseModel):
    """A message that a contact is to send: of a `type` with what it is made of, or any as its protobuf's JSON.

    A file is at a `url`, in `base64`, or at a `path` of this machine. `text` is the caption of what has a file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, validate_by_name=True)
    type: str = Field(default="text", max_length=32)
    text: str = Field(default="", max_length=65_536)
    message: dict[str, Any] | None = Field(default=None, min_length=1)
    url: str | None = None
    base64: str | None = None
    path: str | None = None
    mimetype: str | None = None
    file_name: str | None = None
    seconds: int | None = Field(default=None, ge=0)
    width: int | None = Field(default=None, ge=0)
    height: int | None = Field(default=None, ge=0)
    animated: bool | None = None
    view_once: bool = False
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    name: str | None = None
    address: str | None = None
    quoted_id: str | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Draft:
        if self.message is not None and self.model_fields_set - {"message", "to"}:
            raise ValueError("give either text or message")
        if self.message is None and self.type == "text" and not self.text:
            raise ValueError("give either text or message")
        return self


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that WhatsApp acknowledged: its id, and of its file the key and the names it goes by."""

    id: str
    media: dict[str, Any] | None = None


class Contacts(Protocol):
    """Numbers with a real client each, in a process of their own, that decrypt, read and answer."""

    async def add(self, number: str, *, reads: bool = True, reply: str | None = None) -> None:
        """Link a client to this number (a phone that exists) and connect it; one that exists gets the new manner.

        Args:
            number: International, digits only.
            reads: Whether it sends read receipts.
            reply: What it answers to every message; None for nothing.

        Raises:
            ContactsError: It did not come about.
        """
        ...

    async def messages(self, number: str) -> list[dict[str, Any]]:
        """Return what the contact received, oldest first.

        Raises:
            ContactsError: There is no such contact.
        """
        ...

    async def send(self, number: str, to: str, draft: Draft) -> Sent:
        """Send a message to a number or JID.

        Raises:
            ContactsError: There is no such contact, the draft makes no sense, or the message was not taken.
        """
        ...

    async def file(self, number: str, message: str) -> Path:
        """Return where the decrypted file of a received message is, downloading it if need be.

        Raises:
            ContactsError: There is no such contact or message, or its file cannot be had.
        """
        ...

    async def remove(self, number: str) -> None:
        """Log the contact's client out.

        Raises:
            ContactsError: There is no such contact.
        """
        ...

"""What the control API asks of contacts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sandbox.control.draft import Action, Draft


class ContactsError(Exception):
    """A contact could not do what it was asked to."""


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

    async def messages(self, number: str, *, everything: bool = False) -> list[dict[str, Any]]:
        """Return what the contact received, oldest first, as later messages about it have changed it.

        Args:
            number: The contact's.
            everything: Also what it sent, and what changes others as messages of their own.

        Raises:
            ContactsError: There is no such contact.
        """
        ...

    async def act(self, number: str, what: str, action: Action) -> str | None:
        """Do one of `ACTIONS`; return the id of the message that does it, if one does.

        Raises:
            ContactsError: There is no such contact or message, or it was not taken.
        """
        ...

    async def told(self, number: str, what: str) -> list[dict[str, Any]]:
        """Return the `receipts` or the `presence` that the contact was told, oldest first.

        Raises:
            ContactsError: There is no such contact.
        """
        ...

    async def look(self, number: str, to: str) -> dict[str, Any]:
        """Return what the contact is shown of somebody: the text about them, their picture, their business's name.

        Raises:
            ContactsError: There is no such contact, or WhatsApp did not say.
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

"""What the control API asks of contacts."""

from __future__ import annotations

from typing import Any, Protocol


class ContactsError(Exception):
    """A contact could not do what it was asked to."""


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

    async def send(self, number: str, to: str, text: str, message: dict[str, Any] | None = None) -> str:
        """Send a text, or any message given as protobuf's JSON, to a number or JID; return the message id.

        Raises:
            ContactsError: There is no such contact, or the message was not taken.
        """
        ...

    async def remove(self, number: str) -> None:
        """Log the contact's client out.

        Raises:
            ContactsError: There is no such contact.
        """
        ...

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from sandbox.environment import SandboxAddresses


class ContactsError(Exception):
    """A contact could not do what it was asked to; the text says why."""


class Contacts(Protocol):
    """Numbers with a real client each, in a process of their own, that decrypt, read and answer.

    Any method may raise a ContactsError.
    """

    async def add(self, number: str, *, reads: bool = True, reply: str | None = None) -> None:
        """Link a client to this number and return when it is connected.

        `reads`: it sends read receipts. `reply`: what it answers to every message, None for nothing.
        """
        ...

    async def messages(self, number: str) -> list[dict[str, Any]]:
        """Return what the contact received and decrypted, oldest first."""
        ...

    async def send(self, number: str, to: str, text: str) -> dict[str, Any]:
        """Send a text to a number, return the message's id and what else is known of it."""
        ...

    async def remove(self, number: str) -> None:
        """Unlink the contact's client and forget what it received."""
        ...


ContactsFactory: TypeAlias = Callable[[SandboxAddresses, Path], AbstractAsyncContextManager[Contacts]]
"""Given where the sandbox listens and a folder to keep things in, the contacts for as long as it runs."""

"""All contacts of one process: brought back when it starts, added, removed, found."""

from __future__ import annotations

import asyncio
import logging
import shutil
from typing import Final

from neonize.exc import NeonizeError

from sandbox.contacts.contact import Contact
from sandbox.contacts.errors import NotConnectedError, TooManyContactsError, UnknownContactError
from sandbox.contacts.mailbox import Manner
from sandbox.contacts.showing import show
from sandbox.contacts.surroundings import Surroundings

MAX_CONTACTS: Final = 200
"""Contacts in one process: each costs about 1 MB, a thread and 5 file descriptors."""

_log = logging.getLogger(__name__)


class Roster:
    """The contacts of this process and the tasks they live in."""

    def __init__(self, surroundings: Surroundings, tasks: asyncio.TaskGroup) -> None:
        """Let contacts live in `tasks`: one that breaks ends them all, and the process."""
        self._around = surroundings
        self._tasks = tasks
        self._contacts: dict[str, Contact] = {}
        self._lives: dict[str, asyncio.Task[None]] = {}

    def resume(self) -> None:
        """Start every contact that the mailbox knows; they connect one after the other."""
        for number, manner in self._around.mailbox.contacts().items():
            self._start(number, manner)

    def find(self, number: str) -> Contact:
        """Return a contact.

        Raises:
            UnknownContactError: there is none with this number.
        """
        try:
            return self._contacts[number]
        except KeyError:
            raise UnknownContactError(f"{number} is not a contact") from None

    async def add(self, number: str, manner: Manner) -> None:
        """Make a contact, or give one a new manner; return when it is connected.

        Raises:
            TooManyContactsError: there are MAX_CONTACTS.
            NotConnectedError: it could not pair or connect; a new one is forgotten again.
        """
        known = self._contacts.get(number)
        if known is None and len(self._contacts) >= MAX_CONTACTS:
            raise TooManyContactsError(f"this process has {MAX_CONTACTS} contacts, the most it may have")
        self._around.mailbox.add(number, manner)
        if known is not None:
            known.manner = manner
            await known.connected()
            return
        contact = self._start(number, manner)
        try:
            await show(contact, available=True)
        except NotConnectedError:
            await self.remove(number)
            raise

    async def remove(self, number: str) -> None:
        """Unlink a contact's device from its phone and forget the contact with all it received.

        Raises:
            UnknownContactError: there is none with this number.
        """
        contact = self.find(number)
        del self._contacts[number]
        try:
            await contact.unlink()
        except (NeonizeError, NotConnectedError) as error:
            _log.warning("%s stays linked to its phone: %s", number, error)
        self._around.turns.leave(number)
        life = self._lives.pop(number)
        life.cancel()
        await asyncio.wait({life})
        self._around.mailbox.remove(number)
        await asyncio.to_thread(shutil.rmtree, self._around.folder(number), ignore_errors=True)

    async def stop(self) -> None:
        """Disconnect every contact, in order that nothing they have acknowledged is dropped."""
        for life in self._lives.values():
            life.cancel()
        if self._lives:
            await asyncio.wait(self._lives.values())

    def _start(self, number: str, manner: Manner) -> Contact:
        self._around.turns.join(number)
        contact = self._contacts[number] = Contact(number, manner, self._around)
        self._lives[number] = self._tasks.create_task(contact.run(), name=f"contact {number}")
        return contact

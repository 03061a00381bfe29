"""The contacts of a sandbox as its control API uses them, in a process that starts with the first."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, cast

from sandbox.contacts.process import ContactsProcess, Launch
from sandbox.control.contacts_port import Sent
from sandbox.control.draft import Action, Draft

_ADDED_WITHIN: Final = 60.0
_SENT_WITHIN: Final = 45.0
_ANSWERED_WITHIN: Final = 30.0  # seconds; a process that died is back in about 2


class NeonizeContacts:
    """Contacts with a real neonize device each. Any method may raise a ContactError."""

    def __init__(self, launch: Launch) -> None:
        self.process = ContactsProcess(launch)

    def resume(self) -> None:
        """Start the process at once when its folder has contacts of an earlier run."""
        self.process.resume()

    async def add(self, number: str, *, reads: bool = True, reply: str | None = None) -> None:
        """Make `number` a contact: pair it, and return when it is connected.

        Args:
            number: international, digits only.
            reads: whether it sends read receipts.
            reply: what it answers to every message that is no answer itself; None for nothing.
        """
        request: dict[str, object] = {"do": "add", "number": number, "reads": reads, "reply": reply}
        await self.process.ask(request, _ADDED_WITHIN, repeatable=True)

    async def messages(self, number: str, *, everything: bool = False) -> list[dict[str, Any]]:
        """Return what `number` received and decrypted (docs/sandbox.md#contacts), oldest first.

        Args:
            number: the contact's.
            everything: also what it sent, and what changes others as messages of their own.
        """
        request: dict[str, object] = {"do": "messages", "number": number, "everything": everything}
        answer = await self.process.ask(request, _ANSWERED_WITHIN, repeatable=True)
        return cast("list[dict[str, Any]]", answer["messages"])

    async def act(self, number: str, what: str, action: Action) -> str | None:
        """Do one of `sandbox.control.draft.ACTIONS`; return the id of the message that does it, if one does.

        Raises:
            ContactsInterruptedError: the process died meanwhile; whether it was done is unknown.
        """
        described = action.model_dump(by_alias=True, exclude_unset=True)
        request: dict[str, object] = {"do": "act", "number": number, "what": what, "action": described}
        answer = await self.process.ask(request, _SENT_WITHIN, repeatable=False)
        return cast("str | None", answer["id"])

    async def told(self, number: str, what: str) -> list[dict[str, Any]]:
        """Return the `receipts` or the `presence` that `number` was told, oldest first."""
        request: dict[str, object] = {"do": "told", "number": number, "what": what}
        answer = await self.process.ask(request, _ANSWERED_WITHIN, repeatable=True)
        return cast("list[dict[str, Any]]", answer["told"])

    async def look(self, number: str, to: str) -> dict[str, Any]:
        """Return what `number` is shown of the number `to` (docs/sandbox.md#people)."""
        request: dict[str, object] = {"do": "look", "number": number, "to": to}
        return await self.process.ask(request, _ANSWERED_WITHIN, repeatable=True)

    async def send(self, number: str, to: str, draft: Draft) -> Sent:
        """Send a message from `number` to the number or JID `to`; return it once WhatsApp acknowledged it.

        Raises:
            ContactsInterruptedError: the process died meanwhile; whether the message left is unknown.
        """
        described = draft.model_dump(by_alias=True, exclude_unset=True)
        request: dict[str, object] = {"do": "send", "number": number, "to": to, "draft": described}
        answer = await self.process.ask(request, _SENT_WITHIN, repeatable=False)
        return Sent(str(answer["id"]), cast("dict[str, Any] | None", answer["media"]))

    async def file(self, number: str, message: str) -> Path:
        """Return where the decrypted file of a message is that `number` received, downloading it if need be."""
        request: dict[str, object] = {"do": "file", "number": number, "message": message}
        return Path(str((await self.process.ask(request, _SENT_WITHIN, repeatable=True))["path"]))

    async def remove(self, number: str) -> None:
        """Unlink the device of `number` from its phone and forget what it received."""
        await self.process.ask({"do": "remove", "number": number}, _ANSWERED_WITHIN, repeatable=False)

    async def close(self) -> None:
        """Disconnect all contacts and end their process."""
        await self.process.close()

"""What is needed of the sessions of a shard to have them do something by themselves."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from shared.contracts.commands.command import Question


class Whose(NamedTuple):
    """Whose a session is."""

    key_id: str
    number: str | None


class Acting(Protocol):
    """The sessions that this shard holds."""

    def whose(self, session_uid: str) -> Whose | None:
        """None: it is not held here."""
        ...

    async def ask(self, session_uid: str, question: Question[Any], *, within: float) -> None:
        """Have a session tell WhatsApp something.

        Raises:
            NotSent: it is not connected, or not here.
            WagateError: WhatsApp refused, or said nothing.
        """
        ...

    def look(self, session_uid: str) -> None:
        """Have a session look for messages that wait to be sent."""
        ...

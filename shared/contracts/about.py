"""What a message of any kind has beside its content: what it answers, who is mentioned, what its sender calls it."""

from __future__ import annotations

from pydantic import ConfigDict

from shared.discreet import Discreet


class About(Discreet):
    """Beside the content in a command and a row. A host that does not know all of it refuses it, as with content."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quoted_id: str | None = None
    """The message it answers, in the same chat: by the gateway's id of it or by WhatsApp's."""
    mentions: tuple[str, ...] = ()
    """JIDs."""
    forwarded: bool = False
    """It says what somebody has written elsewhere."""
    client_ref: str | None = None
    """What its sender calls it: told again, and not looked at."""

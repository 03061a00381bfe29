"""What a message of any kind has beside its content: what it answers, who is mentioned, what its sender calls it."""

from __future__ import annotations

from pydantic import ConfigDict

from shared.contracts.content.file import File
from shared.discreet import Discreet


class Preview(Discreet):
    """What phones show of a link in a text, since they fetch nothing for what others send."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    """As it stands in the text."""
    title: str
    description: str | None = None
    picture: File | None = None
    """Of any size; a small one is made of it."""


class Look(Discreet):
    """How phones show a text that is a status post. Colours: `0xAARRGGBB`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    background: int | None = None
    colour: int | None = None
    """Of the letters."""
    font: int | None = None
    """WhatsApp's number of it."""


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
    preview: Preview | None = None
    """Of a text: what is shown of its link."""
    look: Look | None = None
    """Of a text: how it is shown, as a status post."""
    album: str | None = None
    """The album that it is part of: the gateway's id of that."""

"""The request that a stored message can be sent with, put together from what its row says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pydantic.alias_generators import to_camel

from functions.messages.kinds import KINDS
from shared.contracts.about import About
from shared.contracts.content.file import WithFile
from shared.contracts.content.text import Text
from shared.contracts.contents import CONTENT
from shared.jids import BROADCAST, Jid
from shared.messages.model import OutboundMessage

_PATHS: Final = {kind.content: kind.path for kind in reversed(KINDS)}
_APART: Final = {"type", "file", "picture"}


@dataclass(frozen=True, slots=True)
class AsRequest:
    """A POST."""

    path: str
    body: dict[str, Any]


def as_request(message: OutboundMessage, session_name: str) -> AsRequest | None:
    """It; None of what more than one request made, or more than its row says: albums, status posts, forwarded ones.

    What is not stored is not in it: how long its sender waited, and where a file came from (it has the `mediaId`).

    Raises:
        ValidationError: a later version wrote the row.
    """
    content, about = CONTENT.validate_python(message.content), About.model_validate(message.about)
    to, path = Jid.parse(message.to), _PATHS.get(type(content))
    if path is None or to.server == BROADCAST or about.album is not None or about.forwarded:
        return None
    said = content.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=_APART)
    body: dict[str, Any] = {"sessionId": session_name, "number": to.number or message.to}
    body |= {to_camel(name): value for name, value in said.items()}
    if isinstance(content, Text):
        body["message"] = body.pop("text")
    file = content if isinstance(content, WithFile) else getattr(content, "picture", None)
    if file is not None:
        body["mediaId"] = file.file.media_id
    return AsRequest(path, body | _beside(message, about))


def _beside(message: OutboundMessage, about: About) -> dict[str, Any]:
    preview = about.preview and {"title": about.preview.title, "url": about.preview.url}
    beside: dict[str, Any] = {
        "quotedId": about.quoted_id,
        "mentions": [Jid.parse(person).number or person for person in about.mentions],
        "linkPreview": preview,
        "clientRef": about.client_ref,
        "queue": message.queue,
    }
    return {name: value for name, value in beside.items() if value}

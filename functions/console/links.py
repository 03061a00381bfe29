"""A link for a customer: one session, once, for a while. Whoever has it can link a phone with that session, no more."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from functions.console.words.course import states_since
from functions.services import Services
from shared.errors import BadRequest, LinkOver, SecretUnreadable, SessionNotFound
from shared.ids import now_ms
from shared.known_fields import with_known_fields
from shared.sealing.sealer import Sealer
from shared.sessions.chosen import merged
from shared.sessions.model import Desired, Session, SessionStatus
from shared.tenants.model import ApiKey

_ABOUT: Final = "console customer link"
LASTS: Final = 3600
"""Seconds."""
LONGEST: Final = 7 * 86_400
_LONGEST_ADDRESS: Final = 1024
_FROM: Final = "linksFrom"
"""Beside the settings of a session: links made up to that moment open nothing."""
_LINKED: Final = frozenset({SessionStatus.PAIRING.value, SessionStatus.CONNECTED.value})


@dataclass(frozen=True, slots=True)
class Link:
    """What it says."""

    key_id: str
    uid: str
    """Of the session."""
    made_at: int
    """Milliseconds since 1970."""
    back: str | None = None
    """Where the customer goes on, as whoever made the link said."""
    lasts: int = LASTS

    @property
    def until(self) -> int:
        """When it ends."""
        return self.made_at + self.lasts * 1000

    @property
    def host(self) -> str:
        """Where that is, to be read before one goes there."""
        return urlsplit(self.back or "").hostname or ""


def token_of(sealer: Sealer, link: Link) -> str:
    """The word for the address. Raises SecretsKeyMissing."""
    return sealer.seal(orjson.dumps(asdict(link)), _ABOUT)


def checked_address(text: str) -> str | None:
    """An address that a customer may be led to, None for an empty one.

    Nobody but the maker of a link can say it: it is sealed with the rest. Raises BadRequest.
    """
    if not text:
        return None
    try:
        parts = urlsplit(text)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username and parts.port != 0
    except ValueError:
        fine = False
    plain = text.isascii() and text.isprintable() and not set(text) & set("\\ \"<>'`") and len(text) <= _LONGEST_ADDRESS
    if not fine or not plain:
        raise BadRequest("The address to go back to has to begin with https:// and a host.", field="returnUrl")
    return text


async def opened(serving: Services, token: str) -> tuple[Link, ApiKey, Session]:
    """What a link is for.

    Raises:
        LinkOver: it is none of ours, or its time is over, or it was taken back, or its key or session is gone.
    """
    try:
        link = with_known_fields(Link, orjson.loads(serving.sealer.open(token, _ABOUT)))
    except (SecretUnreadable, orjson.JSONDecodeError):
        raise LinkOver from None
    key, session = await serving.keys.get(link.key_id), await serving.sessions.get(link.uid)
    now = now_ms()
    if link.until < now or key is None or not key.active or (key.expires_at or now + 1) <= now:
        raise LinkOver
    if (
        session is None
        or not key.limits.have_session(session.name)
        or session.key_id != link.key_id
        or session.desired is Desired.DELETED
    ):
        raise LinkOver
    if link.made_at <= _valid_from(session):
        raise LinkOver
    return link, key, session


async def revoke_all(serving: Services, session: Session) -> None:
    """Have the links of a session that were made until now open nothing. Raises SessionNotFound."""
    if await serving.sessions.choose(session.uid, lambda before: merged(before, {_FROM: now_ms()})) is None:
        raise SessionNotFound(f"This key has no session '{session.name}'.", sessionId=session.name)
    serving.session_rows.forget(session)


def _valid_from(session: Session) -> int:
    beside: dict[str, Any] = orjson.loads(session.settings) if session.settings else {}
    return int(beside.get(_FROM, 0))


async def was_used(serving: Services, link: Link, session: Session) -> bool:
    """Whether a phone was linked since the link was made: the log of events knows, and nobody has to note it.

    Raises:
        BusUnavailable: the log cannot be read.
        EventsGone: likewise.
    """
    return bool(_LINKED & set(await states_since(serving.reading, session, link.made_at)))

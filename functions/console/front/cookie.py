"""Who is logged in: a sealed cookie. It names keys by their ids and opens nothing but the console."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

import orjson

from functions.http.requests import Connection, header
from shared.errors import SecretUnreadable
from shared.ids import now_ms
from shared.known_fields import with_known_fields
from shared.sealing.sealer import Sealer

_NAME: Final = "wagate_console"
_SECURE_NAME: Final = "__Host-wagate_console"
"""A browser takes this name over TLS only, for this host only."""
_ABOUT: Final = "console login"
LASTS: Final = 12 * 3600
"""Seconds: a working day."""


@dataclass(frozen=True, slots=True)
class Login:
    """What the cookie says. Never a key: its id, which is no secret."""

    key_id: str | None = None
    """Whose sessions are shown."""
    admin: str | None = None
    """What tells the admin key of then from that of now; None: it was not given."""
    until: int = field(default_factory=lambda: now_ms() + LASTS * 1000)
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    """What the tokens of its forms are made with."""

    def also(self, *, key_id: str | None = None, admin: str | None = None) -> Login:
        """The same with another key: a new cookie, with another secret."""
        fresh = Login()
        return replace(fresh, key_id=key_id or self.key_id, admin=admin or self.admin)


def login_of(connection: Connection, sealer: Sealer) -> Login | None:
    """Who is logged in by the request's cookie; None: nobody, it is over, or it was not made here."""
    sealed = cookies_of(connection).get(_SECURE_NAME if is_secure(connection) else _NAME)
    if not sealed:
        return None
    try:
        said: dict[str, Any] = orjson.loads(sealer.open(sealed, _ABOUT))
    except (SecretUnreadable, orjson.JSONDecodeError):
        return None
    login = with_known_fields(Login, said)
    return login if login.until > now_ms() else None


def set_cookie(connection: Connection, sealer: Sealer, login: Login | None) -> dict[str, str]:
    """The header that logs a browser in, or out (None)."""
    value = "" if login is None else sealer.seal(orjson.dumps(asdict(login)), _ABOUT)
    lasts = 0 if login is None else LASTS
    secure = is_secure(connection)
    named = f"{_SECURE_NAME if secure else _NAME}={value}"
    rest = f"; Path=/; Max-Age={lasts}; HttpOnly; SameSite=Strict" + ("; Secure" if secure else "")
    return {"Set-Cookie": named + rest}


def cookies_of(connection: Connection) -> dict[str, str]:
    """The cookies of a request."""
    pairs = (pair.strip().partition("=") for pair in (header(connection, "Cookie") or "").split(";"))
    return {name: value for name, _, value in pairs}


def is_secure(connection: Connection) -> bool:
    """Whether the browser speaks TLS. A caller who lies about it keeps the own cookie safer, and nothing else."""
    forwarded = (header(connection, "X-Forwarded-Proto") or "").rpartition(",")[2].strip()
    return (forwarded or connection.scope["scheme"]) == "https"


def origin_of(connection: Connection) -> str:
    """Where who asks finds the gateway."""
    host = header(connection, "X-Forwarded-Host") or header(connection, "Host") or "localhost:3000"
    return f"{'https' if is_secure(connection) else 'http'}://{host}"

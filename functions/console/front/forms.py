"""Forms: what their fields say, and that a page of ours sent them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from functions.console.front.cookie import Login
from functions.http.arriving import pieces
from functions.http.requests import HttpRequest, header
from shared.errors import BadRequest, BodyTooLarge, FormNotOurs, UnsupportedMediaType

TOKEN: Final = "_token"  # noqa: S105 - the name of a field
_FORM: Final = "application/x-www-form-urlencoded"
_LARGEST: Final = 64 * 1024
_MOST_FIELDS: Final = 1_200
"""More than sessions are chosen at once."""
_SALT: Final = 16


class Fields:
    """The fields of a form, or of a query."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._pairs = pairs

    def one(self, name: str) -> str:
        """What a field says, without blanks around it; empty when it is not there."""
        return next((value.strip() for field, value in self._pairs if field == name), "")

    def every(self, name: str) -> list[str]:
        """What all fields of that name say."""
        return [value for field, value in self._pairs if field == name]

    def has(self, name: str) -> bool:
        """Whether a box is ticked."""
        return any(field == name for field, _ in self._pairs)


async def fields_of(request: HttpRequest) -> Fields:
    """The fields of the form that a request brings.

    Raises:
        BadRequest: it is none.
        BodyTooLarge: it has more than 64 KiB.
        UnsupportedMediaType: it says that it is something else.
    """
    kind = (header(request, "Content-Type") or "").partition(";")[0].strip().lower()
    body = bytearray()
    async for piece in pieces(request):
        body += piece
        if len(body) > _LARGEST:
            raise BodyTooLarge(f"The form is larger than {_LARGEST} bytes.", limit=_LARGEST)
    if body and kind != _FORM:
        raise UnsupportedMediaType("The console takes forms only.")
    return Fields(pairs(body.decode("utf-8", "replace")))


def pairs(text: str) -> list[tuple[str, str]]:
    """Names and values of a query, or of a form. Raises BadRequest."""
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise BadRequest("The form has too many fields.") from None


def token_for(login: Login) -> str:
    """What a form has to say: another one on each page, so that compressing pages tells nothing of it (BREACH)."""
    salt = secrets.token_hex(_SALT)
    return salt + _mac(login, salt)


def check_ours(request: HttpRequest) -> None:
    """Return when no page of elsewhere sent a request, as its browser says; raises FormNotOurs."""
    site = header(request, "Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        raise FormNotOurs
    origin = header(request, "Origin")
    if site is None and origin is not None and urlsplit(origin).netloc not in _hosts(request):
        raise FormNotOurs


def check_token(request: HttpRequest, login: Login, form: Fields) -> None:
    """Return when a form, or the header that htmx sends, has a token of this login; raises FormNotOurs."""
    given = header(request, "X-Console-Token") or form.one(TOKEN)
    salt, mac = given[: _SALT * 2], given[_SALT * 2 :]
    if not mac or not hmac.compare_digest(mac.encode(), _mac(login, salt).encode()):
        raise FormNotOurs


def _mac(login: Login, salt: str) -> str:
    return hmac.new(login.secret.encode(), salt.encode(), hashlib.sha256).hexdigest()


def _hosts(request: HttpRequest) -> Mapping[str, None]:
    """What this host is called: a page of elsewhere can set neither header."""
    names = (header(request, "Host"), header(request, "X-Forwarded-Host"))
    return {name: None for name in names if name}

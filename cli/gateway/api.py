"""The gateway's HTTP API, as the commands use it."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from cli.program.exit_codes import ExitCode
from cli.program.failure import Failure
from shared.shown import without_user

_BROUGHT_WITHIN = 60.0
"""Seconds without a piece of a file being taken, and for the answer after the last one."""
_ANSWER_WITHIN = 15.0
"""Seconds for what the API answers at once, and for a QR code, which it answers within 10."""
_NOT_CONNECTED = {"WA_DISCONNECTED", "WA_UNREACHABLE"}
_UNCONFIRMED = {"SEND_UNKNOWN", "SEND_IN_FLIGHT"}
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True)
class Access:
    """Where the gateway is and the keys to it."""

    url: str
    api_key: str | None = field(default=None, repr=False)
    admin_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class File:
    """A file on its way from the gateway: what it is, its bytes' number, and they themselves."""

    mimetype: str
    size: int
    pieces: Iterator[bytes]


class Gateway:
    """A client of one gateway. Every method raises `Failure` with the API's own words.

    Args:
        access: where and with which keys.

    Attributes:
        is_here: whether its address is of this machine.
    """

    def __init__(self, access: Access) -> None:
        self._access = Access(
            access.url,
            api_key=_sendable(access.api_key, "API key", "--key or WAGATE_API_KEY"),
            admin_key=_sendable(access.admin_key, "admin key", "--admin-key, WAGATE_ADMIN_KEY or the file 'admin-key'"),
        )
        self._shown = without_user(access.url)
        # A company's HTTP_PROXY must not stand between this and a gateway on the same machine.
        self.is_here = _host(access.url) in _LOOPBACK
        try:
            self._http = httpx.Client(base_url=access.url, trust_env=not self.is_here)
        except (httpx.InvalidURL, UnicodeError) as error:
            raise _bad_url(access.url) from error

    def ask(  # noqa: PLR0913 - one place for what a request can carry
        self,
        method: str,
        path: str,
        *,
        body: dict[str, Any] | None = None,
        session: str | None = None,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        within: float = _ANSWER_WITHIN,
    ) -> dict[str, Any]:
        """Make a request with the API key and return the answer's object.

        Args:
            method: GET, POST, DELETE.
            path: from `/`, its parts quoted already (`quoted`).
            body: sent as JSON.
            session: the session's name, sent as the query's `sessionId`.
            query: more of that.
            headers: more of them.
            within: seconds to wait for the answer.

        Raises:
            Failure: no gateway there, or it answered with an error.
        """
        query = (query or {}) | ({} if session is None else {"sessionId": session})
        headers = self._with_key() | (headers or {})
        return self._parsed(self._request(method, path, body=body, query=query, headers=headers, within=within))

    def bring(self, url: str, headers: dict[str, str], size: int, pieces: Iterable[bytes]) -> None:
        """PUT the bytes of a file where an upload is to be brought. Raises `Failure` when they are not taken."""
        sized = {**headers, "Content-Length": str(size)}
        answer = self._request("PUT", url, content=pieces, headers=sized, within=_BROUGHT_WITHIN)
        if not answer.is_success:
            self._parsed(answer)

    @contextmanager
    def fetching(self, path: str) -> Generator[File]:
        """A file of the gateway, while its bytes come. Raises `Failure` when it cannot be had, or breaks off."""
        with self._reaching(_BROUGHT_WITHIN), ExitStack() as opened:
            asked = self._http.stream("GET", path, headers=self._with_key(), timeout=_BROUGHT_WITHIN)
            answer = opened.enter_context(asked)
            if answer.has_redirect_location:  # to where files are kept, which is given no key
                kept = self._http.stream("GET", answer.headers["Location"], timeout=_BROUGHT_WITHIN)
                answer = opened.enter_context(kept)
            if not answer.is_success:
                answer.read()
                self._parsed(answer)
            size = int(answer.headers.get("Content-Length", 0))
            yield File(answer.headers.get("Content-Type", ""), size, answer.iter_bytes())

    def ask_as_admin(
        self, method: str, path: str, *, body: dict[str, Any] | None = None, within: float = _ANSWER_WITHIN
    ) -> dict[str, Any]:
        """Make a request with the admin key and return the answer's object. Raises `Failure` like `ask`."""
        if self._access.admin_key is None:
            raise Failure(
                "No admin key was given.",
                remedy="Give it with --admin-key or in WAGATE_ADMIN_KEY, or name the gateway's data folder on this "
                "machine with --data: its file 'admin-key' is read from there.",
                exit_code=ExitCode.REFUSED,
                code="ADMIN_KEY_MISSING",
            )
        headers = {"X-Admin-Key": self._access.admin_key}
        return self._parsed(self._request(method, path, body=body, headers=headers, within=within))

    def _request(  # noqa: PLR0913 - as `ask`
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str],
        body: dict[str, Any] | None = None,
        content: Iterable[bytes] | None = None,
        query: dict[str, str] | None = None,
        within: float = _ANSWER_WITHIN,
    ) -> httpx.Response:
        with self._reaching(within):
            return self._http.request(
                method, path, json=body, content=content, params=query or None, headers=headers, timeout=within
            )

    def _with_key(self) -> dict[str, str]:
        if self._access.api_key is None:
            raise Failure(
                "No API key was given.",
                remedy="Make one with 'wagate keys create NAME' and give it with --key or in WAGATE_API_KEY.",
                exit_code=ExitCode.REFUSED,
                code="KEY_MISSING",
            )
        return {"X-API-Key": self._access.api_key}

    @contextmanager
    def _reaching(self, within: float) -> Generator[None]:
        """Turn what goes wrong on the way into words."""
        try:
            yield
        except httpx.ConnectError as error:
            raise Failure(
                f"No gateway answers at {self._shown} ({error}).",
                remedy="Start one with 'wagate up', or give its address with --url or WAGATE_URL. 'wagate doctor' "
                "looks for the cause.",
                exit_code=ExitCode.GATEWAY_AWAY,
                code="GATEWAY_AWAY",
            ) from error
        except httpx.TransportError as error:
            raise Failure(
                f"The gateway at {self._shown} closed the connection or did not answer within {within:g} s "
                f"({error or type(error).__name__}).",
                remedy="'wagate doctor' looks for the cause.",
                exit_code=ExitCode.GATEWAY_AWAY,
                code="GATEWAY_NO_ANSWER",
            ) from error

    def _parsed(self, response: httpx.Response) -> dict[str, Any]:
        try:
            answer = response.json()
        except (json.JSONDecodeError, UnicodeDecodeError):
            answer = None
        if not isinstance(answer, dict) or "success" not in answer:
            raise Failure(
                f"What answers at {self._shown} is not a wagate gateway (HTTP {response.status_code}).",
                remedy="Give the gateway's address with --url or WAGATE_URL.",
                exit_code=ExitCode.GATEWAY_AWAY,
                code="NOT_A_GATEWAY",
            )
        if not answer["success"]:
            raise _failure(response.status_code, answer)
        return answer


def _sendable(key: str | None, what: str, source: str) -> str | None:
    """The key without the blanks around it; what is wrong is told without it, since people show what a program says."""
    key = (key or "").strip()
    if not all(" " < character <= "~" for character in key):
        raise Failure(
            f"The {what} has a character that no key can have: a line break, a space or a letter with an accent.",
            remedy=f"Copy exactly the whole key again, and give it with {source}.",
            exit_code=ExitCode.REFUSED,
            code="KEY_INVALID",
        )
    return key or None


def quoted(part: str) -> str:
    """A name or id as one part of a path."""
    return quote(part, safe="")


def _host(url: str) -> str:
    """The host of a gateway's address; raises `Failure` when it is none."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for one that is no number, or too large
    except ValueError as error:
        raise _bad_url(url) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _bad_url(url)
    return parts.hostname


def _bad_url(url: str) -> Failure:
    return Failure(
        f"'{without_user(url)}' is not the address of a gateway.",
        remedy="Write it like http://127.0.0.1:3000.",
        exit_code=ExitCode.USAGE,
        code="BAD_URL",
    )


def _failure(status: int, answer: dict[str, Any]) -> Failure:
    code = str(answer.get("code", "FAILED"))
    if code in _NOT_CONNECTED:
        exit_code = ExitCode.NOT_CONNECTED
    elif code in _UNCONFIRMED:
        exit_code = ExitCode.UNCONFIRMED
    elif status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        exit_code = ExitCode.REFUSED
    else:
        exit_code = ExitCode.FAILED
    return Failure(str(answer.get("error", code)), exit_code=exit_code, code=code, details=answer)

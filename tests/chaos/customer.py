"""A customer of the field: calls the API processes in turn, repeats what is worth it, keeps what it is told."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

import aiohttp

_ASK_AGAIN = 0.1
_SEND_WITHIN = 90.0
_SETTLED_WITHIN = 60.0
_LOGIN_WITHIN = 60.0
_CALL_TIMEOUT = aiohttp.ClientTimeout(total=75)
WORTH_REPEATING = frozenset(
    {
        "WA_DISCONNECTED",
        "WA_UNREACHABLE",
        "NO_HOST",
        "SEND_IN_FLIGHT",
        "BUS_UNAVAILABLE",
        "STORE_UNAVAILABLE",
        "MESSAGE_EXPIRED",
        "NO_CONNECTION",
    }
)
"""Codes after which the same request, with the same Idempotency-Key, may still end well."""

_HANDED_OVER = frozenset({"sent", "delivered", "read"})
_ENDED = frozenset({"failed", "expired", "cancelled", "unknown"})

Outcome = Literal["sent", "failed", "unknown", "open"]


@dataclass(slots=True)
class Told:
    """One answer. `code` is NO_CONNECTION when there was none."""

    status: int
    code: str
    seconds: float
    retry_after: str | None
    body: dict[str, Any]


@dataclass(slots=True)
class Send:
    """One message that a customer sent, and what it was told in the end.

    Attributes:
        repeats: whether it repeats the request until it ends; else it takes the first answer.
        outcome: `open` while nothing final was said: neither that it was sent nor that it was not.
    """

    session: str
    to: str
    text: str
    repeats: bool = True
    key: str = field(default_factory=lambda: str(uuid4()))
    outcome: Outcome = "open"
    answers: list[Told] = field(default_factory=list[Told])

    @property
    def last(self) -> Told:
        """The last answer."""
        return self.answers[-1]


class Customer:
    """One API key, several API processes."""

    def __init__(self, http: aiohttp.ClientSession, urls: list[str]) -> None:
        self.urls = urls
        self.key = ""
        self._http = http
        self._next = itertools.cycle(urls)

    async def make_key(self, admin_key: str) -> None:
        """Make the key that everything else is called with."""
        answer = await self.call(
            "POST", "/api/admin/apikeys/generate", headers={"X-Admin-Key": admin_key}, json={"name": "chaos"}
        )
        self.key = str(answer.body["apiKey"])

    async def until_ready(self) -> None:
        """Return when every API process says that it is; the caller sets the deadline."""
        for url in self.urls:
            while (await self.call("GET", "/ready", url=url)).status != 200:
                await asyncio.sleep(_ASK_AGAIN)

    async def qr(self, session: str) -> str:
        """A code to scan, of a session that is made when there is none; raises RuntimeError."""
        return str((await self._well("GET", "/api/qr", params={"sessionId": session}))["qr"])

    async def connected(self, session: str) -> bool:
        """Whether a session is connected."""
        answer = await self.call("GET", "/api/status", params={"sessionId": session})
        return bool(answer.body.get("connected"))

    async def until_connected(self, session: str, within: float = _LOGIN_WITHIN) -> None:
        """Return when a session is connected; raises TimeoutError."""
        async with asyncio.timeout(within):
            while not await self.connected(session):
                await asyncio.sleep(_ASK_AGAIN)

    async def inbox(self, session: str) -> list[str]:
        """The texts that arrived at a session, newest first."""
        texts: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = await self._well(
                "GET", "/api/incoming-messages", params={"sessionId": session, "limit": "500", **cursor}
            )
            texts += [message["message"] for message in page["messages"]]
            if page["next"] is None:
                return texts
            cursor = {"before": page["next"]}

    async def send(self, send: Send, within: float = _SEND_WITHIN) -> Outcome:
        """Send it, again and again when it repeats, and return how it ended; gives up after so many seconds."""
        until = asyncio.get_running_loop().time() + within
        while True:
            told = await self.ask(send)
            send.outcome = _outcome(told)
            if told.status == 202:
                await self.settle(send)
            if told.code not in WORTH_REPEATING or not send.repeats:
                return send.outcome
            if asyncio.get_running_loop().time() > until:
                send.outcome = "failed" if all(_outcome(each) == "failed" for each in send.answers) else "open"
                return send.outcome
            await asyncio.sleep(_ASK_AGAIN)

    async def ask(self, send: Send) -> Told:
        """Make the request once; the answer is kept with it."""
        told = await self.call(
            "POST",
            "/api/send-message",
            headers={"Idempotency-Key": send.key},
            json={"sessionId": send.session, "number": send.to, "message": send.text},
        )
        send.answers.append(told)
        return told

    async def settle(self, send: Send, within: float = _SETTLED_WITHIN) -> None:
        """Ask what became of a message about which nothing final was said, until it is final or time is up."""
        ids = {told.body["id"] for told in send.answers if "id" in told.body}
        if send.outcome != "open" or not ids:
            return
        until = asyncio.get_running_loop().time() + within
        while asyncio.get_running_loop().time() < until:
            states = {(await self.call("GET", f"/api/messages/{each}")).body.get("status", "") for each in ids}
            if states & _HANDED_OVER:
                send.outcome = "sent"
                return
            if states <= _ENDED:
                send.outcome = "unknown" if "unknown" in states else "failed"
                return
            await asyncio.sleep(_ASK_AGAIN)

    async def call(
        self, method: str, path: str, *, url: str | None = None, headers: dict[str, str] | None = None, **request: Any
    ) -> Told:
        """One request to one of the API processes, the next in turn unless it is named."""
        clock = asyncio.get_running_loop().time
        begun = clock()
        headers = ({"X-API-Key": self.key} if self.key else {}) | (headers or {})
        address = (url or next(self._next)) + path
        try:
            async with self._http.request(method, address, headers=headers, timeout=_CALL_TIMEOUT, **request) as answer:
                body = dict(await answer.json())
                code = str(body.get("code", ""))
                return Told(answer.status, code, clock() - begun, answer.headers.get("Retry-After"), body)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return Told(0, "NO_CONNECTION", clock() - begun, None, {"error": repr(error)})

    async def _well(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        """The answer, repeated for a while when a part of the gateway is away; raises RuntimeError."""
        until = asyncio.get_running_loop().time() + _LOGIN_WITHIN
        while True:
            told = await self.call(method, path, **request)
            if told.status == 200:
                return told.body
            if told.code not in WORTH_REPEATING or asyncio.get_running_loop().time() > until:
                raise RuntimeError(f"{method} {path}: {told}")
            await asyncio.sleep(_ASK_AGAIN)


def _outcome(told: Told) -> Outcome:
    """What one answer says of the message.

    A code that is worth repeating promises that nothing was sent only when it carries no id: with one, the message
    was accepted before something failed, and its row says what became of it. 500 promises nothing.
    """
    if told.status == 200:
        return "sent"
    if told.code == "SEND_UNKNOWN":
        return "unknown"
    if told.status in {0, 202, 500} or told.code == "SEND_IN_FLIGHT" or "id" in told.body:
        return "open"
    return "failed"

"""The client without asyncio. Made of asynchronous.py by `make clients`: do not edit."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from wagate_client import files
from wagate_client.answers import content_of, problem, unreachable
from wagate_client.calls import Call
from wagate_client.generated.synchronous import Operations
from wagate_client.generated.models import EventSchema, UploadAnswer
from wagate_client.retrying import FOR_GOOD, Retries

TIMEOUT = 90
"""Seconds: a send waits for WhatsApp for up to 60."""
EVENTS_WAIT = 20


class Wagate(Operations):
    """A gateway: each method is an operation of its API (docs/http-api.md), with the API's names.

    Every method raises a `WagateError`: `errors` has a class for each code.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        admin_key: str | None = None,
        retries: Retries | None = None,
        http: httpx.Client | None = None,
    ) -> None:
        """Ask the gateway at `url` with an API key.

        Args:
            url: as `http://localhost:3000`.
            key: `wa_…`; admin routes need the `admin_key` instead.
            admin_key: only for who makes keys and looks after hosts.
            retries: how often what fails is tried again.
            http: an httpx client of your own, for a proxy or certificates; it is yours to close.
        """
        self._url = url.rstrip("/")
        self._keys = {"api": key, "admin": admin_key}
        self._retries = retries or Retries()
        self._http = http or httpx.Client(timeout=TIMEOUT)
        self._is_own = http is None
        self._session: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        if self._is_own:
            self._http.close()

    def session(self, name: str) -> Self:
        """The same gateway, where everything is about this session unless a call names another one."""
        other = copy.copy(self)
        other._session = name  # noqa: SLF001 - its own
        other._is_own = False  # noqa: SLF001 - whoever made the first one closes the connections
        return other

    def upload_file(self, file: bytes | Path, *, name: str | None = None, mimetype: str | None = None) -> UploadAnswer:
        """Keep a file that messages may be sent with: `mediaId` is the `id` of the answer's `file`."""
        content = file.read_bytes() if isinstance(file, Path) else file
        promise = self._ask(files.promised(content, files.name_of(file, name), mimetype))
        self._ask(files.brought(promise, content))
        return promise

    def follow_events(
        self, after: str | None = None, types: str | None = None, *, session: str | None = None
    ) -> Iterator[EventSchema]:
        """Every event, in order, without end: each once, whatever happens to the gateway meanwhile.

        Keep the `cursor` of the last event that you dealt with, and go on from it after a start.

        Args:
            after: such a cursor; `latest` for what comes from now on; else from the oldest event that is kept.
            types: only these, with commas: `message.received`, `message.*`.
            session: only of this one.

        Raises:
            errors.EventsGone: events after the cursor are kept no more; `fields["next"]` goes on after the gap.
            WagateError: the key is good no more, and the like. While the gateway is away it waits.
        """
        call = Call("GET", "/api/events", query={"wait": EVENTS_WAIT})
        while True:
            asked = call.with_query(after=after, types=types, sessionId=session or self._session)
            page = self._ask(asked, FOR_GOOD)
            for event in page["events"]:
                yield event
            after = page["next"]

    def _ask(self, call: Call, retries: Retries | None = None) -> Any:
        call, attempt = call.with_key(), 0
        asked = call.request(self._url, self._keys, self._session)
        while True:
            attempt += 1
            try:
                request = self._http.build_request(**asked)
                outcome = self._http.send(request, follow_redirects=True)
            except httpx.TransportError as error:
                outcome = error
            if isinstance(outcome, httpx.Response) and outcome.is_success:
                return content_of(call, outcome)
            pause = (retries or self._retries).pause(call, attempt, outcome)
            if pause is None:
                if isinstance(outcome, httpx.Response):
                    raise problem(call, outcome)
                raise unreachable(call, outcome) from outcome
            time.sleep(pause)

    def _items(self, call: Call, items: str, after: str) -> Iterator[Any]:
        while True:
            page = self._ask(call)
            for item in page[items]:
                yield item
            if page["next"] is None:
                return
            call = call.with_query(**{after: page["next"]})

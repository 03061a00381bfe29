"""One call of the API, before it is asked and asked again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import quote
from uuid import uuid4

_REPEATABLE = {"GET", "PUT", "DELETE"}
"""Done twice, they are as if done once (RFC 9110, 9.2.2)."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked; without what only the client knows (the address, the key, the session)."""

    method: str
    path: str
    names: tuple[str, ...] = ()
    """What stands in the braces of the path, one after the other."""
    query: Mapping[str, Any] = field(default_factory=dict[str, Any])
    body: Mapping[str, Any] | None = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    key: Literal["api", "admin", "none"] = "api"
    sends: bool = False
    """Whether it sends a message: it has an Idempotency-Key then, the same in every attempt."""
    idempotency_key: str | None = None
    answers_bytes: bool = False

    @property
    def repeatable(self) -> bool:
        """Whether it may be asked again although it may have been done."""
        return self.method in _REPEATABLE or self.idempotency_key is not None

    def with_key(self) -> Call:
        """The same; one that sends has an Idempotency-Key, made up if its caller gave none."""
        return replace(self, idempotency_key=self.idempotency_key or str(uuid4())) if self.sends else self

    def with_query(self, **more: Any) -> Call:
        """The same with more in its query; what is None is left out."""
        return replace(self, query={**self.query, **{name: value for name, value in more.items() if value is not None}})

    def request(self, url: str, keys: Mapping[str, str | None], session: str | None) -> dict[str, Any]:
        """The arguments of httpx's `build_request`, to the gateway at `url`."""
        headers = {"Accept": "*/*" if self.answers_bytes else "application/json", **self.headers}
        key = keys.get(self.key)
        if key is not None:
            # Authorization is left out of what a redirection to another host asks; a header of ours would go along.
            headers |= {"X-Admin-Key": key} if self.key == "admin" else {"Authorization": f"Bearer {key}"}
        if session is not None and self.key == "api":
            headers["X-Session-Id"] = session
        if self.idempotency_key is not None:
            headers["Idempotency-Key"] = self.idempotency_key
        content = self.content
        if content is None and self.method != "GET" and self.body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(self.body).encode()
        return {
            "method": self.method,
            "url": self._address(url),
            "params": {name: _in_words(value) for name, value in self.query.items() if value is not None},
            "headers": headers,
            "content": content,
        }

    def _address(self, url: str) -> str:
        first, *rest = self.path.split("{")
        ends = [part.partition("}")[2] for part in rest]
        path = first + "".join(quote(name, safe="") + end for name, end in zip(self.names, ends, strict=True))
        return url + path if path.startswith("/") else path  # a file may have to be brought elsewhere


def _in_words(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value

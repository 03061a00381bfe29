"""The page of what cannot be done, made from the list: `make generated`."""

from __future__ import annotations

from collections.abc import Iterator

from litestar import HttpMethod

from functions.families import every_family
from functions.reference.openapi import readable
from functions.unsupported import LACKS
from shared.not_supported import LACKING

_HEAD = """# What cannot be done

Generated from `shared/not_supported.py`, edit it there, by `make generated`.

WhatsApp has more than the client library that the gateway uses (neonize 0.5.2) can do. Where there is a route for such
a thing it answers `501 NOT_SUPPORTED` with these words, does nothing, and pretends nothing.

| what | why | instead | route |
|---|---|---|---|
"""


def page() -> str:
    """The page's text."""
    routes: dict[str, list[str]] = {}
    for name, address in _routes():
        routes.setdefault(name, []).append(f"`{address}`")
    rows = [
        f"| {lacking.what} | {lacking.why} | {lacking.instead} | {', '.join(routes.get(name, ()))} |\n"
        for name, lacking in LACKING.items()
    ]
    return _HEAD + "".join(rows)


def _routes() -> Iterator[tuple[str, str]]:
    """The name of what is lacking, and a route that says so."""
    for family in every_family():
        for handler in family.routes:
            name: str | None = handler.opt.get(LACKS)
            if name is not None:
                (method,) = handler.http_methods - {HttpMethod.HEAD}
                for path in handler.paths:
                    yield name, f"{method} {readable(path)}"

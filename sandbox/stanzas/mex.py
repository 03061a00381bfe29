"""Queries in JSON (w:mex): which module answers which. A query is known by its number alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.stanzas import newsletters, profile
from sandbox.stanzas.errors import StanzaError
from sandbox.wire.nodes import Node

Query = Callable[[Network, Connection, dict[str, Any]], dict[str, Any]]
"""Given the variables; returns what is under `data`. A StanzaError is answered as mex refuses."""


def get(network: Network, connection: Connection, iq: Node) -> list[Node]:
    """Answer a query.

    Raises:
        StanzaError: 501 for one that nothing here answers, 400 for one that is malformed.
    """
    query = iq.need("query")
    answer = _QUERIES.get(query.text("query_id"))
    if answer is None:
        raise StanzaError(501, "feature-not-implemented")
    content = query.content
    try:
        variables = json.loads(content if isinstance(content, (bytes, str)) else b"")["variables"]
        result: dict[str, Any] = {"data": answer(network, connection, variables)}
    except StanzaError as error:
        result = {"data": None, "errors": [_refusal(error)]}
    except (ValueError, KeyError, TypeError) as error:
        raise StanzaError(400, "bad-request") from error
    return [Node("result", {}, json.dumps(result).encode())]


def _refusal(error: StanzaError) -> dict[str, Any]:
    return {
        "message": error.text,
        "extensions": {"error_code": error.code, "is_retryable": False, "severity": "CRITICAL"},
    }


# By number; the last five are Baileys', which asks the same as neonize by others.
_QUERIES: Final[dict[str, Query]] = {
    "9152604461510864": profile.about_by_mex,
    "6234210096708695": newsletters.create,
    "6563316087068696": newsletters.info,
    "6388546374527196": newsletters.followed,
    "9926858900719341": newsletters.follow,
    "6392786840836363": newsletters.unfollow,
    "6274038279359549": newsletters.mute,
    "6068417879924485": newsletters.unmute,
    "8823471724422422": newsletters.create,
    "24404358912487870": newsletters.follow,
    "9767147403369991": newsletters.unfollow,
    "29766401636284406": newsletters.mute,
    "9864994326891137": newsletters.unmute,
}

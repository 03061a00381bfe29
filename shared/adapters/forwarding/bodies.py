"""Bodies of events as other services take them."""

from __future__ import annotations

from typing import Any

import orjson

from shared.events.telling import PublicEvent

_REFUSED = {"\ufffe": "\\ufffe", "\uffff": "\\uffff"}
"""Characters that services refuse in a text although JSON may have them, and how JSON writes them otherwise."""


def fitting(event: PublicEvent, most: int) -> bytes:
    """The event as JSON; one that has more bytes than that goes without its `data`, and says how many it has."""
    body = event.body
    if len(body) > most:
        whole: dict[str, Any] = orjson.loads(body)
        body = orjson.dumps({**whole, "data": None, "metadata": {}, "tooLarge": len(body)})
    text = body.decode()
    return text.translate(str.maketrans(_REFUSED)).encode()

"""The dictionary of common strings, version 3, that both sides replace by one or two bytes."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Final

_DATA = json.loads(files("sandbox.wire.nodes").joinpath("tokens.json").read_text("utf-8"))

FIRST_DICTIONARY: Final = 236
SINGLE: Final[list[str]] = _DATA["single"]
DOUBLE: Final[list[list[str]]] = _DATA["double"]

# What each known string is on the wire. Single-byte tokens come last, to win where a string is in both.
ENCODED: Final[dict[str, bytes]] = {
    **{
        token: bytes((FIRST_DICTIONARY + dictionary, index))
        for dictionary, tokens in enumerate(DOUBLE)
        for index, token in enumerate(tokens)
        if token
    },
    **{token: bytes((index,)) for index, token in enumerate(SINGLE) if token},
}

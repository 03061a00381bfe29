"""Where there are WebSockets: elsewhere a request that asks for one is answered as what it is without."""

from __future__ import annotations

from typing import Final

EVENTS: Final = "/api/events/ws"
PATHS: Final = frozenset({EVENTS.encode()})

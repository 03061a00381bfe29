"""The bus, and what is on it, over NATS.

nats-py loads aiohttp for WebSockets, over which no server of ours is reached: 0.2 s of a processor and 8 MB.
"""

from __future__ import annotations

from shared.hidden import hidden

with hidden("aiohttp"):
    import nats  # noqa: F401 # pyright: ignore[reportUnusedImport] - loaded once, here

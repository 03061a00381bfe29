"""Whether hosts take over from each other yet: shards keep leases, and auth databases are in the bucket."""

from __future__ import annotations

from dataclasses import fields
from importlib.util import find_spec

from shared.adapters.stores import Stores


def takeover_is_wired() -> bool:
    """Whether `shared.leases` is wired into the stores and the session host keeps snapshots."""
    leases = any(port.name == "leases" for port in fields(Stores))
    return leases and find_spec("session_host.auth_sync") is not None

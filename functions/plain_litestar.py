"""Litestar without yaml, which a form of its OpenAPI document takes that is not served. Imported before Litestar."""

from __future__ import annotations

from shared.hidden import empty

with empty("yaml"):
    import litestar

__all__ = ["litestar"]

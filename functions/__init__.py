"""The HTTP API."""

from shared.observing import plain_structlog  # noqa: F401 # pyright: ignore[reportUnusedImport] - before who logs

"""The HTTP API."""

from shared import plain_shutil  # noqa: F401 # pyright: ignore[reportUnusedImport] - before who has temporary files
from shared.observing import plain_structlog  # noqa: F401 # pyright: ignore[reportUnusedImport] - before who logs

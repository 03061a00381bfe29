"""AWS.

aiobotocore loads httpx where it is installed, as another way to AWS that nobody here takes, and with it httpx's own
program: 0.1 s of a processor.
"""

from __future__ import annotations

from shared.hidden import hidden

with hidden("httpx", "httpx2"):
    import aiobotocore.session  # noqa: F401 # pyright: ignore[reportUnusedImport] - loaded once, here

"""asyncio, hashlib and hmac without OpenSSL, for small programs that speak no TLS: it takes 5 MB. Imported first.

Python's own code makes the hashes then.
"""

from __future__ import annotations

from shared.hidden import hidden

with hidden("ssl", "_hashlib"):
    import asyncio
    import hashlib
    import hmac

__all__ = ["asyncio", "hashlib", "hmac"]

"""structlog without rich, for tracebacks of its own: imported by programs before anything that logs.

rich and what it loads take 0.15 s of a processor and 7 MB of every process, for colours that no log here has. pickle
takes half a megabyte: a logger of structlog says by one of its errors that it cannot be pickled.
"""

from __future__ import annotations

from shared.hidden import empty, hidden

with hidden("rich"), empty("pickle"):
    import structlog

__all__ = ["structlog"]

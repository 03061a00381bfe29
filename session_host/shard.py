"""`python -m session_host.shard`: one process of a session host.

The supervisor starts it; it holds the sessions of one slot, and what it held before when it is started again.
"""

from __future__ import annotations

from shared.many_imports import many_imports

with many_imports():
    import sys

    from session_host.shard_program import main, neonize_clients
    from session_host.whatsapp import clients  # noqa: F401 # pyright: ignore[reportUnusedImport] - the library, in advance
    from shared.leaving import leave

if __name__ == "__main__":
    leave(main(sys.argv[1:], neonize_clients))

"""Runs the API: `python -m functions`."""

from __future__ import annotations

from shared.many_imports import many_imports

with many_imports():
    from functions.program import main

if __name__ == "__main__":
    main()

"""shutil and zipfile without bzip2 and LZMA, which nothing here packs or unpacks. Imported before others do.

A quarter of a megabyte in each process: both are loaded by what makes temporary files.
"""

from __future__ import annotations

from shared.hidden import hidden

with hidden("bz2", "lzma"):
    import shutil

__all__ = ["shutil"]

"""Every generated file of clients/, and what it is now."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from functions.reference.openapi import document
from shared.version import VERSION
from tools.clients.operations import Json, operations
from tools.clients.python import python_files, synchronous
from tools.clients.schemas import schemas

CLIENTS: Final = Path(__file__).parents[2] / "clients"
PYTHON: Final = CLIENTS / "python" / "wagate_client"


@cache
def the_document() -> Json:
    """The OpenAPI document of this version."""
    return document(VERSION)


@cache
def python() -> dict[Path, str]:
    """The generated modules of the Python client."""
    whole = the_document()
    known = operations(whole)
    codes = whole["components"]["schemas"]["Problem"]["properties"]["code"]["x-codes"]
    made = {
        PYTHON / "generated" / name: text for name, text in python_files(schemas(whole, known), known, codes).items()
    }
    return made | {PYTHON / "synchronous.py": synchronous((PYTHON / "asynchronous.py").read_text("utf-8"))}


def write() -> list[Path]:
    """Write what is not up to date; which files that were."""
    changed = [path for path, text in python().items() if not path.exists() or path.read_text("utf-8") != text]
    for path in changed:
        path.write_text(python()[path], "utf-8")
    return changed

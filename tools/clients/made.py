"""Every generated file of clients/, and what it is now."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from functions.reference.openapi import document
from shared.version import VERSION
from tools.clients.operations import Json, Operation, operations
from tools.clients.postman import postman
from tools.clients.python import python_files, synchronous
from tools.clients.schemas import schemas
from tools.clients.typescript import head, types, typescript_files

CLIENTS: Final = Path(__file__).parents[2] / "clients"
PYTHON: Final = CLIENTS / "python" / "wagate_client"
TYPESCRIPT: Final = CLIENTS / "typescript"
TYPES: Final = TYPESCRIPT / "src" / "generated" / "schemas.ts"


class _Known(NamedTuple):
    document: Json
    operations: tuple[Operation, ...]
    schemas: Json
    codes: Json


@cache
def _known() -> _Known:
    whole = document(VERSION)
    known = operations(whole)
    codes = whole["components"]["schemas"]["Problem"]["properties"]["code"]["x-codes"]
    return _Known(whole, known, schemas(whole, known), codes)


@cache
def made_here() -> dict[Path, str]:
    """What needs nothing of npm: what each file is now."""
    known = _known()
    python = python_files(known.schemas, known.operations, known.codes)
    typescript = typescript_files(known.operations, known.codes)
    collection = postman(known.document, known.operations)
    return (
        {PYTHON / "generated" / name: text for name, text in python.items()}
        | {PYTHON / "synchronous.py": synchronous((PYTHON / "asynchronous.py").read_text("utf-8"))}
        | {TYPES.with_name(name): text for name, text in typescript.items()}
        | {CLIENTS / "postman" / name: text for name, text in collection.items()}
    )


def types_are_current() -> bool:
    """Whether the types of TypeScript were made of these schemas: their first line says of which."""
    return TYPES.exists() and TYPES.read_text("utf-8").startswith(head(_known().schemas))


def types_now() -> str:
    """The types, made anew: needs what `npm ci` installs."""
    return types(_known().schemas, TYPESCRIPT)


def stale() -> list[Path]:
    """Which of them are not what they should be."""
    here = [path for path, text in made_here().items() if not path.exists() or path.read_text("utf-8") != text]
    return here if types_are_current() else [*here, TYPES]


def write() -> list[Path]:
    """Write what is not up to date; which files that were. Without node the types of TypeScript stay as they are."""
    changed = stale()
    for path in changed:
        if path != TYPES:
            path.write_text(made_here()[path], "utf-8")
        elif shutil.which("node") and (TYPESCRIPT / "node_modules").exists():
            path.write_text(types_now(), "utf-8")
    return changed

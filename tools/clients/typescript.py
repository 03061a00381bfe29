"""The generated part of clients/typescript: types by openapi-typescript, a method for each operation, error codes."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import orjson

from tools.clients.operations import Json, Operation
from tools.clients.templates import filled

_HEAD: Final = "/** Made by `make clients` of the schemas {digest}: do not edit. */\n"


def typescript_files(operations: Sequence[Operation], codes: Json) -> dict[str, str]:
    """The text of each module that needs nothing of npm."""
    return {
        "operations.ts": filled("operations.ts", operations=operations),
        "codes.ts": filled("codes.ts", codes=codes),
    }


def head(schemas: Json) -> str:
    """The first line of the types of these schemas."""
    return _HEAD.format(digest=hashlib.sha256(orjson.dumps(schemas)).hexdigest()[:16])


def types(schemas: Json, package: Path) -> str:
    """The types, by the generator that is installed in the package's folder."""
    with tempfile.TemporaryDirectory() as folder:
        read, written = Path(folder, "openapi.json"), Path(folder, "schemas.ts")
        read.write_bytes(orjson.dumps(schemas))
        command = ["node", "node_modules/openapi-typescript/bin/cli.js", read, "--output", written, "--root-types"]
        subprocess.run(
            [*command, "--root-types-no-schema-prefix", "--root-types-keep-casing"],
            cwd=package,
            check=True,
            capture_output=True,
        )
        return head(schemas) + "\n" + written.read_text("utf-8")

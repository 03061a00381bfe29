"""The generated part of clients/python: types by datamodel-code-generator, a method for each operation, and errors."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import orjson

from tools.clients.operations import Json, Operation
from tools.clients.templates import filled

_OPTIONS: Final = (
    "--input-file-type=openapi",
    "--openapi-scopes=schemas",
    "--output-model-type=typing.TypedDict",
    "--target-python-version=3.11",
    "--enum-field-as-literal=all",
    "--use-union-operator",
    "--use-standard-collections",
    "--use-schema-description",
    "--use-field-description",
    "--use-single-line-docstring",
    "--collapse-root-models",
    "--disable-timestamp",
    "--no-use-closed-typed-dict",
    "--formatters=builtin",
)
_WITHOUT_ASYNCIO: Final = {
    r"await asyncio\.to_thread\(([\w.]+)\)": r"\1()",
    r"\basync (def|for|with)\b": r"\1",
    r"\bawait ": "",
    r"\bAsync(Iterator|Client|Operations|Wagate)\b": r"\1",
    r"\bgenerated\.asynchronous\b": "generated.synchronous",
    r"\b__a(enter|exit)__\b": r"__\1__",
    r"\baclose\b": "close",
    r"\basyncio\.sleep\b": "time.sleep",
    r"^import asyncio\nimport copy\n": "import copy\nimport time\n",
    r"The client on asyncio": "The client without asyncio. Made of asynchronous.py by `make clients`: do not edit",
}
"""What is written differently there, one after the other."""


def python_files(schemas: Json, operations: Sequence[Operation], codes: Json) -> dict[str, str]:
    """The text of each module of `wagate_client.generated`."""
    asynchronous = filled("operations.py", operations=operations)
    return {
        "__init__.py": "",
        "models.py": _models(schemas),
        "asynchronous.py": _formatted(asynchronous),
        "synchronous.py": synchronous(asynchronous),
        "codes.py": _formatted(filled("codes.py", codes=codes)),
    }


def synchronous(code: str) -> str:
    """The same without asyncio."""
    for words, others in _WITHOUT_ASYNCIO.items():
        code = re.sub(words, others, code, flags=re.MULTILINE)
    return _formatted(code)


def _models(schemas: Json) -> str:
    with tempfile.TemporaryDirectory() as folder:
        read, written = Path(folder, "openapi.json"), Path(folder, "models.py")
        read.write_bytes(orjson.dumps(schemas))
        command = [
            sys.executable,
            "-m",
            "datamodel_code_generator",
            f"--input={read}",
            f"--output={written}",
            *_OPTIONS,
        ]
        subprocess.run(command, check=True)
        return _formatted(written.read_text("utf-8"))


def _formatted(code: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length=120", "-"]
    return subprocess.run(command, input=code, capture_output=True, text=True, check=True).stdout

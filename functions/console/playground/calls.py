"""A call of the API, as the fields of the playground describe it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode

from functions.console.front.forms import Fields
from functions.console.playground.operations import Operation
from shared.errors import BadRequest

BETWEEN: Final = "/"
"""Between names of files in one field: what no name has in it."""
_A_FILE: Final = ("file",)
"""Of a call that takes nothing but a file, where none was chosen yet."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked of the API."""

    operation: Operation
    path: str
    query: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Any = None
    """What JSON says; None: there is no body."""
    files: tuple[str, ...] = ()
    """Names of the files that go with it."""

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def is_form(self) -> bool:
        """Whether its body is a form with files."""
        return bool(self.files) and self.operation.form is not None

    @property
    def is_bytes(self) -> bool:
        """Whether its body is nothing but a file."""
        return bool(self.files) and self.operation.form is None

    @property
    def form(self) -> Mapping[str, str]:
        """What its body says as the fields of a form, beside the files; not where else the file might be."""
        named = self.operation.form or frozenset()
        body: Mapping[str, Any] = self.body if isinstance(self.body, dict) else {}
        return {
            name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for name, value in body.items()
            if name in named and value is not None
        }


def call_of(operation: Operation, form: Fields) -> Call:
    """The call that a form describes. Raises BadRequest."""
    path, query, headers = operation.path, dict[str, str](), dict[str, str]()
    for each in operation.fields:
        value = form.one(each.word)
        if each.place == "path":
            if value in {"", ".", ".."}:
                raise BadRequest(f"The field '{each.name}' is missing.", field=each.name)
            path = path.replace(f"{{{each.name}}}", quote(value, safe=""))
        elif value and each.place == "query":
            query[each.name] = value
        elif value:
            if not value.isascii() or not value.isprintable():
                raise BadRequest(f"The field '{each.name}' is wrong: a header has letters of ASCII only.")
            headers[each.name] = value
    names = tuple(filter(None, form.one("file-names").split(BETWEEN))) if operation.takes_file else ()
    if not names and operation.takes_file and operation.body is None:
        names = _A_FILE
    return Call(operation, path, urlencode(query), headers, _body(operation, form.one("body")), names)


def _body(operation: Operation, text: str) -> Any:  # noqa: ANN401 - JSON
    if operation.body is None or not text:
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        raise BadRequest(f"The body is no JSON: {error}.", field="body") from None

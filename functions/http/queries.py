"""Whole numbers, and yes or no, in the query of an address."""

from __future__ import annotations

from functions.http.requests import Connection, HttpRequest
from functions.http.session_names import one_of_query
from shared.errors import BadRequest


def whole_of_query(request: Connection, name: str, *, most: int, default: int) -> int:
    """A number from 1 to `most`, or the default when it is not given; raises BadRequest."""
    text = one_of_query(request, name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and 1 <= int(text) <= most):
        raise BadRequest(f"'{name}' has to be a whole number from 1 to {most}.", field=name)
    return int(text)


def true_in_query(request: HttpRequest, name: str) -> bool:
    """Whether `name=true` is there: `false` and nothing are no; raises BadRequest for anything else."""
    text = one_of_query(request, name)
    if text not in {None, "true", "false"}:
        raise BadRequest(f"'{name}' has to be true or false.", field=name)
    return text == "true"

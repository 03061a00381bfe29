"""The limits of a key, as forms have them."""

from __future__ import annotations

from typing import Any, Final

from functions.console.front.forms import Fields
from functions.console.front.numbers import whole

_LISTS: Final = ("sessions", "addresses", "chats")


def limits_of(form: Fields) -> dict[str, Any]:
    """As JSON has them: of lists a line each; an empty field limits nothing. Raises BadRequest."""
    lists = {name: [line.strip() for line in form.one(name).splitlines() if line.strip()] for name in _LISTS}
    return {**lists, "maxSessions": whole(form, "max"), "requestsPerMinute": whole(form, "often")}

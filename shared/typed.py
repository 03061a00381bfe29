"""`typing.override`, which Python 3.11 has not, for processes that are to stay small: typing_extensions takes 6 MB."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from typing_extensions import override as override  # noqa: PLC0414 - from here
else:
    T = TypeVar("T")

    def override(method: T) -> T:
        """Says that a method takes the place of another."""
        return method

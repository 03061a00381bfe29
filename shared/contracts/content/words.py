"""Texts inside content: what WhatsApp carries, which is everything but NUL characters."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.discreet import Discreet

Plain = Annotated[str, Field(pattern=r"^[^\u0000]*$")]
"""Any text."""


class Part(Discreet):
    """Base of what content consists of; names are camelCase in requests."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, validate_by_name=True)


def differ(texts: tuple[str, ...]) -> tuple[str, ...]:
    """The texts, each of which is another one; raises ValueError."""
    if len(set(texts)) < len(texts):
        raise ValueError("two of them are the same")
    return texts

"""A place."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.content.kind import Content

_Words = Annotated[str, Field(min_length=1, max_length=1_000, pattern=r"^[^\u0000]*$")]
"""Ours: WhatsApp names no limit."""


class Location(Content):
    """A place on the map."""

    type: Literal["location"] = "location"
    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False, description="Degrees; negative south of the equator.")
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False, description="Degrees; negative west of Greenwich.")
    name: _Words | None = Field(default=None, description="What it is called.")
    address: _Words | None = Field(default=None, description="Its postal address.")

"""Where somebody is at the moment."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.content.kind import Content
from shared.contracts.content.words import Plain


class LiveLocation(Content):
    """A place that moves; each message says where it is now."""

    type: Literal["live_location"] = "live_location"
    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False, description="Degrees; negative south of the equator.")
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False, description="Degrees; negative west of Greenwich.")
    accuracy: int | None = Field(default=None, ge=0, le=1_000_000, description="The accuracy in metres.")
    speed: float | None = Field(default=None, ge=0, le=100_000, allow_inf_nan=False, description="Metres a second.")
    heading: int | None = Field(default=None, ge=0, le=359, description="Degrees clockwise from north.")
    caption: Annotated[Plain, Field(min_length=1, max_length=1_024)] | None = Field(
        default=None, description="Words below it."
    )

"""Times as callers see them: milliseconds since 1970, as they are stored."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Moment = Annotated[int, Field(description="Milliseconds since 1970.")]

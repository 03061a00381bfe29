"""Polls."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from shared.contracts.content.kind import Content
from shared.contracts.content.words import Plain, differ

Option = Annotated[Plain, Field(min_length=1, max_length=100)]


class Poll(Content):
    """A question, and options to choose from."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"question": "When?", "options": ["now", "later"], "multiple": True}]}
    )

    type: Literal["poll"] = "poll"
    question: Annotated[Plain, Field(min_length=1, max_length=255)] = Field(description="What is asked.")
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=12), AfterValidator(differ)] = Field(
        description="The options, all different: texts of at most 100 characters."
    )
    multiple: bool = Field(default=False, description="Whether people may choose several options.")

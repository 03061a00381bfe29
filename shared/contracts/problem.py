"""The error that may come back from the shard that holds a session."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from shared.discreet import Discreet


class Problem(Discreet):
    """An error of the catalogue, travelling back."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str
    retry_after: float | None = None
    begun: bool = True
    """Whether anything of the command may have been done; without it nothing was."""
    details: dict[str, Any] = Field(default_factory=dict[str, Any])

"""What every kind of content is."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

from shared.discreet import Discreet


class Content(Discreet):
    """What an outbound message says. A host that does not know all of it refuses it, rather than send a part."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Any = None
    """Its name in rows, commands and answers: a `Literal` of one text in every kind."""

"""Every kind of content that can be sent: the modules of `shared.contracts.content`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import TypeAdapter

from shared.contracts.content.kind import Content
from shared.contracts.kinds import OneOf, kinds_of
from shared.discreet import discreet_adapter

CONTENTS = kinds_of("shared.contracts.content", Content, "type")
"""By their name."""
AnyContent = Annotated[Content, OneOf("type", CONTENTS)]
CONTENT: TypeAdapter[Content] = discreet_adapter(Annotated[Any, OneOf("type", CONTENTS)])
"""Reads what a row says; raises ValidationError for what a newer version wrote."""

"""What a writer of a kind of content is: the counterpart of a reader (`readings`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Writer = Callable[[Any, Any, Any], None]
"""Puts content into a `waE2E.Message`, with the `ContextInfo` that surrounds it, None when nothing does."""

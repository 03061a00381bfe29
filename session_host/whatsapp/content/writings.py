"""What a writer of a kind of content is: the counterpart of a reader (`readings`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from session_host.whatsapp.beside import Beside

Writer = Callable[[Any, Any, Any], None]
"""Puts content into a `waE2E.Message`, with the `ContextInfo` that surrounds it, None when nothing does."""

Sayer = Callable[[Any, Any, Beside], None]
"""Puts content that is about another message into a `waE2E.Message`: that one is the `target` of what is beside it."""

"""Answers of the routes about other people's numbers."""

from __future__ import annotations

from pydantic import Field

from functions.http.answers import Answer, Optional
from functions.http.moments import Moment


class NumberAnswer(Answer):
    """Whether a number is on WhatsApp, and its addresses there."""

    number: str = Field(description="The number that was asked for, with its country code.")
    exists: bool
    jid: str | None = Field(description="WhatsApp's own address of it; in some countries it has other digits.")
    lid: str | None
    checked_at: Optional[Moment] = None

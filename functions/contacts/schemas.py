"""Answers of the routes about other people's numbers."""

from __future__ import annotations

from functions.answers import Answer


class NumberAnswer(Answer):
    """Whether a number is on WhatsApp, and its addresses there."""

    number: str
    exists: bool
    jid: str | None
    lid: str | None

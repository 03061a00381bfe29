"""Asks the library what a question says: every module of `questions` has calls."""

from __future__ import annotations

from typing import cast

from session_host.whatsapp.answering import ANSWERS
from session_host.whatsapp.library.neonize_client import NeonizeClient
from shared.contracts.commands.command import Question, R
from shared.contracts.kinds import modules_of

CALLS = modules_of("session_host.whatsapp.questions")


def ask(client: NeonizeClient, question: Question[R]) -> R:
    """What the library answers; it blocks.

    Raises:
        NotSent: there is no connection.
        NotLookedUp: WhatsApp did not say.
    """
    return cast("R", ANSWERS[type(question)](client, question))

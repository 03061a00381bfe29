"""Every question that one call of the client library answers."""

from __future__ import annotations

from typing import Any

from session_host.commands.context import Context
from session_host.outbound.disconnection import disconnection
from session_host.whatsapp.client import NotSent
from shared.contracts.commands.command import Question, Reply
from shared.contracts.requests import COMMANDS
from shared.ids import now_ms

QUESTIONS = frozenset(command for command in COMMANDS.values() if issubclass(command, Question))


async def ask_whatsapp(context: Context, question: Question[Any]) -> Reply:
    """What WhatsApp answers.

    Raises:
        Disconnected: the session cannot ask.
        WagateError: WhatsApp did not say (`Questions.ask`).
    """
    live = context.holding.live
    if not live.connected:
        raise disconnection(live.report, now_ms())
    try:
        answer: Reply = await context.holding.questions.ask(question, within=context.time_left)
    except NotSent as error:
        raise disconnection(live.report, now_ms()) from error
    return answer

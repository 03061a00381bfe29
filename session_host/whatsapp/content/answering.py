"""Whether a text is the answer to something that was offered in words: `2`, or the title of what is chosen."""

from __future__ import annotations

import re

from shared.contracts.content.choices import Choosable
from shared.contracts.events import MessageReceived
from shared.contracts.shown import Reply

_NUMBER = re.compile(r"\d{1,2}[.)]?")
_LONGEST = 80


def may_answer(event: MessageReceived, *, quotes_me: bool) -> bool:
    """Whether it has to be looked up what it answers: a bare number, or a short text that quotes one of ours."""
    text = event.content.message or ""
    if event.from_me or event.type != "text" or len(text) > _LONGEST:
        return False
    return quotes_me or _NUMBER.fullmatch(text.strip()) is not None


def answer_to(content: Choosable, text: str, wa_id: str) -> Reply | None:
    """What a text chooses of what was offered in the message `wa_id`, None when it chooses nothing."""
    said = text.strip()
    choices = content.choices
    if _NUMBER.fullmatch(said):
        place = int(said.rstrip(".)"))
        chosen = choices[place - 1] if 1 <= place <= len(choices) else None
    else:
        chosen = next((choice for choice in choices if choice[1].casefold() == said.casefold()), None)
    return None if chosen is None else Reply(id=chosen[0], text=chosen[1], message_id=wa_id)


def answered(event: MessageReceived, reply: Reply) -> MessageReceived:
    """The event with what was chosen: a text is an answer then, a vote stays one."""
    content = event.content.model_copy(update={"reply": reply})
    type_ = "reply" if event.type == "text" else event.type
    return event.model_copy(update={"type": type_, "content": content})

"""Being seen, and seeing others. WhatsApp answers none of these: what was written is done, for all one knows."""

from __future__ import annotations

from session_host.whatsapp.addresses import person_at
from session_host.whatsapp.answering import answers
from session_host.whatsapp.library.neonize_client import NeonizeClient
from session_host.whatsapp.own_questions import FollowedReply, FollowPresence, TellPresence, TellTyping
from session_host.whatsapp.refusals_of_people import explain
from shared.contracts.commands.command import Done
from shared.errors import NoPushName
from shared.jids import Jid

_COMPOSING, _PAUSED = 0, 1
_TEXT, _AUDIO = 0, 1
"""The library's numbers of what is done, and of what is made."""
_NO_NAME = "PushName"
"""In the library's words, when the phone has not told it what the number calls itself."""


@answers(TellPresence)
def tell_presence(library: NeonizeClient, question: TellPresence) -> Done:
    """Available, or not."""
    error = library.ask("SendPresence", str, "available" if question.available else "unavailable")
    if _NO_NAME in error:
        raise NoPushName
    return _done(error)


@answers(TellTyping)
def tell_typing(library: NeonizeClient, question: TellTyping) -> Done:
    """Writing or recording, or no longer."""
    state, kind = _COMPOSING if question.on else _PAUSED, _AUDIO if question.recording else _TEXT
    return _done(library.ask("SendChatPresence", str, Jid.parse(question.jid), state, kind))


@answers(FollowPresence)
def follow_presence(library: NeonizeClient, question: FollowPresence) -> FollowedReply:
    """Be told of somebody from now on."""
    jid = Jid.parse(question.jid)
    _done(library.ask("SubscribePresence", str, jid))
    return FollowedReply(person=person_at(library, jid))


def _done(error: str) -> Done:
    if error:
        raise explain(error)
    return Done()

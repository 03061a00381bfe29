"""What is said of messages that came."""

from __future__ import annotations

from session_host.whatsapp.answering import answers
from session_host.whatsapp.library.neonize_client import NeonizeClient
from session_host.whatsapp.send_errors import explain_lookup
from shared.contracts.commands.command import Done
from shared.contracts.commands.messages import MarkRead
from shared.jids import Jid


@answers(MarkRead)
def mark_read(library: NeonizeClient, question: MarkRead) -> Done:
    """They were read, or played."""
    receipt = "played" if question.played else "read"
    error = library.mark_read(question.message_ids, Jid.parse(question.chat), Jid.parse(question.sender), receipt)
    if error:
        raise explain_lookup(error)
    return Done()

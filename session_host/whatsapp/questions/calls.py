"""What is done with calls."""

from __future__ import annotations

from session_host.whatsapp.answering import answers
from session_host.whatsapp.library.neonize_client import NeonizeClient
from session_host.whatsapp.send_errors import explain_lookup
from shared.contracts.commands.calls import RejectCall
from shared.contracts.commands.command import Done
from shared.jids import Jid


@answers(RejectCall)
def reject_call(library: NeonizeClient, question: RejectCall) -> Done:
    """It is said that it is rejected; nothing comes back."""
    error = library.ask("RejectCall", str, Jid.parse(question.caller), question.call_id)
    if error:
        raise explain_lookup(error)
    return Done()

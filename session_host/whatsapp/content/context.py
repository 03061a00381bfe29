"""What surrounds the content of any kind: the message it answers, who is mentioned, whether it was passed on."""

from __future__ import annotations

from typing import Any

from session_host.whatsapp.content.people import number_and_lid
from session_host.whatsapp.content.readings import Reading
from shared.contracts.shown import Mention, Quoted

_MOST_MENTIONS = 1024
"""As many as a group has members."""


def fields(info: Any, quoted: Reading | None) -> dict[str, Any]:  # noqa: ANN401 - a protobuf
    """Fields of `Shown` from a `ContextInfo`; `quoted` is what it repeats of the message it answers."""
    found: dict[str, Any] = {}
    if info.stanzaID:
        number, lid = number_and_lid(info.participant)
        said = {"type": quoted.type, "message": quoted.shown.message} if quoted else {}
        found["quoted"] = Quoted.model_validate({"id": info.stanzaID, "from": number, "from_lid": lid, **said})
    people = (number_and_lid(jid) for jid in info.mentionedJID[:_MOST_MENTIONS])
    if mentions := tuple(Mention(number=number, lid=lid) for number, lid in people if number or lid):
        found["mentions"] = mentions
    if info.isForwarded or info.forwardingScore:
        found["forwarded"] = True
    if info.expiration:
        found["expires_in"] = info.expiration
    return found

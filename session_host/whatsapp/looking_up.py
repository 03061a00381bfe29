"""What the library says of numbers: who has one, by WhatsApp, and which belong together, by its own map of people.

Every function blocks, and may hang: call it on a thread.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any

from session_host.whatsapp.client import NumberCheck
from session_host.whatsapp.library.neonize_client import NeonizeClient
from session_host.whatsapp.send_errors import explain_lookup
from shared.jids import LID, PHONE, Jid


def look_up(client: NeonizeClient, number: str) -> NumberCheck:
    """Ask WhatsApp who has a number. Raises NotSent and NotLookedUp."""
    answer = client.is_on_whatsapp(number)
    if answer.Error and "nothing" not in answer.Error:
        raise explain_lookup(answer.Error)
    for entry in answer.IsOnWhatsAppResponse:
        if entry.IsIn:
            return _found(client, number, entry.JID)
    return NumberCheck(exists=False, jid=None, lid=None)


def met(client: NeonizeClient, number: str) -> NumberCheck | None:
    """What the map says of a number; None when it is not there."""
    jid = Jid(number, PHONE)
    lid = _jid(client.lid_of(jid))
    return None if lid is None else NumberCheck(exists=True, jid=jid, lid=lid)


def known_numbers(client: NeonizeClient, lids: AbstractSet[str]) -> dict[str, str]:
    """The phone numbers of people named by LID, of those that the map knows."""
    found = {lid: client.number_of(Jid.parse(lid)) for lid in lids}
    return {lid: jid.User for lid, jid in found.items() if jid.User}


def _found(client: NeonizeClient, number: str, answered: Any) -> NumberCheck:  # noqa: ANN401 - a protobuf
    """Both addresses of the account: WhatsApp answers one, and the library has put the pair into its map."""
    if answered.Server == LID:
        lid = Jid(answered.User, LID)
        jid = _jid(client.number_of(lid))
    else:
        jid = _jid(answered)
        lid = _jid(client.lid_of(jid)) if jid else None
    return NumberCheck(exists=True, jid=jid or Jid(number, PHONE), lid=lid)


def _jid(jid: Any) -> Jid | None:  # noqa: ANN401 - a protobuf
    return Jid(jid.User, jid.Server) if jid.User else None

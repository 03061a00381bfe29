"""Whom status posts go to, as the library chooses them (whatsmeow's broadcast.go)."""

from __future__ import annotations

from typing import Any

from session_host.whatsapp.answering import answers
from session_host.whatsapp.library.declarations import known
from session_host.whatsapp.library.neonize_client import NeonizeClient, protobufs
from session_host.whatsapp.refusals_of_people import explain
from shared.contracts.commands.status import AudienceReply, ReadAudience

_ONLY, _EXCEPT = protobufs.StatusPrivacy.WHITELIST, protobufs.StatusPrivacy.BLACKLIST


@answers(ReadAudience)
def read_audience(library: NeonizeClient, _: ReadAudience) -> AudienceReply:
    """Those whom the phone lists, or everybody whom it has saved by name, but for those whom it leaves out."""
    answer = library.ask("GetStatusPrivacy", protobufs.GetStatusPrivacyReturnFunction)
    if answer.Error:
        raise explain(answer.Error)
    chosen = answer.StatusPrivacy[0] if answer.StatusPrivacy else protobufs.StatusPrivacy()
    listed = set(map(_address, chosen.List))
    if known(chosen, "Type") == _ONLY:
        return AudienceReply(who="only", people=len(listed))
    contacts = library.ask("GetAllContacts", protobufs.ContactsGetAllContactsReturnFunction)
    if contacts.Error:
        raise explain(contacts.Error)
    left_out = listed if known(chosen, "Type") == _EXCEPT else set[str]()
    people = {_address(entry.JID) for entry in contacts.Contact if entry.Info.FullName} - left_out
    return AudienceReply(who="contacts_except" if left_out else "contacts", people=len(people))


def _address(jid: Any) -> str:  # noqa: ANN401 - a protobuf
    return f"{jid.User}@{jid.Server}"

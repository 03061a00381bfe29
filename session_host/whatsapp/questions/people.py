"""Who others are, whom the session blocks, and the link by which it is found."""

from __future__ import annotations

from typing import Any

from session_host.whatsapp.addresses import person_at, person_of
from session_host.whatsapp.answering import answers
from session_host.whatsapp.library.neonize_client import NeonizeClient, jid_of, protobufs
from session_host.whatsapp.own_questions import LookUpNumbers
from session_host.whatsapp.questions.contacts import picture_of
from session_host.whatsapp.refusals_of_people import explain
from shared.contracts.commands.contacts import NumberReply
from shared.contracts.commands.people import (
    Block,
    BlockListReply,
    Contact,
    ContactsReply,
    LinkedReply,
    LinkReply,
    ListContacts,
    Names,
    NumbersReply,
    PersonReply,
    ReadBlockList,
    ReadContactLink,
    ReadPerson,
    RenewContactLink,
    ResolveContactLink,
)
from shared.contracts.event import Person
from shared.errors import ContactLinkInvalid, NumberNotOnWhatsApp
from shared.ids import now_ms
from shared.jids import LID, PHONE, Jid

_NOTHING = "nothing"
"""In the library's words for an answer without anybody in it."""
_NO_LINK = "link does not exist"
"""In its words for WhatsApp's 404."""
_LONGEST_NAME = 256


@answers(LookUpNumbers)
def look_up(library: NeonizeClient, question: LookUpNumbers) -> NumbersReply:
    """Each number with its addresses, by one question; WhatsApp says one address, and the library has the other."""
    answer = library.is_on_whatsapp(*question.numbers)
    if answer.Error and _NOTHING not in answer.Error:
        raise explain(answer.Error)
    found = {entry.Query.lstrip("+"): entry.JID for entry in answer.IsOnWhatsAppResponse if entry.IsIn}
    now = now_ms()
    return NumbersReply(numbers=tuple(_number(library, found.get(number), now) for number in question.numbers))


@answers(ReadPerson)
def read_person(library: NeonizeClient, question: ReadPerson) -> PersonReply:
    """What they show of themselves, and how the session's phone has them."""
    jid = Jid.parse(question.jid)
    person = person_at(library, jid)
    registered = _registered(library, person.number) if person.number else None
    if registered is not None and not registered.IsIn:
        return PersonReply(exists=False)
    asked = protobufs.JIDArray(JIDS=[jid_of(jid)])
    answer = library.ask("GetUserInfo", protobufs.GetUserInfoReturnFunction, asked)
    if answer.Error:
        raise explain(answer.Error)
    shown = next((entry.UserInfo for entry in answer.UsersInfo), protobufs.UserInfo())
    person, names = person_at(library, jid), _names_of(library, person)
    # Of the two answers only the first one passes a business's name on; the other puts it into the library's table.
    verified = registered.VerifiedName.Details.verifiedName if registered else names.business
    exists = registered is not None or bool(shown.Devices)
    picture = picture_of(library, jid) if exists and question.with_picture else None
    return PersonReply(
        exists=exists,
        number=person.number,
        lid=person.lid,
        names=names,
        about=shown.Status or None,
        picture_id=(picture and picture.id) or shown.PictureID or None,
        picture_url=picture and picture.url,
        picture_hidden=picture is not None and picture.hidden,
        verified_name=verified or None,
        devices=len(shown.Devices),
    )


@answers(ListContacts)
def list_contacts(library: NeonizeClient, question: ListContacts) -> ContactsReply:
    """A page of whom the library's own table has: each person once, however often they are in it."""
    answer = library.ask("GetAllContacts", protobufs.ContactsGetAllContactsReturnFunction)
    if answer.Error:
        raise explain(answer.Error)
    people: dict[str, Contact] = {}
    for entry in answer.Contact:
        if not entry.JID.User or entry.JID.Server not in {PHONE, LID}:
            continue
        person = person_of(library, entry.JID)
        key = f"{person.number}@{PHONE}" if person.number else str(person.lid)
        known = people.get(key)
        names = _names(entry.Info) if known is None else _merged(known.names, _names(entry.Info))
        people[key] = Contact(number=person.number, lid=person.lid, names=names)
    keys = sorted(key for key in people if key > question.after)
    page = keys[: question.limit]
    return ContactsReply(contacts=tuple(people[key] for key in page), next=page[-1] if len(keys) > len(page) else None)


@answers(ReadBlockList)
def block_list(library: NeonizeClient, _: ReadBlockList) -> BlockListReply:
    """Everybody who is blocked."""
    answer = library.ask("GetBlocklist", protobufs.GetBlocklistReturnFunction)
    if answer.Error:
        raise explain(answer.Error)
    return _blocked(library, answer.Blocklist)


@answers(Block)
def block(library: NeonizeClient, question: Block) -> BlockListReply:
    """Somebody is blocked, or no longer; everybody who is then."""
    answer = library.ask(
        "UpdateBlocklist",
        protobufs.GetBlocklistReturnFunction,
        Jid.parse(question.jid),
        "unblock" if question.off else "block",
    )
    if answer.Error:
        raise explain(answer.Error, changes=True, meanings={404: NumberNotOnWhatsApp})
    return _blocked(library, answer.Blocklist)


@answers(ReadContactLink)
def contact_link(library: NeonizeClient, _: ReadContactLink) -> LinkReply:
    """The code of the session's link."""
    return _link(library, renew=False)


@answers(RenewContactLink)
def renew_contact_link(library: NeonizeClient, _: RenewContactLink) -> LinkReply:
    """The code of a new one."""
    return _link(library, renew=True)


@answers(ResolveContactLink)
def linked(library: NeonizeClient, question: ResolveContactLink) -> LinkedReply:
    """Whose link it is."""
    answer = library.ask("ResolveContactQRLink", protobufs.ResolveContactQRLinkReturnFunction, question.code)
    if answer.Error:
        raise ContactLinkInvalid if _NO_LINK in answer.Error else explain(answer.Error)
    found = answer.ContactQrLink
    return LinkedReply(
        person=person_of(library, found.JID),
        push_name=found.PushName[:_LONGEST_NAME] or None,
    )


def _link(library: NeonizeClient, *, renew: bool) -> LinkReply:
    answer = library.ask("GetContactQRLink", protobufs.GetContactQRLinkReturnFunction, renew)
    if answer.Error:
        raise explain(answer.Error, changes=renew)
    return LinkReply(code=answer.Link)


def _blocked(library: NeonizeClient, found: Any) -> BlockListReply:  # noqa: ANN401 - a protobuf
    return BlockListReply(people=tuple(person_of(library, jid) for jid in found.JIDs))


def _number(library: NeonizeClient, jid: Any, now: int) -> NumberReply:  # noqa: ANN401 - a protobuf, or None
    if jid is None:
        return NumberReply(exists=False, checked_at=now)
    person = person_of(library, jid)
    address = f"{person.number}@{PHONE}" if person.number else None
    return NumberReply(exists=True, jid=address, lid=person.lid, checked_at=now)


def _registered(library: NeonizeClient, number: str) -> Any:  # noqa: ANN401 - a protobuf
    answer = library.is_on_whatsapp(number)
    if answer.Error:
        if _NOTHING in answer.Error:
            return protobufs.IsOnWhatsAppResponse(IsIn=False)
        raise explain(answer.Error)
    return next(iter(answer.IsOnWhatsAppResponse), protobufs.IsOnWhatsAppResponse(IsIn=False))


def _names_of(library: NeonizeClient, person: Person) -> Names:
    """The library has names under the address that it learnt them by."""
    names = Names()
    addresses = [person.number and f"{person.number}@{PHONE}", person.lid]
    for address in filter(None, addresses):
        answer = library.ask("GetContact", protobufs.ContactsGetContactReturnFunction, Jid.parse(address))
        if not answer.Error:
            names = _merged(names, _names(answer.ContactInfo))
    return names


def _names(info: Any) -> Names:  # noqa: ANN401 - a protobuf
    return Names(
        saved=info.FullName[:_LONGEST_NAME] or None,
        first=info.FirstName[:_LONGEST_NAME] or None,
        push=info.PushName[:_LONGEST_NAME] or None,
        business=info.BusinessName[:_LONGEST_NAME] or None,
    )


def _merged(one: Names, other: Names) -> Names:
    return Names(
        saved=one.saved or other.saved,
        first=one.first or other.first,
        push=one.push or other.push,
        business=one.business or other.business,
    )

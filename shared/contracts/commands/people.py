"""What WhatsApp knows of other people, whom the session blocks, and the link by which it is found."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict

from shared.contracts.commands.command import Change, Command, Question, Reply
from shared.contracts.commands.contacts import NumberReply
from shared.contracts.event import Person
from shared.discreet import Discreet


class NumbersReply(Reply):
    """What became of each number, in the order that they were asked for."""

    numbers: tuple[NumberReply, ...] = ()


class CheckNumbers(Command[NumbersReply]):
    """Ask WhatsApp which of these numbers are registered."""

    kind: Literal["check_numbers"] = "check_numbers"
    numbers: tuple[str, ...]
    fresh: bool = False
    """Whether WhatsApp is asked although answers are remembered."""


class Names(Discreet):
    """How somebody is called."""

    model_config = ConfigDict(frozen=True)

    saved: str | None = None
    """The name in the contacts of the session's phone."""
    first: str | None = None
    push: str | None = None
    """The name that they use themselves."""
    business: str | None = None


class PersonReply(Reply):
    """Somebody, as WhatsApp shows them to this session."""

    exists: bool
    number: str | None = None
    lid: str | None = None
    names: Names = Names()
    about: str | None = None
    """None: it is hidden, or there is none."""
    picture_id: str | None = None
    """None: it is hidden, or there is none."""
    picture_url: str | None = None
    """WhatsApp's address of it, when that was asked for."""
    picture_hidden: bool = False
    """Whether they hide it from this session."""
    verified_name: str | None = None
    """Of a business, as its certificate has it."""
    devices: int = 0


class ReadPerson(Question[PersonReply]):
    """Ask who somebody is."""

    kind: Literal["read_person"] = "read_person"
    jid: str
    """By number or by LID."""
    with_picture: bool = False
    """Whether the address of their picture is wanted, which is a question of its own."""


class Contact(Discreet):
    """Somebody whom the session's phone knows."""

    model_config = ConfigDict(frozen=True)

    number: str | None = None
    lid: str | None = None
    names: Names = Names()


class ContactsReply(Reply):
    """Some of them, in the order of their addresses."""

    contacts: tuple[Contact, ...] = ()
    next: str | None = None
    """Behind which address there are more."""


class ListContacts(Question[ContactsReply]):
    """Ask whom the session knows: what its phone told, and what they call themselves. WhatsApp is not asked."""

    kind: Literal["list_contacts"] = "list_contacts"
    after: str = ""
    """The address behind which the answer begins."""
    limit: int = 100


class BlockListReply(Reply):
    """Everybody whom the session's number blocks."""

    people: tuple[Person, ...] = ()


class ReadBlockList(Question[BlockListReply]):
    """Ask whom the session's number blocks."""

    kind: Literal["read_block_list"] = "read_block_list"


class Block(Change[BlockListReply]):
    """Block somebody, or with `off` unblock them."""

    kind: Literal["block"] = "block"
    jid: str
    off: bool = False


class LinkReply(Reply):
    """The code of a link by which somebody is found."""

    code: str = ""


class ReadContactLink(Question[LinkReply]):
    """Ask for the link by which the session's number is found."""

    kind: Literal["read_contact_link"] = "read_contact_link"


class RenewContactLink(Change[LinkReply]):
    """Have another one, and the last is good no more."""

    kind: Literal["renew_contact_link"] = "renew_contact_link"


class LinkedReply(Reply):
    """Whose link it is."""

    person: Person = Person()
    push_name: str | None = None


class ResolveContactLink(Question[LinkedReply]):
    """Ask whose link has this code."""

    kind: Literal["resolve_contact_link"] = "resolve_contact_link"
    code: str

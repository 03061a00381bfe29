"""What a contact received and sent, as it stands: with what later messages have changed of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import Message

from sandbox.contacts.about import About, about
from sandbox.contacts.incoming import text_of
from sandbox.contacts.kinds import kind_of, part_of
from sandbox.contacts.mailbox import Entry
from sandbox.contacts.sealing import EDIT, VOTE, Seal, chosen

Describe = Callable[[Entry, Message], dict[str, Any]]
"""How one message is shown by itself, given what it says now."""


@dataclass(slots=True)
class _State:
    """What others have made of a message."""

    content: Message | None = None
    deleted: bool = False
    pinned: bool = False
    reactions: dict[str, str] = field(default_factory=dict[str, str])
    votes: dict[str, list[str]] = field(default_factory=dict[str, "list[str]"])


def history(
    entries: Collection[Entry], me: Collection[str], describe: Describe, *, everything: bool
) -> list[dict[str, Any]]:
    """Return messages in order, each as it stands.

    Args:
        entries: in order.
        me: this contact's addresses.
        describe: shows a message by itself.
        everything: also what the contact sent, and what changes others.
    """
    by_id = {entry.id: entry for entry in entries}
    states: dict[str, _State] = {}
    changes: dict[str, dict[str, Any]] = {}
    for entry in entries:
        content = entry.content
        said = about(content)
        if said is not None:
            state = states.setdefault(said.id, _State())
            changes[entry.id] = _apply(said, entry, content, by_id.get(said.id), state, me)
    shown: list[dict[str, Any]] = []
    for entry in entries:
        if entry.id in changes:
            if everything:
                shown.append({**describe(entry, entry.content), **changes[entry.id]})
        elif everything or not entry.from_me:
            shown.append(_standing(entry, states.get(entry.id), describe))
    return shown


def _apply(  # noqa: PLR0913, PLR0917 - one message, what it is about, and who may have sealed it
    said: About, entry: Entry, content: Message, target: Entry | None, state: _State, me: Collection[str]
) -> dict[str, Any]:
    """Change the state of the message that is meant; return how the change itself is shown."""
    people = {*me, *(address for each in (entry, target) if each for address in _addresses(each))}
    by = "me" if entry.from_me else entry.sender
    match said.what:
        case "reaction":
            state.reactions[by] = content.reactionMessage.text
            return {"type": "reaction", "reaction": {"messageId": said.id, "emoji": content.reactionMessage.text}}
        case "vote":
            options = _voted(content, target, people)
            if options is not None:
                state.votes[by] = options
            return {"type": "vote", "vote": {"messageId": said.id, **({} if options is None else {"options": options})}}
        case "edit":
            edited = _edited(content, target, people)
            state.content = state.content if edited is None else edited
            return {"type": "edit", "messageId": said.id, "text": text_of(edited) if edited else ""}
        case "revoke":
            state.deleted = True
        case _:
            state.pinned = said.what == "pin"
    return {"type": "pin" if said.what == "unpin" else said.what, "messageId": said.id}


def _addresses(entry: Entry) -> tuple[str, ...]:
    number = entry.received.sender_number if entry.received else ""
    return (entry.sender or entry.chat, *((f"{number}@s.whatsapp.net",) if number else ()))


def _voted(content: Message, poll: Entry | None, people: Collection[str]) -> list[str] | None:
    if poll is None or (found := kind_of(poll.content)) is None or found[0] != "poll":
        return None
    sealed = content.pollUpdateMessage.vote
    vote = Seal(poll.secret, poll.id, VOTE).open(sealed.encPayload, sealed.encIV, people)
    options = [option.optionName for option in part_of(poll.content, found[1]).options]
    return None if vote is None else chosen(vote, options)


def _edited(content: Message, target: Entry | None, people: Collection[str]) -> Message | None:
    if content.HasField("secretEncryptedMessage"):
        sealed = content.secretEncryptedMessage
        seal = Seal(target.secret, target.id, EDIT) if target else None
        opened = seal.open(sealed.encPayload, sealed.encIV, people) if seal else None
        return None if opened is None else _edited(Message.FromString(opened), None, people)
    if content.HasField("editedMessage"):
        return _edited(content.editedMessage.message, None, people)
    return content.protocolMessage.editedMessage


def _standing(entry: Entry, state: _State | None, describe: Describe) -> dict[str, Any]:
    if state is None:
        return describe(entry, entry.content)
    if state.deleted:
        was = describe(entry, entry.content)
        return {**describe(entry, Message()), "type": was["type"], "text": "", "deleted": True}
    shown = describe(entry, state.content or entry.content)
    if state.content is not None:
        shown |= {"edited": True, "text": text_of(state.content)}
    if state.pinned:
        shown["pinned"] = True
    if reactions := [{"from": by, "emoji": emoji} for by, emoji in state.reactions.items() if emoji]:
        shown["reactions"] = reactions
    if state.votes and "poll" in shown:
        shown["poll"] = {**shown["poll"], "results": _results(shown["poll"], state.votes)}
    return shown


def _results(poll: Mapping[str, Any], votes: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    voters = {option: [by for by, options in votes.items() if option in options] for option in poll["options"]}
    return [{"option": option, "votes": len(by), "voters": by} for option, by in voters.items()]

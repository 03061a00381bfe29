"""What a person sets on the phone: the own name, contacts, and what becomes of chats. Linked devices are told."""

from __future__ import annotations

import secrets
import time
from typing import Final

from sandbox.app_state.change import Change
from sandbox.app_state.collection import Collection
from sandbox.connections.network import Network
from sandbox.state.accounts import Account
from sandbox.wire.nodes import SERVER, Jid, Node
from sandbox.wire.protobufs import sync_action

_NAME: Final = ("critical_block", "setting_pushName")
Value = sync_action.SyncActionValue


def write(network: Network, phone: Account, name: str, *changes: Change) -> Collection:
    """Change settings on the phone; return the collection `name` as it is then."""
    collection = network.app_states.write(phone, name, list(changes))
    tell_devices(network, phone, collection)
    return collection


def tell_devices(network: Network, phone: Account, collection: Collection, but: int = 0) -> None:
    """Tell the linked devices that a collection changed, all but the one that did it."""
    for device in phone.devices:
        if device == but or not network.sessions.has(phone, phone.lid_jid(device)):
            continue  # one that the phone has not greeted yet asks for everything then
        now = str(int(time.time()))
        attrs: dict[str, str | Jid] = {"from": SERVER, "type": "server_sync", "id": secrets.token_hex(8), "t": now}
        changed = Node("collection", {"name": collection.name, "version": str(collection.version)})
        network.delivery.send((phone.number, device), Node("notification", attrs, [changed]))


def introduce(network: Network, phone: Account) -> None:
    """Note the phone's name among its settings, if it is not there: a phone always has one."""
    collection, index = _NAME
    if network.app_states.collection(phone, collection).find(index) is None:
        network.app_states.write(phone, collection, [_named(phone.name or phone.number)])


def rename(network: Network, phone: Account, name: str) -> Collection:
    """Set the name that others see."""
    network.directory.rename(phone, name)
    return write(network, phone, _NAME[0], _named(name))


def learn(network: Network, phone: Account, collection: Collection) -> None:
    """Take over what a linked device changed that the server knows too."""
    if collection.name == _NAME[0] and (change := collection.find(_NAME[1])) is not None:
        network.directory.rename(phone, change.value.pushNameSetting.name)


def _named(name: str) -> Change:
    return Change(_NAME[1:], Value(pushNameSetting=sync_action.PushNameSetting(name=name)), 1)


def save_contact(network: Network, phone: Account, number: Jid, name: str, first_name: str) -> Collection:
    """Save somebody in the phone's list of contacts, under another name than before."""
    known = network.directory.resolve(number)
    contact = sync_action.ContactAction(
        fullName=name,
        firstName=first_name or name.split(" ", 1)[0],
        saveOnPrimaryAddressbook=True,
        lidJID=str(known.lid_jid()) if known else None,
    )
    if known is not None:
        network.people.save_contact(phone.number, known.number)
    change = Change(("contact", str(number)), Value(contactAction=contact), 2)
    return write(network, phone, "critical_unblock_low", change)


def remove_contact(network: Network, phone: Account, number: Jid) -> Collection:
    """Remove somebody from the phone's list of contacts."""
    known = network.directory.resolve(number)
    if known is not None:
        network.people.save_contact(phone.number, known.number, off=True)
    change = Change(("contact", str(number)), Value(contactAction=sync_action.ContactAction()), 2, is_removed=True)
    return write(network, phone, "critical_unblock_low", change)


def mute(network: Network, phone: Account, chat: Jid, until: int | None) -> Collection:
    """Mute a chat until then (epoch ms; -1: for ever), or no longer (None)."""
    action = sync_action.MuteAction(muted=until is not None, muteEndTimestamp=until)
    return write(network, phone, "regular_high", Change(("mute", str(chat)), Value(muteAction=action), 2))


def pin(network: Network, phone: Account, chat: Jid, *, pinned: bool) -> Collection:
    """Pin a chat, or no longer."""
    action = sync_action.PinAction(pinned=pinned)
    return write(network, phone, "regular_low", Change(("pin_v1", str(chat)), Value(pinAction=action), 5))


def archive(network: Network, phone: Account, chat: Jid, *, archived: bool) -> Collection:
    """Archive a chat, or take it back."""
    action = sync_action.ArchiveChatAction(archived=archived, messageRange=_so_far())
    return write(network, phone, "regular_low", Change(("archive", str(chat)), Value(archiveChatAction=action), 3))


def mark_chat(network: Network, phone: Account, chat: Jid, *, read: bool) -> Collection:
    """Mark a chat as read, or as unread."""
    action = sync_action.MarkChatAsReadAction(read=read, messageRange=_so_far())
    change = Change(("markChatAsRead", str(chat)), Value(markChatAsReadAction=action), 3)
    return write(network, phone, "regular_low", change)


def star(network: Network, phone: Account, chat: Jid, message: tuple[str, bool], *, starred: bool) -> Collection:
    """Star a message of a chat between two, or no longer; `message`: its id, and whether the phone wrote it."""
    id_, from_me = message
    index = ("star", str(chat), id_, "1" if from_me else "0", "0")
    action = sync_action.StarAction(starred=starred)
    return write(network, phone, "regular_high", Change(index, Value(starAction=action), 2))


def edit_label(network: Network, phone: Account, label: str, action: sync_action.LabelEditAction) -> Collection:
    """Make a label, change it, or delete it."""
    return write(network, phone, "regular", Change(("label_edit", label), Value(labelEditAction=action), 3))


def label_chat(network: Network, phone: Account, label: str, chat: Jid, *, labeled: bool) -> Collection:
    """Put a label on a chat, or take it off."""
    action = sync_action.LabelAssociationAction(labeled=labeled)
    change = Change(("label_jid", label, str(chat)), Value(labelAssociationAction=action), 3)
    return write(network, phone, "regular", change)


def _so_far() -> sync_action.SyncActionMessageRange:
    return sync_action.SyncActionMessageRange(lastMessageTimestamp=int(time.time()))

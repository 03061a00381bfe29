"""What a contact is told to do about a message, or to somebody."""

from __future__ import annotations

import asyncio

from neonize.proto.Neonize_pb2 import MessageSource
from neonize.utils.enum import ChatPresence, ChatPresenceMedia, ReceiptType

from sandbox.contacts.acting import said_about
from sandbox.contacts.contact import Contact
from sandbox.contacts.errors import MalformedRequestError
from sandbox.contacts.mailbox import Mailbox
from sandbox.contacts.showing import show
from sandbox.control.draft import Action


async def do(what: str, action: Action, contact: Contact, mailbox: Mailbox) -> str | None:
    """Do one of `sandbox.control.draft.ACTIONS`; return the id of the message that does it, if one does.

    Raises:
        MalformedRequestError: it makes no sense.
        UnknownMessageError: the message that is meant was never received or sent.
        SendRefusedError: neonize or WhatsApp refused it.
        NotConnectedError: the contact isn't connected.
    """
    if what in ("type", "record"):
        await _type(contact, _to(action), on=not action.off, audio=what == "record")
        return None
    if what == "follow":
        async with contact.asking(_to(action)) as (client, jid):
            await client.subscribe_presence(jid)
        return None
    if what == "online":
        await show(contact, available=not action.off)
        return None
    if what == "read":
        await _read(action, contact, mailbox)
        return None
    if action.message_id is None:
        raise MalformedRequestError(f"to {what} takes a messageId")
    target = await asyncio.to_thread(mailbox.entry, contact.number, action.message_id)
    return await contact.send(target.to, said_about(what, action, target, await contact.own_lid()))


async def _type(contact: Contact, to: str, *, on: bool, audio: bool) -> None:
    state = ChatPresence.CHAT_PRESENCE_COMPOSING if on else ChatPresence.CHAT_PRESENCE_PAUSED
    kind = ChatPresenceMedia.CHAT_PRESENCE_MEDIA_AUDIO if audio else ChatPresenceMedia.CHAT_PRESENCE_MEDIA_TEXT
    async with contact.asking(to) as (client, jid):
        await client.send_chat_presence(jid, state, kind)


async def _read(action: Action, contact: Contact, mailbox: Mailbox) -> None:
    ids = action.message_ids or ((action.message_id,) if action.message_id else ())
    if not ids:
        raise MalformedRequestError("to read takes a messageId, or messageIds of one sender")
    messages = [await asyncio.to_thread(mailbox.find, contact.number, id_) for id_ in ids]
    if len({message.source for message in messages}) > 1:
        raise MalformedRequestError("the messages have several senders")
    receipt = ReceiptType.PLAYED if action.played else ReceiptType.READ
    await contact.read(MessageSource.FromString(messages[0].source), ids, receipt)


def _to(action: Action) -> str:
    if action.to is None:
        raise MalformedRequestError("to whom is missing")
    return action.to

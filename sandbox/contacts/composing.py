"""From what the control API wants a contact to send to a message: its file uploaded, what it answers quoted."""

from __future__ import annotations

import asyncio
import base64
import os
from typing import Any

from neonize.proto.Neonize_pb2 import UploadResponse
from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import ContextInfo, Message

from sandbox.contacts.attachment import read_attachment
from sandbox.contacts.contact import Contact
from sandbox.contacts.kinds import build, kind_for, kind_of, part_of
from sandbox.contacts.mailbox import Mailbox
from sandbox.contacts.message_json import parse_message
from sandbox.control.draft import Draft
from sandbox.media.media_file import token_of


async def compose(draft: Draft, contact: Contact, mailbox: Mailbox) -> tuple[Message, dict[str, Any] | None]:
    """Return the message that a draft describes, and how its file is known, if it has one.

    Raises:
        MalformedRequestError: the draft makes no sense.
        UnknownMessageError: what it is to answer was never received or sent.
        SendRefusedError: its file could not be uploaded.
        NotConnectedError: the contact isn't connected.
    """
    if draft.message is not None:
        return parse_message(draft.message), None
    upload_as = kind_for(draft).upload_as
    around = await asyncio.to_thread(_around, draft, mailbox, contact.number, await contact.own_lid())
    file = None if upload_as is None else await contact.upload(await read_attachment(draft), upload_as)
    message = build(draft, file, around if around.ByteSize() else None)
    message.messageContextInfo.messageSecret = os.urandom(32)  # what edits, votes and reactions are made with
    return message, None if file is None else _known_by(file)


def _around(draft: Draft, mailbox: Mailbox, number: str, me: str) -> ContextInfo:
    around = ContextInfo()
    if draft.quoted_id is not None:
        quoted = mailbox.entry(number, draft.quoted_id)
        content = quoted.content
        content.ClearField("messageContextInfo")
        if (found := kind_of(content)) and not content.conversation:
            part_of(content, found[1]).ClearField("contextInfo")
        around.stanzaID, around.participant = quoted.id, quoted.sender or me
        around.quotedMessage.CopyFrom(content)
    around.mentionedJID.extend(who if "@" in who else f"{who}@s.whatsapp.net" for who in draft.mentions)
    if draft.forwarded:
        around.isForwarded, around.forwardingScore = True, 1
    return around


def _known_by(file: UploadResponse) -> dict[str, Any]:
    return {
        "token": token_of(file.FileEncSHA256),
        "sha256": file.FileSHA256.hex(),
        "size": file.FileLength,
        "mediaKey": base64.b64encode(file.MediaKey).decode(),
        "directPath": file.DirectPath,
    }

"""One neonize client in a process of its own, driven by lines of JSON on stdin, telling events on stdout.

Run as `python -m sandbox.trust tests.sandbox.neonize_driver DATABASE`. neonize prints to stdout too, so the lines
go to a duplicate of it and what neonize prints goes to stderr.
"""

import asyncio
import base64
import contextlib
import hashlib
import json
import logging
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TextIO

import pylibmagic  # noqa: F401 - brings libmagic, which neonize loads

from shared.hidden import empty

# What neonize shows previews of links and downloads its library with: half of what it costs to load, and unused here.
with empty("bs4", "linkpreview", "linkpreview.exceptions", "requests", "requests.exceptions", "rich", "tqdm"):
    import neonize._binder

# isort: split

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message as ProtobufMessage
from neonize._binder import ProxySettings
from neonize.aioze import events
from neonize.aioze.client import NewAClient
from neonize.events import UndecryptableMessageEv
from neonize.proto.Neonize_pb2 import JID, GetProfilePictureParams, SetPrivacySettingReturnFunction
from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import (
    ContextInfo,
    ExtendedTextMessage,
    ImageMessage,
    Message,
    ProtocolMessage,
)
from neonize.utils.enum import BlocklistAction, ChatPresence, ChatPresenceMedia, MediaType, Presence, ReceiptType
from neonize.utils.jid import Jid2String, build_jid
from neonize_groups import GroupCommands, address

DSN = "?_foreign_keys=on&_journal_mode=WAL&_synchronous=NORMAL&_busy_timeout=10000&_txlock=immediate&_x="


class Driver(GroupCommands):
    """The client, and the commands one can give it."""

    def __init__(self, database: str, lines: TextIO) -> None:
        self.lines = lines
        self.client = NewAClient(database + DSN, uuid=database)
        self.task: asyncio.Task[None] | None = None
        self.files: dict[str, Message] = {}
        for event in (
            events.ConnectedEv, events.DisconnectedEv, events.LoggedOutEv, events.StreamReplacedEv,
            events.TemporaryBanEv, events.ConnectFailureEv, events.ClientOutdatedEv, events.PairStatusEv,
            events.OfflineSyncCompletedEv, events.StreamErrorEv, events.KeepAliveTimeoutEv, events.PresenceEv,
            events.ChatPresenceEv, events.PictureEv, events.BlocklistEv, events.PrivacySettingsEv,
            events.CallOfferEv, events.CallTerminateEv,
        ):  # fmt: skip
            self.client.event(event)(self.on_event)
        self.client.event(events.MessageEv)(self.on_message)
        self.client.event(events.HistorySyncEv)(self.on_history)
        self.client.event(events.ReceiptEv)(self.on_receipt)
        self.client.event(UndecryptableMessageEv)(self.on_undecryptable)
        self.subscribe_to_groups()
        self.client.qr(self.on_qr)

    def tell(self, kind: str, **fields: Any) -> None:
        self.lines.write(json.dumps({"event": kind, **fields}) + "\n")
        self.lines.flush()

    async def on_event(self, _: NewAClient, event: Any) -> None:
        fields = {}
        for name in ("Code", "Expire", "OnConnect", "Reason", "Count", "Unavailable", "LastSeen", "Remove", "reason"):
            if name in event.DESCRIPTOR.fields_by_name:
                value = getattr(event, name)
                fields[name] = value if isinstance(value, (int, str, bool)) else str(value)
        for name in ("JID", "Author"):
            if isinstance(value := getattr(event, name, None), JID):
                fields[name.lower()] = Jid2String(value)
        if "basicCallMeta" in event.DESCRIPTOR.fields_by_name:
            fields["call"] = event.basicCallMeta.callID
        self.tell(event.DESCRIPTOR.name, **fields)

    async def on_message(self, _: NewAClient, event: Any) -> None:
        if event.Info.Category == "peer":  # what the phone says to its devices alone
            return
        source = event.Info.MessageSource
        text = event.Message.conversation or event.Message.extendedTextMessage.text
        info = event.Message.extendedTextMessage.contextInfo
        if event.Message.HasField("imageMessage"):
            self.files[event.Info.ID] = event.Message
        self.tell(
            "Message", id=event.Info.ID, text=text, chat=Jid2String(source.Chat), sender=Jid2String(source.Sender),
            mine=source.IsFromMe, name=event.Info.Pushname, timer=[info.expiration, info.ephemeralSettingTimestamp],
        )  # fmt: skip
        if what := _said_about(event.Message):
            self.tell("Said", what=what, id=event.Info.ID)

    async def on_history(self, _: NewAClient, event: Any) -> None:
        data = event.Data
        self.tell(
            "History", type=data.syncType, order=data.chunkOrder, progress=data.progress,
            chats={chat.ID: len(chat.messages) for chat in data.conversations},
            texts=[each.message.message.conversation for chat in data.conversations for each in chat.messages][:20],
            names={name.ID: name.pushname for name in data.pushnames}, numbers=len(data.phoneNumberToLidMappings),
        )  # fmt: skip

    async def on_receipt(self, _: NewAClient, event: Any) -> None:
        self.tell("Receipt", ids=list(event.MessageIDs), type=event.Type)

    async def on_undecryptable(self, _: NewAClient, event: Any) -> None:
        self.tell("Undecryptable", id=event.Info.ID, unavailable=event.IsUnavailable)

    async def on_qr(self, _: NewAClient, data: bytes) -> None:
        self.tell("QR", text=data.decode())

    async def connect(self) -> None:
        self.task = await self.client.connect(ProxySettings(os.environ["WHATSAPP_PROXY"]))
        self.task.add_done_callback(self.ended)

    def ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        self.tell("Ended", error=str(error) if error else None)

    async def send(self, to: str, text: str) -> dict[str, Any]:
        user, _, server = to.partition("@")
        answer = await self.client.send_message(build_jid(user, server or "s.whatsapp.net"), Message(conversation=text))
        return {"id": answer.ID, "timestamp": answer.Timestamp}

    async def send_timed(self, to: str, text: str, seconds: int, set_at: int) -> dict[str, Any]:
        """As a phone in a chat with a disappearing timer."""
        info = ContextInfo(expiration=seconds, ephemeralSettingTimestamp=set_at)
        message = Message(extendedTextMessage=ExtendedTextMessage(text=text, contextInfo=info))
        return {"id": (await self.client.send_message(build_jid(to, "s.whatsapp.net"), message)).ID}

    async def set_timer(self, to: str, seconds: int, set_at: int) -> dict[str, Any]:
        """As a phone whose user sets the timer of a chat; 0: none."""
        setting = ProtocolMessage(type=3, ephemeralExpiration=seconds, ephemeralSettingTimestamp=set_at)
        message = Message(protocolMessage=setting)
        return {"id": (await self.client.send_message(build_jid(to, "s.whatsapp.net"), message)).ID}

    async def send_file(self, to: str, path: str) -> dict[str, Any]:
        """Upload a file and send it as a picture, whatever is in it."""
        content = await asyncio.to_thread(Path(path).read_bytes)
        kept = await self.client.upload(content, MediaType.MediaImage)
        image = ImageMessage(
            URL=kept.url, directPath=kept.DirectPath, mediaKey=kept.MediaKey, fileEncSHA256=kept.FileEncSHA256,
            fileSHA256=kept.FileSHA256, fileLength=kept.FileLength, mimetype="image/jpeg",
        )  # fmt: skip
        sent = await self.client.send_message(build_jid(to, "s.whatsapp.net"), Message(imageMessage=image))
        self.files[sent.ID] = Message(imageMessage=image)
        return {"id": sent.ID, "token": kept.FileEncSHA256.hex()}

    async def download(self, message: str) -> dict[str, Any]:
        """Download what came with a message, or what was sent with it."""
        content = await self.client.download_any(self.files[message])
        return {"sha256": hashlib.sha256(content or b"").hexdigest()}

    async def check(self, number: str) -> dict[str, Any]:
        (answer,) = await self.client.is_on_whatsapp(number)
        return {"is_in": answer.IsIn, "jid": Jid2String(answer.JID), "query": answer.Query}

    async def picture(self, number: str, community: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - by name, from JSON
        params = GetProfilePictureParams(Preview=False, ExistingID="", IsCommunity=community)
        found = await self.client.get_profile_picture(address(number), params)
        return {"url": found.URL, "id": found.ID}

    async def ask_client(self, call: str, jids: list[str] = (), values: list[Any] = ()) -> dict[str, Any]:
        """Call a method of neonize's client with addresses and plain values; its answer as JSON."""
        given = [build_jid(*jid.split("@")) for jid in jids]
        answer = await getattr(self.client, call)(*given, *values)
        return {"answer": _plain(answer)}

    async def set_block(self, jid: str, *, block: bool) -> dict[str, Any]:
        action = BlocklistAction.BLOCK if block else BlocklistAction.UNBLOCK
        return {"answer": _plain(await self.client.update_blocklist(build_jid(*jid.split("@")), action))}

    async def set_privacy(self, name: str, value: str) -> None:
        """Around neonize, which takes every answer for an error."""
        library = neonize._binder.gocode
        raw = await asyncio.to_thread(library.SetPrivacySetting, self.client.uuid, name.encode(), value.encode())
        if error := SetPrivacySettingReturnFunction.FromString(raw).Error:
            raise RuntimeError(error)

    async def make_newsletter(self, name: str, description: str, picture: str) -> dict[str, Any]:
        made = await self.client.create_newsletter(name, description, base64.b64decode(picture))
        return {"jid": Jid2String(made.ID)}

    async def set_picture(self, base64_: str) -> dict[str, Any]:
        return {"id": await self.client.set_profile_photo(base64.b64decode(base64_))}

    async def pair_code(self, number: str) -> dict[str, Any]:
        return {"code": await self.client.PairPhone(number, show_push_notification=True)}

    async def read(self, chat: str, message: str) -> None:
        user, server = chat.split("@")
        jid = build_jid(user, server)
        await self.client.mark_read(message, chat=jid, sender=jid, receipt=ReceiptType.READ)

    async def follow(self, to: str) -> None:
        await self.client.subscribe_presence(build_jid(*to.split("@")))

    async def type_to(self, to: str) -> None:
        await self.client.send_chat_presence(
            build_jid(*to.split("@")), ChatPresence.CHAT_PRESENCE_COMPOSING, ChatPresenceMedia.CHAT_PRESENCE_MEDIA_TEXT
        )

    async def me(self) -> dict[str, Any]:
        """What it knows of its own account."""
        return {"name": (await self.client.get_me()).PushName}

    async def set_name(self, name: str) -> None:
        await self.client.set_profile_name(name)

    async def available(self) -> None:
        await self.client.send_presence(Presence.AVAILABLE)

    async def contact(self, number: str) -> dict[str, Any]:
        """What its list of contacts says of a number."""
        found = await self.client.contact.get_contact(build_jid(number, "s.whatsapp.net"))
        return {"full": found.FullName, "first": found.FirstName}

    async def chat(self, number: str) -> dict[str, Any]:
        """What it knows of a chat's settings."""
        found = await self.client.chat_settings.get_chat_settings(build_jid(number, "s.whatsapp.net"))
        return {
            "found": found.Found, "muted": int(found.MutedUntil), "pinned": found.Pinned, "archived": found.Archived,
        }  # fmt: skip

    async def logout(self) -> None:
        await self.client.logout()

    async def disconnect(self) -> None:
        await self.client.disconnect()

    async def obey(self, command: dict[str, Any]) -> None:
        number, name = command.pop("command"), command.pop("do")
        try:
            result = await getattr(self, name)(**command)
        except Exception as error:  # noqa: BLE001 - told to the test, which expects it or fails
            self.tell("Answer", command=number, error=f"{type(error).__name__}: {error}")
        else:
            self.tell("Answer", command=number, **(result or {}))


def _said_about(message: Message) -> str:
    """What a message says of another one, or of its chat."""
    if message.HasField("reactionMessage"):
        return f"reaction {message.reactionMessage.text}"
    if message.HasField("editedMessage"):
        return _said_about(message.editedMessage.message)
    if not message.HasField("protocolMessage"):
        return ""
    said = message.protocolMessage
    return {0: "revoke", 3: f"timer {said.ephemeralExpiration}", 14: "edit"}.get(said.type, "")


def _plain(answer: Any) -> Any:
    """What can be said in JSON."""
    if isinstance(answer, ProtobufMessage):
        return MessageToDict(answer, preserving_proto_field_name=True)
    if isinstance(answer, str | int | None):
        return answer
    return [_plain(each) for each in answer]


async def main(database: str) -> None:
    lines = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(32))
    driver = Driver(database, lines)
    driver.tell("Ready")
    commands = set()
    reader = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        task = asyncio.create_task(driver.obey(json.loads(line)))
        commands.add(task)
        task.add_done_callback(commands.discard)
    with contextlib.suppress(OSError):
        lines.close()
    os._exit(0)  # neonize's thread would keep the process: its end is not what the tests are about


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(main(sys.argv[1]))

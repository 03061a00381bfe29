"""The contacts' process: answers its parent's requests until the parent closes the channel."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import orjson
from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import Message
from pydantic import ValidationError

from sandbox.contacts.composing import compose
from sandbox.contacts.doing import do
from sandbox.contacts.errors import ContactError, MalformedRequestError
from sandbox.contacts.history import history
from sandbox.contacts.incoming import text_of
from sandbox.contacts.looking import look
from sandbox.contacts.mailbox import Entry, Mailbox, Manner
from sandbox.contacts.message_json import shown
from sandbox.contacts.received_files import ReceivedFiles
from sandbox.contacts.roster import Roster
from sandbox.contacts.shape import shown_content, stanza_errors
from sandbox.contacts.wire import CALL, REQUEST, Act, Add, Answer, File, Look, Messages, Remove, Request, Send, Told

_log = logging.getLogger(__name__)


class Service:
    """Answers requests, each in a task of its own; those of one contact that send keep their order."""

    def __init__(self, roster: Roster, mailbox: Mailbox, writer: asyncio.StreamWriter) -> None:
        self._roster = roster
        self._mailbox = mailbox
        self._writer = writer

    async def serve(self, reader: asyncio.StreamReader) -> None:
        """Answer what comes from `reader` until it ends; then requests under way are cancelled."""
        under_way: set[asyncio.Task[None]] = set()
        try:
            async with asyncio.TaskGroup() as tasks:
                while line := await reader.readline():
                    task = tasks.create_task(self._answer(line))
                    under_way.add(task)
                    task.add_done_callback(under_way.discard)
                for task in under_way:
                    task.cancel()
        except ConnectionError:
            _log.info("the parent has closed the channel")

    async def _answer(self, line: bytes) -> None:
        call = _call_number(line)
        try:
            answer = Answer(call=call, result=await self._do(_parse(line)))
        except ContactError as error:
            answer = Answer(call=call, error=error.code, text=str(error))
        self._writer.write(orjson.dumps(answer.model_dump()) + b"\n")
        await self._writer.drain()

    async def _do(self, request: Request) -> dict[str, object]:
        result: dict[str, object] = {}
        match request:
            case Add():
                await self._roster.add(request.number, Manner(request.reads, request.reply))
            case Remove():
                await self._roster.remove(request.number)
            case Messages():
                result["messages"] = await asyncio.to_thread(self._messages, request)
            case File():
                message = await asyncio.to_thread(self._mailbox.find, request.number, request.message)
                result["path"] = str(await self._roster.find(request.number).files.get(message))
            case Send():
                contact = self._roster.find(request.number)
                content, result["media"] = await compose(request.draft, contact, self._mailbox)
                result["id"] = await contact.send(request.to, content)
            case Act():
                contact = self._roster.find(request.number)
                result["id"] = await do(request.what, request.action, contact, self._mailbox)
            case Told():
                self._roster.find(request.number)
                said = await asyncio.to_thread(self._mailbox.told, request.number, request.what)
                result["told"] = [orjson.loads(each) for each in said]
            case Look():
                result.update(await look(self._roster.find(request.number), request.to))
        return result

    def _messages(self, request: Messages) -> list[dict[str, Any]]:
        contact = self._roster.find(request.number)
        me = {f"{request.number}@s.whatsapp.net", contact.lid}
        entries = self._mailbox.entries(request.number)

        def describe(entry: Entry, content: Message) -> dict[str, Any]:
            return _shown(entry, content, contact.files)

        return history(entries, me, describe, everything=request.everything)


def _call_number(line: bytes) -> int:
    return CALL.validate_json(line).call


def _parse(line: bytes) -> Request:
    try:
        return REQUEST.validate_json(line)
    except ValidationError as error:
        words = "; ".join(f"{item['loc'][-1]}: {item['msg']}" for item in error.errors() if item["loc"])
        raise MalformedRequestError(words or "unknown request") from error


def _shown(entry: Entry, content: Message, files: ReceivedFiles) -> dict[str, Any]:
    message = entry.received
    if message is None:
        return {
            "id": entry.id,
            "fromMe": True,
            "text": text_of(content),
            **shown_content(content, None, "it was sent"),
            "message": shown(content),
            "timestamp": int(entry.at),
            "chat": entry.chat,
        }
    type_, _, media_type = message.stanza.partition("/")
    return {
        "id": message.id,
        "from": message.sender,
        "fromNumber": message.sender_number,
        "text": message.text,
        **shown_content(content, files.find(message), files.reason(message)),
        "errors": stanza_errors(message.content, type_, media_type),
        "message": shown(content),
        "timestamp": message.timestamp,
        "receivedAt": message.received_at,
        "chat": message.chat,
    }

"""The contacts' process: answers its parent's requests until the parent closes the channel."""

from __future__ import annotations

import asyncio
import logging

import orjson
from pydantic import ValidationError

from sandbox.contacts.composing import compose
from sandbox.contacts.errors import ContactError, MalformedRequestError
from sandbox.contacts.mailbox import Mailbox, Manner, Received
from sandbox.contacts.message_json import shown
from sandbox.contacts.received_files import ReceivedFiles
from sandbox.contacts.roster import Roster
from sandbox.contacts.shape import shown_content, stanza_errors
from sandbox.contacts.wire import CALL, REQUEST, Add, Answer, File, Messages, Remove, Request, Send

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
        match request:
            case Add():
                await self._roster.add(request.number, Manner(request.reads, request.reply))
                return {}
            case Remove():
                await self._roster.remove(request.number)
                return {}
            case Messages():
                return {"messages": await asyncio.to_thread(self._messages, request.number)}
            case File():
                message = await asyncio.to_thread(self._mailbox.find, request.number, request.message)
                return {"path": str(await self._roster.find(request.number).files.get(message))}
            case Send():
                contact = self._roster.find(request.number)
                content, media = await compose(request.draft, contact, self._mailbox)
                return {"id": await contact.send(request.to, content), "media": media}

    def _messages(self, number: str) -> list[dict[str, object]]:
        files = self._roster.find(number).files
        return [_shown(message, files) for message in self._mailbox.messages(number)]


def _call_number(line: bytes) -> int:
    return CALL.validate_json(line).call


def _parse(line: bytes) -> Request:
    try:
        return REQUEST.validate_json(line)
    except ValidationError as error:
        words = "; ".join(f"{item['loc'][-1]}: {item['msg']}" for item in error.errors() if item["loc"])
        raise MalformedRequestError(words or "unknown request") from error


def _shown(message: Received, files: ReceivedFiles) -> dict[str, object]:
    type_, _, media_type = message.stanza.partition("/")
    return {
        "id": message.id,
        "from": message.sender,
        "fromNumber": message.sender_number,
        "text": message.text,
        **shown_content(message.content, files.find(message), files.reason(message)),
        "errors": stanza_errors(message.content, type_, media_type),
        "message": shown(message.message),
        "timestamp": message.timestamp,
        "receivedAt": message.received_at,
        "chat": message.chat,
    }

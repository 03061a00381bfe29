"""What the library's log says of a message that an earlier owner began to send and did not finish.

The library writes a message's secret into the auth database before the frame leaves (`docs/neonize.md`), and our
secrets are derived from the message's id. Between the two it asks WhatsApp for devices and keys and encrypts, and a
note tells whether it came to that (`session_host.auth_sync.unencrypted`). So the log tells what never left, but only a
log that can know: the database of the pairing that was there when the message was begun, in its very last state.
"""

from __future__ import annotations

import asyncio
import sqlite3
from enum import Enum
from pathlib import Path

import structlog

from session_host.disk.session_files import DATABASE, KEY_FILE
from session_host.session.message_secret import MessageSecrets
from session_host.whatsapp.secret_log import is_paired, is_unencrypted, message_id_of
from shared.contracts.content.kind import AboutMessage
from shared.contracts.contents import CONTENTS
from shared.jids import is_newsletter
from shared.messages.model import MessageState, OutboundMessage
from shared.messages.ports import Messages

_log = structlog.get_logger()


def leaves_no_trace(row: OutboundMessage) -> bool:
    """Whether the log never tells of this message, wherever it went.

    What changes a post in a newsletter has the id of the post, whose own secret is in the log already
    (whatsmeow's send.go, and `ON CONFLICT DO NOTHING` of its store).
    """
    kind = CONTENTS.get(row.content["type"])
    return is_newsletter(row.to) and (kind is None or issubclass(kind, AboutMessage))


class Trace(Enum):
    """What is known without an id."""

    NEVER_LEFT = "never left"
    """No frame of it was ever written."""
    NOT_KNOWN = "not known"


def left_again(trace: str | Trace, wa_id: str | None) -> str | Trace:
    """What is known of a message that had an id before: with no later one in the log, it did not leave again."""
    return Trace.NEVER_LEFT if wa_id is not None and trace == wa_id else trace


def trace_of(auth_dir: Path, message_id: str, begun_at: int) -> str | Trace:
    """WhatsApp's id of the message when its frame was about to be written or was, else what is known.

    Args:
        auth_dir: the session's folder; nobody has its database open.
        message_id: of our message.
        begun_at: when it was begun; milliseconds since 1970.
    """
    database, key = str(auth_dir / DATABASE), auth_dir / KEY_FILE
    try:
        # `LiveSession` makes a new key for each pairing: one younger than the message knows nothing of it.
        if key.stat().st_mtime_ns // 1_000_000 > begun_at or not is_paired(database):
            return Trace.NOT_KNOWN
        secret = MessageSecrets.load(key).of(message_id)
        wa_id = None if is_unencrypted(database, secret) else message_id_of(database, secret)
    except (sqlite3.Error, OSError) as error:
        _log.warning("secret_log_unreadable", error=str(error))
        return Trace.NOT_KNOWN
    return Trace.NEVER_LEFT if wa_id is None else wa_id


async def settle(row: OutboundMessage, messages: Messages, auth_dir: Path, *, certain: bool, now: int) -> None:
    """Queue a message that certainly never left; else call it unknown, with its id where known.

    Args:
        row: of a message that an earlier owner has been sending.
        messages: where it is.
        auth_dir: the session's folder; nobody has its database open.
        certain: whether that holds its very last state.
        now: milliseconds since 1970.

    Raises:
        StoreUnavailable: it is as it was.
    """
    trace = await asyncio.to_thread(trace_of, auth_dir, row.id, row.times.get(MessageState.SENDING, 0))
    trace = Trace.NOT_KNOWN if leaves_no_trace(row) else left_again(trace, row.wa_id)
    if certain and trace is Trace.NEVER_LEFT:
        await messages.advance(row.id, MessageState.QUEUED, now=now, only_from={MessageState.SENDING})
        _log.info("send_never_left", session=row.session_uid, message=row.id)
    else:
        wa_id = None if isinstance(trace, Trace) else trace
        await messages.advance(row.id, MessageState.UNKNOWN, now=now, wa_id=wa_id)
        _log.warning("send_unknown", session=row.session_uid, message=row.id)

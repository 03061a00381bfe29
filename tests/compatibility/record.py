"""`python -m tests.compatibility.record 0.1.0`: what this version writes, as files that every later one has to read.

Made once for a version, by its own code, and never again: what a released version wrote does not change.
"""

import asyncio
import base64
import json
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from session_host.auth_sync.bundle import compress, pack
from session_host.auth_sync.export import seal
from session_host.auth_sync.owner_file import FolderOwner
from session_host.backup import backup
from session_host.disk.session_files import DATABASE, KEY_FILE
from session_host.inbound.journal import Journal
from shared.adapters.dynamodb.tables import create_tables
from shared.adapters.stores import open_stores
from shared.contracts.answers import encode_problem, encode_reply
from shared.contracts.commands.command import Done, Reply
from shared.contracts.commands.contacts import CheckNumber, NumberReply
from shared.contracts.commands.messages import SameRequest, Send, SendReply
from shared.contracts.commands.pairing import Login, LoginReply, Logout, PairCode, PairCodeReply
from shared.contracts.commands.sessions import ReadStatus, Reconsider, Release, Restart, StatusReply
from shared.contracts.commands.transfer import AuthFileReply, ExportAuth, ImportAuth
from shared.contracts.content.text import Text
from shared.contracts.events import MessageReceived, ReceiptReceived, SessionChanged, Target
from shared.contracts.requests import COMMANDS as EVERY_COMMAND
from shared.contracts.requests import AnyCommand, Request
from shared.contracts.shown import Media, Shown
from shared.errors import Disconnected
from shared.settings import StoreSettings
from tests.chaos.emulated import emulated
from tests.compatibility.rows import fill
from tests.contents import least
from tests.emulators.servers import moto_server
from tests.session_host.auth_sync.keeping import KEY, Gate, Place, row

SAMPLES = Path(__file__).with_name("samples")
PASSPHRASE = "correct horse battery"  # noqa: S105 - of the samples
TABLES = ("keys", "sessions", "messages", "leases", "inbox")
_CONTENT = Text(text="Halo, apa kabar? \U0001f44b")
_SAME = SameRequest(key="k" * 64, body_hash="b" * 64, expires_at=3)
COMMANDS: tuple[AnyCommand, ...] = (
    Login(),
    PairCode(number="491700000001"),
    ReadStatus(),
    Restart(),
    Logout(),
    Reconsider(),
    Release(to="host_b-0"),
    CheckNumber(number="628111111111"),
    Send(
        message_id="msg_1", key_id="key_1", to="628111@s.whatsapp.net", content=_CONTENT,
        created_at=1, expires_at=2, idempotency=_SAME,
    ),
    ExportAuth(passphrase=PASSPHRASE),
    ImportAuth(passphrase=PASSPHRASE, file="V0FHQVRF"),
)  # fmt: skip
REPLIES: tuple[Reply, ...] = (
    Done(),
    StatusReply(status="failed", reason="temporary_ban", since=1, until=2, number="491700000001"),
    LoginReply(status="qr_ready", since=1, qr="2@abc", qr_expires_at=2),
    PairCodeReply(code="ABCD-EFGH", expires_at=1),
    SendReply(state="sent", wa_id="3EB0", timestamp=1),
    NumberReply(exists=True, jid="628111@s.whatsapp.net", lid="1@lid"),
    AuthFileReply(file="V0FHQVRF"),
)


def _missing(all_of: Iterable[type[Any]], given: tuple[Any, ...]) -> tuple[Any, ...]:
    """What is added to the wire language is recorded by itself."""
    known = {type(each) for each in given}
    return tuple(least(each) for each in dict.fromkeys(all_of) if each not in known)


COMMANDS += _missing(EVERY_COMMAND.values(), COMMANDS)
REPLIES += _missing((command.reply for command in EVERY_COMMAND.values()), REPLIES)
PROBLEM = Disconnected("words", retry_after=2.5, connectionStatus="qr_ready")
EVENTS = (
    MessageReceived(
        at=1, id="3EB0", chat="628111@s.whatsapp.net", from_number="628111", from_lid=None, from_me=False,
        timestamp=1, type="image", push_name="Toko",
        content=Shown(message="Halo", media=Media(mimetype="image/png", size=3)),
    ),
    MessageReceived(
        at=2, id="3EB2", chat="628111@s.whatsapp.net", from_number="628111", from_lid="9@lid", from_me=False,
        timestamp=2, type="edit", content=Shown(message="Hai", edited=True, message_id="3EB0"),
        target=Target(id="3EB0", from_me=False, from_number="628111", from_lid="9@lid"),
    ),
    ReceiptReceived(at=2, message_ids=("3EB0", "3EB1"), state="read", chat="628111@s.whatsapp.net", timestamp=2),
    SessionChanged(at=3, epoch=1, status="connected", since=3, number="491700000001", push_name="Toko"),
)  # fmt: skip


def record(version: str) -> None:
    """Write the samples of this version; raises FileExistsError when it has some."""
    folder = SAMPLES / version
    folder.mkdir(parents=True)
    requests = [Request(request_id="req_1", deadline=1, command=command) for command in COMMANDS]
    _lines(folder / "requests.jsonl", [request.model_dump_json() for request in requests])
    answers = [{"type": type(reply).__name__, "answer": encode_reply(reply).decode()} for reply in REPLIES]
    _lines(folder / "replies.jsonl", [json.dumps(answer) for answer in answers])
    _lines(folder / "problem.jsonl", [encode_problem(PROBLEM).decode()])
    FolderOwner("host_a", 1, "a-boot", certain=True).write(folder)
    with tempfile.TemporaryDirectory() as place:
        asyncio.run(_one_machine(folder, Path(place)))
    _journal(folder / "journal.db")
    with moto_server() as endpoint:
        items = asyncio.run(_dynamodb(endpoint))
    written = json.dumps(items, indent=1, sort_keys=True, default=lambda value: base64.b64encode(value).decode())
    (folder / "dynamodb.json").write_text(written + "\n")


async def _one_machine(folder: Path, data: Path) -> None:
    """What the backup makes of a data folder; and an exported session."""
    (data / "auth.key").write_bytes(KEY)
    (data / "admin-key").write_text("admin-key-of-a-sample")
    (data / "host-id").write_text("host_a")
    async with open_stores(StoreSettings(data_dir=data)) as stores:
        uid = await fill(stores)
        place = Place(data / "auth", Gate(stores.blobs))
        await place.keeper.fetch(row(1, uid))
        place.write("paired", uid)
        place.keeper.watch(uid, 1)
        await place.keeper.release(uid, 1, clean=True)
        await place.die()
        files = {name: (data / "auth" / uid / name).read_bytes() for name in (DATABASE, KEY_FILE)}
        (folder / "export.bin").write_bytes(seal(compress(pack(files)), PASSPHRASE))
        backup(data, data / "archives").rename(folder / "backup.tar.gz")


def _journal(path: Path) -> None:
    journal = Journal(path, synchronous="NORMAL")
    for event in EVENTS:
        journal.append("ses_1", event, b"\x0a\x04Halo" if isinstance(event, MessageReceived) else None)
    journal.mark("published", [1])
    journal.close()


async def _dynamodb(endpoint: str) -> dict[str, Any]:
    """Every item of every table, as DynamoDB gives it."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}  # emulators take any
    settings = StoreSettings(store="dynamodb", aws_endpoint_url=endpoint, table_prefix="", bucket="none")
    async with emulated("dynamodb", settings) as dynamodb:
        await create_tables(dynamodb, settings.table_prefix)
        async with open_stores(settings) as stores:
            await fill(stores)
        return {table: (await dynamodb.scan(TableName=table))["Items"] for table in TABLES}


def _lines(path: Path, lines: list[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    record(sys.argv[1])

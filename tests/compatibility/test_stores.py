"""What versions beside each other find in the store: rows, and what logs a session in."""

import base64
import json
import sqlite3
import tarfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from session_host.auth_sync.manifest import Manifest
from session_host.disk.session_files import KEY_FILE
from session_host.session.message_secret import MessageSecrets
from shared.adapters.dynamodb.tables import create_tables
from shared.adapters.sqlite.connection import connect
from shared.adapters.sqlite.schema import migrate
from shared.adapters.stores import Stores, open_stores
from shared.blobs.keys import auth_manifest
from shared.errors import StoreUnavailable
from shared.settings import StoreSettings
from tests.chaos.emulated import emulated
from tests.compatibility.record import TABLES
from tests.compatibility.rows import KEY_ID, check
from tests.session_host.auth_sync.keeping import Gate, Place, row
from tests.unpacking import unpack


async def test_rows_in_dynamodb_are_read_and_gone_on_with(
    samples: Path, news: dict[str, Any], moto_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As they were written; each with an attribute more, and a failure with a field more, too."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")  # emulators take any
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    prefix = f"t{uuid.uuid4().hex}-"
    settings = StoreSettings(store="dynamodb", aws_endpoint_url=moto_endpoint, table_prefix=prefix, bucket="none")
    items: dict[str, list[dict[str, Any]]] = json.loads(
        (samples / "dynamodb.json").read_text(), object_hook=_with_bytes
    )
    assert items.keys() == set(TABLES)
    async with emulated("dynamodb", settings) as dynamodb:
        await create_tables(dynamodb, prefix)
        for table, rows in items.items():
            for item in rows:
                if "failure" in item:
                    item["failure"]["S"] = json.dumps(json.loads(item["failure"]["S"]) | news)
                added = {name: {"S": str(value)} for name, value in news.items()}
                await dynamodb.put_item(TableName=f"{prefix}{table}", Item=item | added)
    async with open_stores(settings) as stores:
        await check(stores)


def _with_bytes(attribute: dict[str, Any]) -> dict[str, Any]:
    """JSON has none: they are in base64 there, as in DynamoDB's own."""
    return {"B": base64.b64decode(attribute["B"])} if attribute.keys() == {"B"} else attribute


@asynccontextmanager
async def restored(samples: Path, data: Path, *statements: str) -> AsyncIterator[Stores]:
    """The stores of a backup, its database changed by some statements before anything opens it."""
    with tarfile.open(samples / "backup.tar.gz") as tar:
        unpack(tar, data)
    if statements:
        with closing(connect(data / "wagate.db", "FULL")) as rows:
            migrate(rows, data / "wagate.db")  # as a newer version did before it changed more
            for statement in statements:
                rows.execute(statement)
    async with open_stores(StoreSettings(data_dir=data)) as stores:
        yield stores


NEWER = (
    *(
        f"ALTER TABLE {table} ADD COLUMN from_the_future TEXT"
        for table in ("api_keys", "sessions", "messages", "idempotency", "inbox", "leases", "files", "schema_version")
    ),
    "UPDATE messages SET failure = json_set(failure, '$.from_the_future', 'any') WHERE failure IS NOT NULL",
    "INSERT INTO schema_version (version, applied_at) VALUES (99, 0)",
)


@pytest.mark.parametrize("statements", [(), NEWER], ids=["as written", "with new columns"])
async def test_rows_of_a_backup_are_read_and_gone_on_with(
    samples: Path, tmp_path: Path, statements: tuple[str, ...]
) -> None:
    """As they were written; and with columns that a newer version added, which says that older ones may go on."""
    async with restored(samples, tmp_path, *statements) as stores:
        await check(stores)


async def test_tables_that_this_version_cannot_work_on_are_refused(samples: Path, tmp_path: Path) -> None:
    """When a newer one changed more than it added: in words, before anything is written."""
    with pytest.raises(StoreUnavailable, match="newer wagate"):
        async with restored(samples, tmp_path, *NEWER, "PRAGMA user_version = 99"):
            pass
    with closing(sqlite3.connect(tmp_path / "wagate.db")) as rows:
        assert rows.execute("SELECT max(version) FROM schema_version").fetchone() == (99,)


@pytest.mark.parametrize(
    "change",
    [
        "sessions SET status = 'dreaming'",
        "sessions SET desired = 'dreamt'",
        "messages SET state = 'dreamt' WHERE wa_id <> ''",
    ],
)
async def test_a_state_that_is_not_known_is_taken_for_no_other(samples: Path, tmp_path: Path, change: str) -> None:
    """It is an error, so a new one is written only when every version beside knows it: docs/adr/0019, two steps."""
    async with restored(samples, tmp_path, f"UPDATE {change}") as stores:
        with pytest.raises(ValueError, match="is not a valid"):
            await check(stores)


async def test_a_pairing_of_a_backup_is_taken_over(samples: Path, tmp_path: Path, news: dict[str, Any]) -> None:
    """By its manifest and snapshot, as the very last state: its encrypted sessions with contacts are kept."""
    async with restored(samples, tmp_path) as stores:
        session = await stores.sessions.named(KEY_ID, "sales")
        assert session is not None
        uid, blobs = session.uid, stores.blobs
        written = await blobs.get(auth_manifest(uid))
        assert written is not None
        manifest = Manifest.decode(written.body)
        assert orjson.loads(written.body).items() <= orjson.loads(manifest.encode()).items()
        await blobs.put(auth_manifest(uid), orjson.dumps(orjson.loads(written.body) | news), if_match=written.etag)
        place = Place(tmp_path / "auth", Gate(blobs), key=(tmp_path / "auth.key").read_bytes())
        try:
            assert await place.keeper.fetch(row(2, uid))
            assert place.read("whatsmeow_sessions", uid) == ["paired"]
            secrets = MessageSecrets.load(place.folder(uid) / KEY_FILE)
            assert secrets.of("msg_1").hex().startswith("5446f5010902")
        finally:
            await place.die()


def test_a_manifest_lacks_what_was_added_later() -> None:
    """What an older version does not write is as if it had not been said."""
    assert Manifest.decode(b'{"epoch":1,"seq":2,"host":"host_a"}') == Manifest(1, 2, "host_a")

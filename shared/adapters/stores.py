"""The stores of a process, chosen by settings. Only the chosen technology is imported: a Lambda starts cold."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module

from shared.blobs.ports import Blobs
from shared.chats.ports import Chats
from shared.forwarders.ports import Forwarders
from shared.leases.kinds import DELIVERERS
from shared.leases.ports import Leases
from shared.media.ports import FileRows, Files
from shared.messages.ports import Inbox, Messages
from shared.messages.receipts import ReceiptRows
from shared.messages.send_log import SendLog
from shared.messages.untold import Outcomes
from shared.sessions.ports import Sessions
from shared.settings import StoreSettings
from shared.tenants.audit import AuditLog
from shared.tenants.ports import ApiKeys
from shared.tenants.usage import UsageRows
from shared.webhooks.ports import Deliveries, Webhooks

_ROWS = (
    "audit", "chats", "deliveries", "files", "forwarders", "inbox", "keys", "leases", "messages", "receipts",
    "send_log", "sessions", "untold", "usage", "webhooks",
)  # fmt: skip
_LOADED = {
    "sqlite": ("filesystem.blobs", "filesystem.files", *(f"sqlite.{part}" for part in _ROWS)),
    "dynamodb": ("s3.blobs", "s3.files", *(f"dynamodb.{part}" for part in _ROWS)),
}


@dataclass(frozen=True, slots=True)
class Stores:
    """One adapter for each port."""

    keys: ApiKeys
    sessions: Sessions
    leases: Leases
    workers: Leases
    """Of the processes that deliver events."""
    messages: Messages
    receipts: ReceiptRows
    send_log: SendLog
    outcomes: Outcomes
    inbox: Inbox
    chats: Chats
    blobs: Blobs
    files: Files
    file_rows: FileRows
    webhooks: Webhooks
    deliveries: Deliveries
    forwarders: Forwarders
    audit: AuditLog
    usage_rows: UsageRows


def load(settings: StoreSettings) -> None:
    """Import what `open_stores` imports, in advance."""
    for name in _LOADED[settings.store]:
        import_module(f"shared.adapters.{name}")


@asynccontextmanager
async def open_stores(settings: StoreSettings) -> AsyncGenerator[Stores]:
    """Open the stores for as long as the context lasts.

    Raises:
        StoreUnavailable: says what is wrong with the folder or the address.
    """
    opened = _on_one_machine(settings) if settings.store == "sqlite" else _on_aws(settings)
    async with opened as stores:
        yield stores


@asynccontextmanager
async def _on_one_machine(settings: StoreSettings) -> AsyncGenerator[Stores]:
    from shared.adapters.filesystem.blobs import FolderBlobs  # noqa: PLC0415 - the module says why, here and below
    from shared.adapters.filesystem.files import FolderFiles  # noqa: PLC0415
    from shared.adapters.sqlite.audit import SqliteAuditLog  # noqa: PLC0415
    from shared.adapters.sqlite.chats import SqliteChats  # noqa: PLC0415
    from shared.adapters.sqlite.database import Database  # noqa: PLC0415
    from shared.adapters.sqlite.deliveries import SqliteDeliveries  # noqa: PLC0415
    from shared.adapters.sqlite.files import SqliteFileRows  # noqa: PLC0415
    from shared.adapters.sqlite.forwarders import SqliteForwarders  # noqa: PLC0415
    from shared.adapters.sqlite.inbox import SqliteInbox  # noqa: PLC0415
    from shared.adapters.sqlite.keys import SqliteApiKeys  # noqa: PLC0415
    from shared.adapters.sqlite.leases import SqliteLeases  # noqa: PLC0415
    from shared.adapters.sqlite.messages import SqliteMessages  # noqa: PLC0415
    from shared.adapters.sqlite.receipts import SqliteReceipts  # noqa: PLC0415
    from shared.adapters.sqlite.send_log import SqliteSendLog  # noqa: PLC0415
    from shared.adapters.sqlite.sessions import SqliteSessions  # noqa: PLC0415
    from shared.adapters.sqlite.untold import SqliteOutcomes  # noqa: PLC0415
    from shared.adapters.sqlite.usage import SqliteUsage  # noqa: PLC0415
    from shared.adapters.sqlite.webhooks import SqliteWebhooks  # noqa: PLC0415

    database = await Database.open(settings.data_dir / "wagate.db", settings.sqlite_synchronous)
    try:
        yield Stores(
            keys=SqliteApiKeys(database),
            sessions=SqliteSessions(database),
            leases=SqliteLeases(database),
            workers=SqliteLeases(database, DELIVERERS),
            messages=SqliteMessages(database),
            receipts=SqliteReceipts(database),
            send_log=SqliteSendLog(database),
            outcomes=SqliteOutcomes(database),
            inbox=SqliteInbox(database),
            chats=SqliteChats(database),
            audit=SqliteAuditLog(database),
            usage_rows=SqliteUsage(database),
            blobs=await FolderBlobs.open(settings.data_dir / "blobs"),
            files=await FolderFiles.open_folder(settings.data_dir / "media"),
            file_rows=SqliteFileRows(database),
            webhooks=SqliteWebhooks(database),
            deliveries=SqliteDeliveries(database),
            forwarders=SqliteForwarders(database),
        )
    finally:
        await database.close()


@asynccontextmanager
async def _on_aws(settings: StoreSettings) -> AsyncGenerator[Stores]:
    from shared.adapters.aws.client import aws_client  # noqa: PLC0415
    from shared.adapters.dynamodb.audit import DynamoAuditLog  # noqa: PLC0415
    from shared.adapters.dynamodb.chats import DynamoChats  # noqa: PLC0415
    from shared.adapters.dynamodb.deliveries import DynamoDeliveries  # noqa: PLC0415
    from shared.adapters.dynamodb.files import DynamoFileRows  # noqa: PLC0415
    from shared.adapters.dynamodb.forwarders import DynamoForwarders  # noqa: PLC0415
    from shared.adapters.dynamodb.inbox import DynamoInbox  # noqa: PLC0415
    from shared.adapters.dynamodb.keys import DynamoApiKeys  # noqa: PLC0415
    from shared.adapters.dynamodb.leases import DynamoLeases  # noqa: PLC0415
    from shared.adapters.dynamodb.messages import DynamoMessages  # noqa: PLC0415
    from shared.adapters.dynamodb.receipts import DynamoReceipts  # noqa: PLC0415
    from shared.adapters.dynamodb.send_log import DynamoSendLog  # noqa: PLC0415
    from shared.adapters.dynamodb.sessions import DynamoSessions  # noqa: PLC0415
    from shared.adapters.dynamodb.table import Table  # noqa: PLC0415
    from shared.adapters.dynamodb.untold import DynamoOutcomes  # noqa: PLC0415
    from shared.adapters.dynamodb.usage import DynamoUsage  # noqa: PLC0415
    from shared.adapters.dynamodb.webhooks import DynamoWebhooks  # noqa: PLC0415
    from shared.adapters.s3.blobs import S3Blobs  # noqa: PLC0415
    from shared.adapters.s3.files import S3Files  # noqa: PLC0415

    async with aws_client("dynamodb", settings) as dynamodb, aws_client("s3", settings) as s3:
        yield Stores(
            keys=DynamoApiKeys(Table(dynamodb, f"{settings.table_prefix}keys")),
            sessions=DynamoSessions(Table(dynamodb, f"{settings.table_prefix}sessions")),
            leases=DynamoLeases(Table(dynamodb, f"{settings.table_prefix}leases")),
            workers=DynamoLeases(Table(dynamodb, f"{settings.table_prefix}leases"), DELIVERERS),
            messages=DynamoMessages(Table(dynamodb, f"{settings.table_prefix}messages")),
            receipts=DynamoReceipts(Table(dynamodb, f"{settings.table_prefix}messages")),
            send_log=DynamoSendLog(Table(dynamodb, f"{settings.table_prefix}messages")),
            outcomes=DynamoOutcomes(Table(dynamodb, f"{settings.table_prefix}messages")),
            inbox=DynamoInbox(
                Table(dynamodb, f"{settings.table_prefix}inbox"),
                Table(dynamodb, f"{settings.table_prefix}messages"),
                kept_days=settings.inbox_days,
            ),
            chats=DynamoChats(
                Table(dynamodb, f"{settings.table_prefix}inbox"),
                Table(dynamodb, f"{settings.table_prefix}messages"),
                kept_days=settings.inbox_days,
            ),
            blobs=S3Blobs(s3, settings.bucket),
            files=S3Files(s3, settings.bucket),
            file_rows=DynamoFileRows(Table(dynamodb, f"{settings.table_prefix}files")),
            usage_rows=DynamoUsage(Table(dynamodb, f"{settings.table_prefix}webhooks")),
            audit=DynamoAuditLog(Table(dynamodb, f"{settings.table_prefix}webhooks")),
            webhooks=DynamoWebhooks(Table(dynamodb, f"{settings.table_prefix}webhooks")),
            deliveries=DynamoDeliveries(Table(dynamodb, f"{settings.table_prefix}webhooks")),
            forwarders=DynamoForwarders(Table(dynamodb, f"{settings.table_prefix}webhooks")),
        )

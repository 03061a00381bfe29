"""A pairing is taken out of one session and brought into another, against the sandbox."""

import asyncio
import base64
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from session_host.commands import transfer
from session_host.commands.context import Context
from session_host.disk.session_files import DATABASE
from shared.contracts.commands.pairing import Logout
from shared.contracts.commands.sessions import Reconsider
from shared.contracts.commands.transfer import (
    FILE_PART,
    ExportAuth,
    ImportAuth,
    KeepFilePart,
    ReadFilePart,
)
from shared.errors import AuthFileInvalid, ExportTooLarge, Overloaded, SessionAlreadyConnected, SessionNotPaired
from shared.ids import now_ms
from shared.sessions.model import Desired
from tests.session_host.gateway_host import GatewayHost, gateway_host

PASSPHRASE, ANOTHER = "correct horse battery", "another passphrase"


@pytest.fixture
async def gateway(whatsapp: Any, nats_url: str, tmp_path: Path) -> AsyncIterator[GatewayHost]:
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with gateway_host(nats_url, tmp_path, environment) as running:
        yield running


async def test_a_pairing_goes_on_in_another_session(whatsapp: Any, gateway: GatewayHost) -> None:
    """Same number, no QR code; messages arrive, since its Signal state was made anew."""
    sink = await whatsapp.new_sink()
    old, number = await gateway.pair(whatsapp)
    assert (await gateway.send(old.uid, sink, "before")).state == "sent"
    exported = await gateway.ask(old.uid, ExportAuth(passphrase=PASSPHRASE))
    assert len(base64.b64decode(exported.file)) < 400_000
    await gateway.stores.sessions.set_desired(old.uid, Desired.STOPPED)
    await gateway.ask(old.uid, Reconsider())

    new = await gateway.new_session("elsewhere")
    command = ImportAuth(passphrase=PASSPHRASE, file=exported.file)
    await gateway.ask(new.uid, command)
    row = await gateway.status(new.uid, "connected")
    assert row.report.number == number
    assert (await gateway.send(new.uid, sink, "after")).state == "sent"
    with pytest.raises(SessionAlreadyConnected):
        await gateway.ask(new.uid, command)


async def test_the_pairing_of_a_session_that_sent_much_goes_on(whatsapp: Any, gateway: GatewayHost) -> None:
    """With the secrets of 30,000 messages it is more than a megabyte: out and in, in parts."""
    old, number = await gateway.pair(whatsapp)
    await gateway.stores.sessions.set_desired(old.uid, Desired.STOPPED)
    await gateway.ask(old.uid, Reconsider())
    with closing(sqlite3.connect(gateway.folder / "auth" / old.uid / DATABASE)) as database, database:
        database.executemany(
            "INSERT INTO whatsmeow_message_secrets SELECT jid, 'chat', 'us', ?, randomblob(32) FROM whatsmeow_device",
            [(str(place),) for place in range(30_000)],
        )
    with pytest.raises(ExportTooLarge):
        await gateway.ask(old.uid, ExportAuth(passphrase=PASSPHRASE))
    reply = await gateway.ask(old.uid, ExportAuth(passphrase=PASSPHRASE, in_parts=True))
    file = base64.b64decode(reply.file)
    while len(file) < reply.size:
        part = await gateway.ask(old.uid, ReadFilePart(token=reply.token, offset=len(file)))
        file += base64.b64decode(part.data)
    assert len(file) > 1_000_000

    new = await gateway.new_session("elsewhere")
    for begin in range(0, len(file), FILE_PART):
        data = base64.b64encode(file[begin : begin + FILE_PART]).decode()
        await gateway.ask(new.uid, KeepFilePart(token="t" * 22, offset=begin, data=data))
    await gateway.ask(new.uid, ImportAuth(passphrase=PASSPHRASE, file="", token="t" * 22))
    assert (await gateway.status(new.uid, "connected")).report.number == number


async def test_what_is_refused_changes_nothing(whatsapp: Any, gateway: GatewayHost) -> None:
    """A wrong passphrase, rubbish, a session that is paired, one that is not."""
    session, number = await gateway.pair(whatsapp)
    exported = await gateway.ask(session.uid, ExportAuth(passphrase=PASSPHRASE))
    other = await gateway.new_session("other")
    with pytest.raises(SessionNotPaired):
        await gateway.ask(other.uid, ExportAuth(passphrase=PASSPHRASE))
    with pytest.raises(AuthFileInvalid):
        await gateway.ask(other.uid, ImportAuth(passphrase=ANOTHER, file=exported.file))
    for file in ("not base64!", base64.b64encode(b"rubbish").decode()):
        with pytest.raises(AuthFileInvalid):
            await gateway.ask(other.uid, ImportAuth(passphrase=PASSPHRASE, file=file))
    with pytest.raises(SessionAlreadyConnected):
        await gateway.ask(session.uid, ImportAuth(passphrase=PASSPHRASE, file=exported.file))
    assert (await gateway.status(session.uid, "connected")).report.number == number
    await gateway.ask(session.uid, Logout())
    with pytest.raises(SessionNotPaired):
        await gateway.ask(session.uid, ExportAuth(passphrase=PASSPHRASE))


def unreached_context(*, time_left: float, deadline: int) -> Context:
    """Of a command that ends before it comes to its session."""
    unreached: Any = None
    return Context(
        unreached,
        unreached,
        reconsider=unreached,
        admit_login=unreached,
        move=unreached,
        time_left=time_left,
        deadline=deadline,
    )


async def test_whose_turn_would_come_too_late_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of passphrases are made one after the other: nobody waits past its deadline, nor works for nobody."""
    monkeypatch.setattr(transfer, "_one_at_a_time", asyncio.Semaphore(0))
    context = unreached_context(time_left=1.3, deadline=now_ms() + 1_300)
    async with asyncio.timeout(45):
        with pytest.raises(Overloaded):
            await transfer.import_auth(context, ImportAuth(passphrase=PASSPHRASE, file="AAAA"))


async def test_a_file_that_is_no_ascii_is_invalid() -> None:
    """Not a failure of the host."""
    context = unreached_context(time_left=1, deadline=0)
    with pytest.raises(AuthFileInvalid):
        await transfer.import_auth(context, ImportAuth(passphrase=PASSPHRASE, file="é"))

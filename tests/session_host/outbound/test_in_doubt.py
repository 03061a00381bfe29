import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from session_host.auth_sync.unencrypted import TRIGGERS, UNENCRYPTED
from session_host.disk.session_files import DATABASE, KEY_FILE
from session_host.outbound.in_doubt import Trace, left_again, trace_of
from session_host.session.message_secret import MessageSecrets
from shared.contracts.commands.messages import Send
from shared.contracts.content.sayings import Edit
from shared.ids import now_ms
from shared.jids import STATUS
from shared.messages.model import MessageState
from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host

LEFT, NEVER = "msg_left", "msg_never"
OURS, PERSON, OTHER, GROUP = "555@lid", "777@lid", "999@lid", "120363@g.us"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A paired session's folder, whose log knows one message of ours."""
    secrets = MessageSecrets.load(tmp_path / KEY_FILE)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as database, database:
        database.execute("CREATE TABLE whatsmeow_device (jid TEXT, lid TEXT)")
        database.execute("INSERT INTO whatsmeow_device (jid) VALUES ('628@s.whatsapp.net')")
        database.execute("CREATE TABLE whatsmeow_message_secrets (message_id TEXT, key BLOB)")
        database.execute("INSERT INTO whatsmeow_message_secrets VALUES ('3EB0AA', ?)", (secrets.of(LEFT),))
    return tmp_path


def test_the_log_tells_what_left_and_what_never_did(folder: Path) -> None:
    """WhatsApp's id of the one, the certainty that no frame of the other was written."""
    begun = now_ms() + 1
    assert trace_of(folder, LEFT, begun) == "3EB0AA"
    assert trace_of(folder, NEVER, begun) is Trace.NEVER_LEFT


def test_a_message_that_was_sent_once_more_has_the_later_id(folder: Path) -> None:
    """It has the same secret again; with the id of before, the second time never left."""
    secrets = MessageSecrets.load(folder / KEY_FILE)
    with closing(sqlite3.connect(folder / DATABASE)) as database, database:
        database.execute("INSERT INTO whatsmeow_message_secrets VALUES ('3EB0BB', ?)", (secrets.of(LEFT),))
    assert trace_of(folder, LEFT, now_ms() + 1) == "3EB0BB"
    assert left_again("3EB0BB", "3EB0AA") == "3EB0BB"
    assert left_again("3EB0AA", "3EB0AA") is Trace.NEVER_LEFT
    assert left_again("3EB0AA", None) == "3EB0AA"
    assert left_again(Trace.NEVER_LEFT, "3EB0AA") is Trace.NEVER_LEFT
    assert left_again(Trace.NOT_KNOWN, "3EB0AA") is Trace.NOT_KNOWN


def test_a_log_that_cannot_know_says_so(folder: Path) -> None:
    """A newer pairing's key, a database without a pairing, a damaged one, or none: never taken as proof."""
    begun = now_ms() + 1
    assert trace_of(folder, NEVER, begun - 60_000) is Trace.NOT_KNOWN  # the key is younger than the message
    with closing(sqlite3.connect(folder / DATABASE)) as database, database:
        database.execute("DELETE FROM whatsmeow_device")
    assert trace_of(folder, NEVER, begun) is Trace.NOT_KNOWN
    (folder / DATABASE).write_bytes(os.urandom(8192))
    assert trace_of(folder, NEVER, begun) is Trace.NOT_KNOWN
    (folder / DATABASE).unlink()
    assert trace_of(folder, NEVER, begun) is Trace.NOT_KNOWN
    (folder / KEY_FILE).unlink()
    assert trace_of(folder, NEVER, begun) is Trace.NOT_KNOWN


class Library:
    """What the library does to its tables, in their real form, in the order of whatsmeow's send.go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secrets = MessageSecrets.load(folder / KEY_FILE)
        self.database = sqlite3.connect(folder / DATABASE, isolation_level=None)
        self.database.executescript("""
            PRAGMA journal_mode = WAL;
            CREATE TABLE whatsmeow_device (jid TEXT, lid TEXT);
            INSERT INTO whatsmeow_device VALUES ('628@s.whatsapp.net', '555@lid');
            CREATE TABLE whatsmeow_sessions (
                our_jid TEXT, their_id TEXT, session bytea, PRIMARY KEY (our_jid, their_id)
            );
            CREATE TABLE whatsmeow_message_secrets (
                our_jid TEXT, chat_jid TEXT, sender_jid TEXT, message_id TEXT, key bytea NOT NULL,
                PRIMARY KEY (our_jid, chat_jid, sender_jid, message_id)
            );
        """)
        self.move("777_1:0", "555_1:0", "999_1:0")
        self.ids = iter(f"3EB0{number:04}" for number in range(100))

    def keep_note(self) -> None:
        UNENCRYPTED.keep(self.folder / DATABASE)

    def begin(self, message: str, chat: str = PERSON, sender: str = OURS) -> str:
        """Write the secret of a message; its id."""
        wa_id = next(self.ids)
        self.database.execute(
            "INSERT INTO whatsmeow_message_secrets VALUES ('628', ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (chat, sender, wa_id, self.secrets.of(message)),
        )
        return wa_id

    def move(self, *addresses: str) -> None:
        """Write Signal sessions: something was encrypted for these devices, or came from them."""
        for address in addresses:
            self.database.execute(
                "INSERT INTO whatsmeow_sessions VALUES ('628', ?, randomblob(99)) "
                "ON CONFLICT (our_jid, their_id) DO UPDATE SET session=excluded.session",
                (address,),
            )

    def trace(self, message: str) -> str | Trace:
        return trace_of(self.folder, message, now_ms() + 1)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path)
    library.keep_note()
    with closing(library.database):
        yield library


def test_a_message_that_was_begun_and_never_encrypted_never_left(library: Library) -> None:
    """Also when meanwhile a message came from somebody else, or from this person to a group."""
    library.begin("msg_1")
    assert library.trace("msg_1") is Trace.NEVER_LEFT
    library.move("999_1:0", "999_1:12")
    library.begin("theirs", OTHER, OTHER)
    library.begin("in a group", GROUP, PERSON)
    assert library.trace("msg_1") is Trace.NEVER_LEFT


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("777_1:0", id="a device of the recipient"),
        pytest.param("777_1:31", id="a new device of the recipient"),
        pytest.param("555_1:0", id="a device of our own"),
        pytest.param("777_129:99", id="a hosted device"),
        pytest.param("628:0", id="an address by number"),
        pytest.param("somebody", id="an address that nobody knows"),
    ],
)
def test_a_message_that_may_have_been_encrypted_may_have_left(library: Library, address: str) -> None:
    """One session that moved is enough, whatever moved it: a message that came, or one that was asked for again."""
    wa_id = library.begin("msg_1")
    library.move(address)
    assert library.trace("msg_1") == wa_id


def test_a_message_is_judged_by_its_last_try(library: Library) -> None:
    """One that went on after the next was begun is not the last, and nothing is claimed of it."""
    first = library.begin("msg_1")
    library.begin("msg_2", OTHER)
    assert library.trace("msg_1") == first
    library.move("999_1:0")
    library.begin("msg_2", OTHER)
    assert library.trace("msg_2") is Trace.NEVER_LEFT


@pytest.mark.parametrize("chat", [GROUP, OURS, "628@s.whatsapp.net", "120363@newsletter", "status@broadcast"])
def test_only_of_a_chat_with_a_person_something_is_noted(library: Library, chat: str) -> None:
    """What is not encrypted for each device, or for no other one, can leave without a session that moves."""
    wa_id = library.begin("msg_1", chat)
    assert library.trace("msg_1") == wa_id


def test_a_note_whose_triggers_are_not_all_there_says_nothing(library: Library) -> None:
    """A table that the library made anew has lost its trigger; it is there again, and the note of before is gone."""
    wa_id = library.begin("msg_1")
    library.database.executescript("""
        CREATE TABLE made_anew AS SELECT * FROM whatsmeow_sessions;
        DROP TABLE whatsmeow_sessions;
        ALTER TABLE made_anew RENAME TO whatsmeow_sessions;
    """)
    assert library.trace("msg_1") == wa_id
    library.keep_note()
    assert library.trace("msg_1") == wa_id
    library.begin("msg_2")
    assert library.trace("msg_2") is Trace.NEVER_LEFT
    library.database.execute("DROP TRIGGER wagate_moved")
    assert library.trace("msg_2") != Trace.NEVER_LEFT


def test_what_was_begun_before_notes_were_kept_is_not_known(tmp_path: Path) -> None:
    """A pairing of an older version, or one that was made a moment ago."""
    library = Library(tmp_path)
    with closing(library.database):
        wa_id = library.begin("msg_1")
        library.keep_note()
        assert library.trace("msg_1") == wa_id
        library.keep_note()
        sent = library.begin("msg_2")
        library.move("777_1:0")
        assert library.trace("msg_2") == sent


@pytest.fixture
async def gateway(whatsapp: Any, nats_url: str, tmp_path: Path) -> AsyncIterator[GatewayHost]:
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with gateway_host(nats_url, tmp_path, environment) as running:
        yield running


async def noted(gateway: GatewayHost, uid: str) -> None:
    """Return when the session's sends are noted, which begins shortly after it was paired."""

    async def kept() -> bool:
        with closing(sqlite3.connect(gateway.folder / "auth" / uid / DATABASE)) as database:
            found = {sql for (sql,) in database.execute("SELECT sql FROM sqlite_schema WHERE type = 'trigger'")}
        return found.issuperset(TRIGGERS)

    await eventually(kept)


async def struck(whatsapp: Any) -> bool:
    return bool((await whatsapp.get("/faults"))["faults"][0]["struck"])


async def settled(gateway: GatewayHost, message_id: str) -> Any:
    """The row of a message, once it is not being sent any more."""

    async def look() -> Any:
        row = await gateway.stores.messages.get(message_id)
        return row if row and row.state is not MessageState.SENDING else None

    return await eventually(look)


async def killed_while_asking(gateway: GatewayHost, whatsapp: Any, uid: str, to: str, fault: str) -> str:
    """Kill the shard while the library waits for an answer that it needs for a message; the message's id."""
    await whatsapp.fault(fault)
    command = await gateway.accept(uid, to, "once")
    asking = asyncio.create_task(gateway.ask(uid, command))

    async def waits() -> bool:
        row = await gateway.stores.messages.get(command.message_id)
        return bool(row and row.state is MessageState.SENDING and await struck(whatsapp))

    await eventually(waits)
    await gateway.kill_shard()
    await whatsapp.clear_faults()
    assert (await asking).state == "sent"
    return command.message_id


async def killed_before_an_answer(gateway: GatewayHost, whatsapp: Any, uid: str, command: Send) -> Any:
    """Kill the shard once WhatsApp has a message and has not acknowledged it; its row, once that is settled."""
    asking = asyncio.create_task(gateway.ask(uid, command))
    await eventually(lambda: struck(whatsapp))
    await gateway.kill_shard()
    await whatsapp.clear_faults()
    row = await settled(gateway, command.message_id)
    await asyncio.gather(asking, return_exceptions=True)
    return row


@pytest.mark.parametrize("fault", ["ignore_devices", "ignore_pre_keys"])
async def test_a_message_to_somebody_new_is_sent_after_a_crash_before_its_frame(
    whatsapp: Any, gateway: GatewayHost, fault: str
) -> None:
    """WhatsApp had not said which devices or which keys they have: nothing had left, and it is sent once."""
    session, number = await gateway.pair(whatsapp)
    sink = await whatsapp.new_sink()
    await noted(gateway, session.uid)
    message = await killed_while_asking(gateway, whatsapp, session.uid, sink, fault)
    row = await gateway.stores.messages.get(message)
    assert row
    assert {frame["id"] for frame in await whatsapp.frames(number)} == {row.wa_id}
    assert (await whatsapp.get(f"/sinks/{sink}"))["received"] == 1


async def test_a_message_to_somebody_known_is_sent_after_a_crash_before_its_frame(
    whatsapp: Any, gateway: GatewayHost
) -> None:
    """A client that was made anew asks for their devices again: their ratchet had not moved, and it is sent once."""
    session, number = await gateway.pair(whatsapp)
    sink = await whatsapp.new_sink()
    await noted(gateway, session.uid)
    await gateway.send(session.uid, sink, "hello")
    await gateway.kill_shard()
    await gateway.status(session.uid, "connected", epoch=2)
    await killed_while_asking(gateway, whatsapp, session.uid, sink, "ignore_devices")
    assert len({frame["id"] for frame in await whatsapp.frames(number)}) == 2
    assert (await whatsapp.get(f"/sinks/{sink}"))["received"] == 2


@pytest.mark.parametrize("known", [False, True])
async def test_a_message_whose_frame_had_left_before_a_crash_is_not_sent_again(
    whatsapp: Any, gateway: GatewayHost, *, known: bool
) -> None:
    """WhatsApp has it and had not acknowledged it: the ratchet was on the disk before the frame was written."""
    session, number = await gateway.pair(whatsapp)
    sink = await whatsapp.new_sink()
    await noted(gateway, session.uid)
    if known:
        await gateway.send(session.uid, sink, "hello")
    await whatsapp.fault("drop_acks", target=number, deliver=True)
    command = await gateway.accept(session.uid, sink, "once")
    row = await killed_before_an_answer(gateway, whatsapp, session.uid, command)
    assert row.state is MessageState.UNKNOWN
    assert row.wa_id in {frame["id"] for frame in await whatsapp.frames(number)}
    assert (await whatsapp.get(f"/sinks/{sink}"))["received"] == 1 + known


async def channel_of(whatsapp: Any, number: str) -> str:
    """The address of a newsletter that somebody's phone has made."""
    return str((await whatsapp.post(f"/phones/{number}/newsletters", name="Sea"))["jid"])


async def posts_of(whatsapp: Any, jid: str) -> list[dict[str, Any]]:
    return list((await whatsapp.get(f"/newsletters/{jid}"))["posts"])


async def test_a_post_whose_frame_had_left_before_a_crash_is_not_posted_again(
    whatsapp: Any, gateway: GatewayHost
) -> None:
    """In a newsletter nothing is encrypted, so no session moves; its secret is in the log all the same."""
    session, number = await gateway.pair(whatsapp)
    jid = await channel_of(whatsapp, number)
    await noted(gateway, session.uid)
    await whatsapp.fault("drop_acks", target=number, deliver=True)
    command = await gateway.accept(session.uid, jid, "once")
    row = await killed_before_an_answer(gateway, whatsapp, session.uid, command)
    assert row.state is MessageState.UNKNOWN
    assert [post["id"] for post in await posts_of(whatsapp, jid)] == [row.wa_id]


async def test_an_edit_of_a_post_is_in_doubt_after_a_crash(whatsapp: Any, gateway: GatewayHost) -> None:
    """It has the post's id, so the log never tells of it: whether it left nobody knows, and it is not sent again."""
    session, number = await gateway.pair(whatsapp)
    jid = await channel_of(whatsapp, number)
    sent = await gateway.ask(session.uid, await gateway.accept(session.uid, jid, "high tide"))
    assert sent.wa_id
    await whatsapp.fault("drop_acks", target=number)
    command = await gateway.accept(session.uid, jid, Edit(message_id=sent.wa_id, text="low tide"))
    row = await killed_before_an_answer(gateway, whatsapp, session.uid, command)
    assert (row.state, row.wa_id) == (MessageState.UNKNOWN, None)
    assert len(await posts_of(whatsapp, jid)) == 1


async def test_a_status_post_whose_frame_had_left_before_a_crash_is_not_posted_again(
    whatsapp: Any, gateway: GatewayHost
) -> None:
    """As in a group: its sender key moves before anybody is asked, so nothing is noted of it."""
    session, number = await gateway.pair(whatsapp)
    await noted(gateway, session.uid)
    await whatsapp.fault("drop_acks", target=number, deliver=True)
    command = await gateway.accept(session.uid, STATUS, "once")
    row = await killed_before_an_answer(gateway, whatsapp, session.uid, command)
    assert row.state is MessageState.UNKNOWN
    assert {frame["id"] for frame in await whatsapp.frames(number)} == {row.wa_id}

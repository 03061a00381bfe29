"""What chats in SQLite are beyond what every store has: those into which only this gateway wrote; and searching."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from shared.adapters.sqlite.database import Database
from shared.adapters.sqlite.messages import SqliteMessages
from shared.adapters.sqlite.search_index import AT_ONCE
from shared.adapters.stores import Stores, open_stores
from shared.chats.model import place_at
from shared.ids import now_ms, part_id
from shared.messages.model import MessageState
from shared.messages.received import history_position
from shared.settings import StoreSettings
from tests.shared.adapters.contracts.samples import DAY, a_change, a_message, an_arrival

ANI, BUDI = "628111@s.whatsapp.net", "628222@s.whatsapp.net"
UID = "ses_1"


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    async with open_stores(StoreSettings(data_dir=tmp_path)) as opened:
        yield opened


@pytest.fixture
def rows(stores: Stores, tmp_path: Path) -> Iterator[sqlite3.Connection]:  # noqa: ARG001 - the file is there
    with closing(sqlite3.connect(tmp_path / "wagate.db")) as connection:
        yield connection


async def said(stores: Stores, number: int, text: str | None, **fields: object) -> None:
    await stores.inbox.append([an_arrival(number, content={"message": text}, **fields)])


async def found(stores: Stores, text: str, uid: str = UID, **more: object) -> list[str]:
    page = await stores.chats.search(uid, text, **({"limit": 50} | more))
    return [entry.id for entry in page.entries]


async def test_a_chat_into_which_only_this_gateway_wrote_is_listed(stores: Stores) -> None:
    """Between those in which something arrived, by the time of its message."""
    await stores.inbox.append([an_arrival(1)])
    messages = [a_message(UID, to=BUDI) for _ in range(3)]
    for message in messages:
        await stores.messages.accept(message)
    chats = (await stores.chats.page(UID, limit=9)).chats
    assert [(chat.chat, chat.last.id) for chat in chats] == [(BUDI, messages[2].id), (ANI, an_arrival(1).id)]


async def test_texts_are_found_by_their_words(stores: Stores) -> None:
    """All of them, in any order and case, without accents; the last letters of a word may be missing."""
    await said(stores, 1, "Café Sari opens at nine")
    await said(stores, 2, "the cafe is closed", chat=BUDI)
    await said(stores, 3, None)
    message = a_message(UID, to=BUDI, content={"type": "image", "caption": "CAFÉ menu", "file": {}})
    await stores.messages.accept(message)
    first, second = an_arrival(1).id, an_arrival(2).id
    assert await found(stores, "cafe") == [message.id, second, first]
    assert await found(stores, "NINE caf") == [first]
    assert await found(stores, "caf", chat=BUDI) == [message.id, second]
    assert await found(stores, "afe") == []
    assert await found(stores, "cafe nobody") == []
    assert await found(stores, "...") == []
    assert await found(stores, "cafe", "ses_2") == []


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("明天我们去北京开会", "北京"), ("明天我们去北京开会", "开会"), ("พรุ่งนี้เจอกันที่ร้านกาแฟ", "กาแฟ"),
        ("きょうは東京タワー", "タワー"), ("서울에서 만나요", "서울"), ("नमस्ते दुनिया", "नमस्ते"),
        ("сегодня в Ёлке", "ёлк"), ("مَرْحَبًا بكم", "مرحبا"), ("Happy birthday 🎂", "🎂"), ("order#4711-b", "4711"),
        ("STRASSE", "straße"),
    ],
)  # fmt: skip
async def test_scripts_of_all_kinds_are_searched(stores: Stores, text: str, asked: str) -> None:
    """Where words have no spaces between them, what stands in a row is found."""
    await said(stores, 1, text)
    await said(stores, 2, "something else")
    assert await found(stores, asked) == [an_arrival(1).id]


@pytest.mark.parametrize(
    "text", ['"', "a* OR b", "NEAR(a b)", "words:x", "^a", "1x", "a AND", "'; DROP TABLE inbox", "\0", "{x y}:z", "-"]
)
async def test_nothing_that_is_searched_is_a_command(stores: Stores, text: str) -> None:
    """Whatever somebody writes is words."""
    await said(stores, 1, "innocent")
    assert await found(stores, text) == []


async def test_another_session_is_never_found(stores: Stores) -> None:
    """Also when its number in the index stands before what is searched."""
    for place, uid in enumerate(("ses_1", "ses_2", "ses_3")):
        await said(stores, place, "secret 1xsecret 2xsecret", session_uid=uid)
    for place, uid in enumerate(("ses_1", "ses_2", "ses_3")):
        for text in ("secret", "1xsecret", "2xsecret", "secret 2xsecret"):
            assert await found(stores, text, uid) == [an_arrival(place).id]


async def test_pages_of_what_is_found_follow_each_other(stores: Stores) -> None:
    """By time, in as many steps of indexing as it takes, though what arrived last is indexed last."""
    many = [an_arrival(number, content={"message": f"word {number}"}) for number in range(AT_ONCE + 20)]
    await stores.inbox.append(many[10:])
    assert len(await found(stores, "word", limit=1_000)) == AT_ONCE + 10
    await stores.inbox.append(many[:10])  # of the journal of a host that comes back
    seen: list[str] = []
    before = None
    while True:
        page = await stores.chats.search(UID, "word", limit=100, before=before)
        seen += [entry.id for entry in page.entries]
        if (before := page.next) is None:
            break
    assert seen == [message.id for message in reversed(many)]


async def test_what_is_said_since_is_found_and_what_was_unsaid_is_not(stores: Stores) -> None:
    """Edits, deletes, history, parts of albums that are stored long after their ids were made."""
    await said(stores, 1, "apples")
    ours = a_message(UID, to=BUDI, content={"type": "text", "text": "grapes"}, state=MessageState.SENDING, epoch=1)
    await stores.messages.accept(ours)
    assert await found(stores, "apples") == [an_arrival(1).id]
    await stores.inbox.change([a_change(an_arrival(1), "edit", 5, message="pears")])
    assert (await found(stores, "apples"), await found(stores, "pears")) == ([], [an_arrival(1).id])
    await stores.inbox.change([a_change(an_arrival(1), "delete", 6)])
    assert await found(stores, "pears") == []
    await stores.messages.advance(ours.id, MessageState.SENT, now=now_ms(), wa_id="3EB0")
    edit = replace(a_change(an_arrival(1), "edit", 9, message="plums"), chat=BUDI, message_id="3EB0", from_me=True)
    await stores.messages.change("3EB0", edit)
    assert (await found(stores, "grapes"), await found(stores, "plums")) == ([], [ours.id])
    old = an_arrival(7, position=history_position(1_600_000_000, "OLD"), content={"message": "cherries"})
    await stores.inbox.append([old])
    assert await found(stores, "cherries") == [old.id]
    album = a_message(UID, to=BUDI)
    part = replace(album, id=part_id("msg_01h00000000000000000000000", 1), about={"album": album.id})
    await stores.messages.accept(replace(part, content={"type": "image", "caption": "figs", "file": {}}))
    assert await found(stores, "figs") == [part.id]


async def test_what_goes_leaves_nothing_in_the_index(stores: Stores, rows: sqlite3.Connection) -> None:
    """Purged, cleared, trimmed, removed with its chat or its session."""

    async def nothing_dropped(_: object) -> None:
        pass

    def indexed() -> tuple[int, ...]:
        counts = ("SELECT count(*) FROM searched", "SELECT count(*) FROM search")
        return tuple(rows.execute(count).fetchone()[0] for count in counts)

    removals: list[Callable[[], object]] = [
        lambda: stores.inbox.purge(before=now_ms() + DAY), lambda: stores.inbox.clear(UID),
        lambda: stores.inbox.trim(UID, keep=0),
        lambda: stores.chats.remove(UID, ANI, place_at(now_ms()), nothing_dropped),
    ]  # fmt: skip
    for removal in removals:
        await said(stores, 1, "apples")
        assert await found(stores, "apples")
        assert indexed() == (1, 1)
        await removal()
        assert indexed() == (0, 0)
    await stores.messages.accept(a_message(UID))
    assert await found(stores, "halo")
    await stores.messages.delete_of(UID)
    await stores.chats.delete_of(UID)
    assert indexed() == (0, 0)
    assert rows.execute("SELECT count(*) FROM searches").fetchone() == (0,)


async def test_messages_go_with_their_age(tmp_path: Path) -> None:
    """Which their ids say."""
    database = await Database.open(tmp_path / "wagate.db")
    try:
        messages = SqliteMessages(database)
        old, new = a_message(id=part_id("msg_01h00000000000000000000000", 1)), a_message()
        await messages.accept(old)
        await messages.accept(new)
        assert await messages.purge(before=now_ms() - DAY) == 1
        assert await messages.get(old.id) is None
        assert await messages.get(new.id) is not None
    finally:
        await database.close()

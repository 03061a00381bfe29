"""What shards count for keys: what was sent, what failed, what came, and the bytes of files."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from session_host.running_parts import counted_stores
from shared.adapters.stores import open_stores
from shared.ids import now_ms
from shared.messages.model import MessageState
from shared.messages.received import InboundMessage
from shared.messages.untold import Mark
from shared.settings import StoreSettings
from shared.tenants.usage import HOUR_MS
from tests.shared.adapters.contracts.samples import a_message


def settings_of(folder: Path) -> StoreSettings:
    return StoreSettings(data_dir=folder, sqlite_synchronous="NORMAL")


async def test_what_goes_through_the_stores_is_counted(tmp_path: Path) -> None:
    """Once each, by its kind, however often it is read or told; nothing that the session itself wrote, nor history."""
    begun = now_ms() // HOUR_MS
    async with counted_stores(settings_of(tmp_path)) as stores:
        session, _ = await stores.sessions.get_or_create("key_1", "sales", now=now_ms())
        picture = {"type": "image", "file": {"size": 500}}
        rows = [a_message(session.uid), a_message(session.uid, content=picture), a_message(session.uid)]
        ends = (MessageState.SENT, MessageState.SENT, MessageState.FAILED)
        for row, end in zip(rows, ends, strict=True):
            await stores.messages.accept(row)
            assert await stores.messages.advance(row.id, MessageState.SENDING, now=now_ms(), epoch=1)
            assert await stores.messages.advance(row.id, end, now=now_ms(), wa_id=f"3EB0{row.id}")
            assert await stores.messages.advance(row.id, end, now=now_ms()) is None
        untold = await stores.outcomes.untold([session.uid], limit=10)
        marks = [Mark(each.session_uid, each.message_id, each.mark) for each in untold]
        assert await stores.outcomes.untold([session.uid], limit=10) == untold
        await stores.outcomes.told(marks)
        await stores.outcomes.told(marks)
        came = InboundMessage(
            session_uid=session.uid, position="0000000000001-000000000001", id="3EB0A", chat="628@s.whatsapp.net",
            from_number="628", from_lid=None, from_me=False, timestamp=1, type="voice",
            content={"media": {"size": 70}},
        )  # fmt: skip
        own = replace(came, id="3EB0B", position="0000000000001-000000000002", from_me=True)
        await stores.inbox.append([came, own])
        assert await stores.inbox.get(session.uid, came.chat, came.id, from_me=False) is not None
    async with open_stores(settings_of(tmp_path)) as stores:
        found = await stores.usage_rows.between("key_1", begun, begun + 2)
    numbers = Counter[str]()
    for each in found:  # of two hours, when the first one has just ended
        numbers[each.what] += each.number
    assert numbers == {
        "sent.text": 1, "sent.image": 1, "failed.text": 1, "received.voice": 1, "bytes_out": 500, "bytes_in": 70,
    }  # fmt: skip

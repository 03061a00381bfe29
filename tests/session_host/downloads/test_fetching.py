"""What fetches files of messages: of every key in turns, on after a crash, and it says what came of each."""

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from zstandard import compress

from session_host.downloads import fetching
from session_host.downloads.errors import Corrupt, Gone, Unreachable
from session_host.downloads.fetching import AT_ONCE, Fetching
from session_host.downloads.policy import Policy
from session_host.whatsapp.content.files import FileOnWhatsApp
from session_host.whatsapp.library.neonize_client import E2eMessage
from shared.adapters.stores import Stores, open_stores
from shared.ids import now_ms
from shared.media.keeping import FileKeeping, Room
from shared.messages.received import InboundMessage
from shared.sessions.chosen import ChosenMedia
from shared.settings import StoreSettings
from tests.session_host.gateway_host import eventually
from tests.shared.adapters.contracts.samples import a_change, an_arrival

POLICY = Policy(most=500)
DAY = 86_400_000
OWNERS = {"ses_1": "key_1", "ses_2": "key_1", "ses_3": "key_2"}


@dataclass
class WhatsApp:
    """Its server: what it gives for each file, by the number that is its size."""

    errors: dict[int, list[Exception]] = field(default_factory=dict[int, list[Exception]])
    gives: asyncio.Event = field(default_factory=asyncio.Event)
    under_way: list[int] = field(default_factory=list[int])
    most: int = 0

    async def bring(self, _uid: str, file: FileOnWhatsApp) -> AsyncGenerator[bytes]:
        self.under_way.append(file.size)
        self.most = max(self.most, len(self.under_way))
        try:
            await self.gives.wait()
            if failures := self.errors.get(file.size):
                raise failures.pop(0)
            yield bytes(file.size)
        finally:
            self.under_way.remove(file.size)


def with_file(number: int, uid: str = "ses_1", size: int | None = None) -> InboundMessage:
    """A message with a file of so many bytes, which is to be fetched."""
    size = number if size is None else size
    part = {"directPath": "/v/x?y", "mediaKey": os.urandom(32), "fileLength": size}
    part |= {"fileEncSHA256": bytes(32), "fileSHA256": bytes(32)}
    raw = compress(E2eMessage(documentMessage=part).SerializeToString())
    return an_arrival(number, uid, content={"media": {"size": size, "state": "fetching"}}, type="document", raw=raw)


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    async with open_stores(StoreSettings(data_dir=tmp_path)) as stores:
        yield stores


@pytest.fixture
def whatsapp(monkeypatch: pytest.MonkeyPatch) -> WhatsApp:
    for name in ("_FIRST_PAUSE", "_LAST_PAUSE", "_SETTLE"):
        monkeypatch.setattr(fetching, name, 0.01)
    return WhatsApp()


@asynccontextmanager
async def running(
    stores: Stores, whatsapp: WhatsApp, room: Room | None = None, policy: Policy = POLICY
) -> AsyncIterator[Fetching]:
    keeping = FileKeeping(stores.files, stores.file_rows, room or Room(), now_ms)
    made = Fetching(stores.inbox, keeping, whatsapp.bring, lambda _: policy, lambda: OWNERS, now_ms)
    task = asyncio.create_task(made.run())
    yield made
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def media_of(stores: Stores, message: InboundMessage) -> dict[str, Any]:
    """What a message says of its file."""
    found = await stores.inbox.get(message.session_uid, message.chat, message.id, from_me=False)
    return found.content.get("media", {}) if found else {}


def is_settled(stores: Stores, *messages: InboundMessage) -> Callable[[], Any]:
    """Whether nothing is fetched for these any more."""

    async def look() -> bool:
        return all([(await media_of(stores, message)).get("state") != "fetching" for message in messages])

    return look


async def test_files_are_fetched_a_few_at_once_and_of_every_key(stores: Stores, whatsapp: WhatsApp) -> None:
    """A key with many files leaves places to another one; all are fetched in the end, each once."""
    many = [with_file(number, f"ses_{1 + number % 2}") for number in range(1, 61)]
    await stores.inbox.append(many)
    async with running(stores, whatsapp) as made:
        await eventually(lambda: _is(len(whatsapp.under_way) == 3))
        late = with_file(100, "ses_3")
        await stores.inbox.append([late])
        made.look({"ses_3"})
        await eventually(lambda: _is(100 in whatsapp.under_way))
        whatsapp.gives.set()
        await eventually(is_settled(stores, *many, late))
    assert whatsapp.most <= AT_ONCE
    for message in (*many, late):
        media = await media_of(stores, message)
        assert (media["state"], media["size"]) == ("stored", message.content["media"]["size"])
        assert await stores.files.size(media["id"]) == media["size"]
    assert await stores.file_rows.bytes_in_all() == sum(range(1, 61)) + 100


@pytest.mark.parametrize(("chosen", "days"), [(None, 10), (3, 3), (3650, 10)])
async def test_a_file_is_kept_as_long_as_was_chosen(
    stores: Stores, whatsapp: WhatsApp, chosen: int | None, days: int
) -> None:
    """`media.keepDays` of its session, and never longer than the gateway keeps files."""
    policy = Policy(days=10).narrowed(ChosenMedia(keep_days=chosen))
    message = with_file(1)
    await stores.inbox.append([message])
    whatsapp.gives.set()
    before = now_ms()
    async with running(stores, whatsapp, policy=policy):
        await eventually(is_settled(stores, message))
    row = await stores.file_rows.get("key_1", (await media_of(stores, message))["id"])
    assert row is not None
    assert before + days * DAY <= row.expires_at <= now_ms() + days * DAY


async def test_who_comes_after_a_crash_goes_on(stores: Stores, whatsapp: WhatsApp) -> None:
    """What was under way is fetched by the next one; nothing half is kept."""
    messages = [with_file(number) for number in range(1, 6)]
    await stores.inbox.append(messages)
    async with running(stores, whatsapp):
        await eventually(lambda: _is(len(whatsapp.under_way) == 3))
    assert await stores.file_rows.bytes_in_all() == 0
    whatsapp.gives.set()
    async with running(stores, whatsapp):
        await eventually(is_settled(stores, *messages))
    assert await stores.file_rows.bytes_in_all() == 15


@pytest.mark.parametrize(
    ("errors", "told"),
    [
        ([Gone()], ("gone", "expired")),
        ([Corrupt()] * 3, ("gone", "corrupt")),
        ([Corrupt(), Unreachable()], ("stored", None)),
        ([Unreachable()] * 8, ("gone", "unreachable")),
        ([Unreachable()] * 7, ("stored", None)),
        ([RuntimeError("a bug")], ("stored", None)),
    ],
)
async def test_what_came_of_it(
    stores: Stores, whatsapp: WhatsApp, errors: list[Exception], told: tuple[str, str | None]
) -> None:
    """Tried as often as that can help. Asked for once more it is tried anew."""
    whatsapp.gives.set()
    whatsapp.errors[7] = list(errors)
    message = with_file(7)
    await stores.inbox.append([message])
    async with running(stores, whatsapp) as made:
        await eventually(is_settled(stores, message))
        media = await media_of(stores, message)
        assert (media["state"], media.get("reason")) == told
        if told[0] == "gone":
            await stores.inbox.change([a_change(message, "media", 9, state="fetching", reason=None)])
            made.look({"ses_1"})
            await eventually(is_settled(stores, message))
            assert (await media_of(stores, message))["state"] == "stored"


async def test_files_have_bounds(stores: Stores, whatsapp: WhatsApp) -> None:
    """Of one, of those of a key; what a sender says of its size is not believed."""
    whatsapp.gives.set()
    liar, large, small = with_file(1, size=0), with_file(2, size=501), with_file(3, "ses_3", size=100)
    await stores.inbox.append([large])
    async with running(stores, whatsapp):
        await eventually(is_settled(stores, large))
    assert (await media_of(stores, large))["reason"] == "too_large"
    await stores.inbox.append([liar, small])
    async with running(stores, whatsapp, Room(of_key=99)):
        await eventually(is_settled(stores, liar, small))
    assert (await media_of(stores, small))["reason"] == "quota"
    assert (await media_of(stores, liar))["state"] == "gone"


async def test_the_file_of_a_message_that_is_gone_is_not_kept(stores: Stores, whatsapp: WhatsApp) -> None:
    """Deleted, or its inbox cleared, while its file came."""
    deleted, cleared = with_file(1), with_file(2, "ses_3")
    await stores.inbox.append([deleted, cleared])
    async with running(stores, whatsapp):
        await eventually(lambda: _is(len(whatsapp.under_way) == 2))
        await stores.inbox.change([a_change(deleted, "delete", 5)])
        await stores.inbox.clear("ses_3")
        whatsapp.gives.set()

        async def gone() -> bool:
            return not whatsapp.under_way and await stores.file_rows.bytes_in_all() == 0

        await eventually(gone)


async def _is(met: bool) -> bool:  # noqa: FBT001 - what a condition came to
    return met

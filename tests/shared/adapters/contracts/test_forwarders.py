"""What every adapter of `shared.forwarders.ports.Forwarders` does."""

from __future__ import annotations

from dataclasses import replace

from shared.adapters.stores import Stores
from shared.events.cursor import Cursor
from shared.forwarders.model import Forwarder, Progress
from shared.forwarders.targets import Targets

BEGUN = Progress(cursor=Cursor(7, 0, 1000))


def made(number: int) -> Forwarder:
    targets = Targets.model_validate({"sqs": {"queueUrl": "https://sqs.eu-central-1.amazonaws.com/1/events"}})
    return Forwarder(
        id=f"fwd_{number}", key_id="key_a", session_uid="ses_a", events=("message.*",), targets=targets,
        credentials="sealed.1.00000000.AAAA", created_at=number,
    )  # fmt: skip


async def test_what_was_added_is_there(stores: Stores) -> None:
    """As it was made, oldest first, each with its progress."""
    assert not await stores.forwarders.any()
    for number in (2, 1):
        await stores.forwarders.add(made(number), BEGUN)
    assert await stores.forwarders.all() == [(made(1), BEGUN), (made(2), BEGUN)]
    assert await stores.forwarders.any()
    assert "sealed" not in repr(made(1))


async def test_who_takes_it_is_the_only_one_who_notes(stores: Stores) -> None:
    """Whoever had it before is told so, and writes nothing."""
    await stores.forwarders.add(made(1), BEGUN)
    first = await stores.forwarders.take("fwd_1")
    second = await stores.forwarders.take("fwd_1")
    assert first
    assert second
    assert (first.cursor, second.epoch) == (BEGUN.cursor, first.epoch + 1)
    moved = replace(second, cursor=Cursor(7, 5, 2000), forwarded=5, trouble="AccessDenied: no", failing_since=3)
    assert await stores.forwarders.note("fwd_1", moved)
    assert not await stores.forwarders.note("fwd_1", replace(first, forwarded=9))
    assert await stores.forwarders.all() == [(made(1), moved)]


async def test_what_is_gone_is_nobodys(stores: Stores) -> None:
    """It is neither taken nor noted, and does not come back by that."""
    await stores.forwarders.add(made(1), BEGUN)
    taken = await stores.forwarders.take("fwd_1")
    assert taken
    assert await stores.forwarders.delete("fwd_1")
    assert not await stores.forwarders.delete("fwd_1")
    assert await stores.forwarders.take("fwd_1") is None
    assert not await stores.forwarders.note("fwd_1", taken)
    assert await stores.forwarders.all() == []

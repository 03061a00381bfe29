"""Gateways that run, and do not work."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest

from shared.adapters.stores import Stores, open_stores
from shared.events.cursor import Cursor
from shared.ids import now_ms
from shared.outside.addresses import Allowed
from shared.outside.posting import NotPosted, Poster
from shared.settings import StoreSettings
from shared.webhooks.model import Attempt, Delivery, DeliveryState, Disabled, Place, Webhook
from tests.authorities import AUTHORITIES
from tests.cli.answers import answering
from tests.cli.checks.broken.conftest import Doctor
from tests.cli.processes import children_of, named, running, until
from tests.launched import Launched, launched


@pytest.fixture(scope="module")
def ill(tmp_path_factory: pytest.TempPathFactory) -> Generator[Launched]:
    """A gateway whose parts may be stopped and killed."""
    with launched("sandbox", tmp_path_factory.mktemp("ill") / "data") as gateway:
        yield gateway


@pytest.fixture
def of_ill(doctor: Doctor, ill: Launched) -> Doctor:
    """The doctor of that gateway, which is at work when the test begins."""

    def is_ready() -> bool:
        try:
            return httpx.get(f"{ill.url}/ready", verify=AUTHORITIES, timeout=30).is_success
        except httpx.TransportError:
            return False

    until(is_ready)
    return replace(doctor, data=ill.data)


@pytest.mark.broken("NATS hangs", "NATS", "cannot be used", "logs/nats.log", also=("API",))
def test_nats_hangs(of_ill: Doctor, ill: Launched) -> None:
    """A gateway whose NATS hangs is not called ready."""
    nats = named(children_of(ill.process.pid), "nats-server")
    nats.suspend()
    try:
        of_ill.finds()
    finally:
        nats.resume()


@pytest.mark.broken("A shard dies again and again", "shards", "They die again and again", "dmesg", also=("API",))
def test_a_shard_dies_again_and_again(of_ill: Doctor, ill: Launched) -> None:
    """As when the system ends it for want of memory."""
    log, killed = ill.data / "logs" / "session-host.log", set[int]()

    def kill_one_more() -> bool:
        for shard in running(children_of(ill.process.pid), "session_host.shard"):
            if shard.pid not in killed:
                shard.kill()
                killed.add(shard.pid)
        return b'"next_start_in":1.0' in log.read_bytes()

    until(kill_one_more)
    try:
        of_ill.finds()
    finally:
        os.truncate(log, 0)  # the next test's gateway is well


async def refusal() -> str:
    """What the gateway says of an address that it sends nothing to."""
    poster = Poster(Allowed())
    try:
        await poster.post("http://127.0.0.1:9/", {}, b"{}")
    except NotPosted as error:
        return str(error)
    finally:
        await poster.close()
    raise AssertionError


@contextmanager
def having(gateway: Launched, *webhooks: Webhook, answer: str = "") -> Generator[None]:
    """Webhooks in a gateway's store that nothing reached for an hour, and what was answered last; gone at the end."""
    hour_ago = now_ms() - 3_600_000

    async def begin(stores: Stores) -> None:
        for each in webhooks:
            assert await stores.webhooks.add(each, at_most=10)
            place = Place(subscription_id=each.id, cursor=Cursor(0, 0, 0), failing_since=hour_ago)
            attempt = Attempt(at=hour_ago, took=1, answer=answer)
            await stores.deliveries.begin(place)
            await stores.deliveries.put(
                [
                    Delivery(
                        subscription_id=each.id, event_id="evt_1", session_uid="ses_1", type="message.received", log=0,
                        position=1, state=DeliveryState.PENDING, next_at=hour_ago, first_at=hour_ago, attempts=1,
                        tries=(attempt,), waited=True, body=b"{}",
                    )
                ]
            )  # fmt: skip

    async def end(stores: Stores) -> None:
        for each in webhooks:
            await stores.webhooks.delete(each.key_id, each.id)

    async def within(what: Callable[[Stores], Awaitable[None]]) -> None:
        async with open_stores(StoreSettings(data_dir=gateway.data)) as stores:
            await what(stores)

    asyncio.run(within(begin))
    try:
        yield
    finally:
        asyncio.run(within(end))


@pytest.mark.broken("A webhook's address is not allowed", "webhooks", "private network", "WAGATE_URL_ALLOW")
def test_a_webhook_whose_address_is_refused(of_ill: Doctor, ill: Launched) -> None:
    """It was allowed when the webhook was made."""
    webhook = Webhook(id="wh_refused", key_id="key_1", url="http://127.0.0.1:9/", created_at=1)
    with having(ill, webhook, answer=asyncio.run(refusal())):
        assert "wh_refused" in of_ill.finds_in_time()["text"]


@pytest.mark.broken("A webhook was disabled since nothing got through", "webhooks", "has been disabled since",
    "wagate webhooks enable", state="warn")  # fmt: skip
def test_a_webhook_that_was_disabled(of_ill: Doctor, ill: Launched) -> None:
    """By the gateway; what its owner disabled is no trouble."""
    webhooks = (
        Webhook(id=f"wh_{reason}", key_id="key_2", url="http://x/", created_at=1, disabled=Disabled(reason, now_ms()))
        for reason in ("owner", "failing")
    )
    with having(ill, *webhooks):
        assert "wh_failing" in of_ill.finds_in_time()["text"]


@pytest.mark.broken("Another program answers where the gateway should", "API", "not a gateway", "--url")
def test_another_program_answers(doctor: Doctor) -> None:
    """A page of a web server, for example."""
    with answering((200, b"<html>Welcome</html>")) as server:
        doctor.finds("--url", server.url)


@pytest.mark.broken("Nothing answers where the gateway should", "API", "does not answer", "wagate up")
def test_nothing_answers(doctor: Doctor) -> None:
    """The address is wrong, or it does not run."""
    doctor.finds("--url", "http://127.0.0.1:9")


@pytest.mark.broken("The API key is none of the gateway's", "sessions", "is unknown", "")
def test_a_wrong_key(doctor: Doctor, shared_gateway: Launched) -> None:
    """Revoked, or of another gateway."""
    doctor.finds("--url", shared_gateway.url, "--key", "wa_" + "x" * 43)

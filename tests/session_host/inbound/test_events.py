"""A whole session host and the log of events: what happened is there, and a NATS that cannot keep it stops nothing."""

from functools import partial
from typing import Any

import orjson

from shared.adapters.nats.event_stream import StreamLimits
from shared.contracts.events import EVENT, AnyEvent, MessageReceived, ReceiptReceived, SessionChanged
from shared.contracts.subjects import shard_ping
from tests.emulators import servers
from tests.emulators.nats_process import NatsServer
from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host

SANDBOX = {"WAGATE_SHARD_LAUNCHER": "sandbox.trust"}


async def test_what_happens_is_in_the_log_once_through_crashes(
    whatsapp: Any, own_nats: NatsServer, tmp_path: Any
) -> None:
    """Messages, receipts and changes of state, while the shard is killed and while NATS is: once each, in order."""
    environment = {**whatsapp.addresses.shard_environment(), **SANDBOX}
    async with gateway_host(own_nats.url, tmp_path, environment) as host:
        session, number = await host.pair(whatsapp)
        contact, _ = await host.pair(whatsapp, "contact")
        for n in range(30):
            await host.send(contact.uid, number, f"in {n}", queue=True, lasts=120_000)
            if n == 10:
                # What the library has acknowledged and not handed over dies with it: not what is tried here.
                await eventually(partial(_shows, host, session.uid, n + 1))
                await host.kill_shard()
            if n == 20:
                own_nats.restart()

        async def all_of_it() -> bool:
            """The log and the inbox have the same, in the same order; either may be first to have a message."""
            messages = [event for event in await _events(host, session.uid) if isinstance(event, MessageReceived)]
            page = await host.stores.inbox.newest(session.uid, limit=100)
            inbox = [message.id for message in sorted(page.messages, key=lambda message: message.position)]
            return len(inbox) >= 30 and list(dict.fromkeys(event.id for event in messages)) == inbox

        await eventually(all_of_it, within=40)

        async def changed() -> list[SessionChanged] | None:
            """Its changes of state, once it has said all of them: they are written by another thread than messages."""
            said = [event for event in await _events(host, session.uid) if isinstance(event, SessionChanged)]
            return said if (said[-1].epoch, said[-1].status) == (2, "connected") else None

        changes = await eventually(changed)
        first = [event.status for event in changes if event.epoch == 1]
        assert first[0] == "starting"
        assert "qr_ready" in first
        assert changes[-1].number == number
        sink = await whatsapp.new_sink(receipts=True)
        await host.send(session.uid, sink, "out")

        async def receipt() -> bool:
            return any(isinstance(event, ReceiptReceived) for event in await _events(host, session.uid))

        await eventually(receipt)
        # What the journal numbers is in the log under one number each.
        ids = [event.id for event in await host.bus.event_log(StreamLimits()).read(after=0, limit=10_000)]
        assert len(ids) == len(set(ids))


async def test_a_nats_without_jetstream_stops_nothing(whatsapp: Any, tmp_path: Any) -> None:
    """The shard starts, sends and receives; it says that events are not published, and keeps them."""
    environment = {**whatsapp.addresses.shard_environment(), **SANDBOX}
    with servers.nats_server() as server:
        async with gateway_host(server.url, tmp_path, environment) as host:
            session, number = await host.pair(whatsapp)
            contact, _ = await host.pair(whatsapp, "contact")
            assert (await host.send(contact.uid, number, "hello")).state == "sent"

            async def arrived() -> bool:
                return bool((await host.stores.inbox.newest(session.uid, limit=1)).messages)

            await eventually(arrived)
            owner = (await host.stores.sessions.get(session.uid)).owner  # type: ignore[union-attr]

            async def behind() -> dict[str, Any] | None:
                answer = orjson.loads(await host.bus.request(shard_ping(str(owner)), b"", timeout=30))
                return answer if answer["receive"] == "behind" else None

            answer = await eventually(behind)
            assert answer["reason"] == "Events are not published: NATS has no JetStream."
            assert "events_wait" in host.log.read_text()


async def _events(host: GatewayHost, uid: str) -> list[AnyEvent]:
    return [EVENT.validate_json(event.event) for event in await host.logged(uid)]


async def _shows(host: GatewayHost, uid: str, count: int) -> bool:
    return len((await host.stores.inbox.newest(uid, limit=100)).messages) >= count

"""How WhatsApp ends a connection, and what neonize makes of each: the table in docs/sandbox.md."""

import sqlite3
import time
from contextlib import closing

import httpx
import pytest


async def fault(control, **fields):
    answer = await control.post("/faults", json=fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_second_login_replaces_the_first(link, control, start_client, until):
    """The same device logging in from elsewhere ends the first connection with StreamReplaced."""
    first = await link()
    second = await start_client()
    with closing(sqlite3.connect(first.database)) as source, closing(sqlite3.connect(second.database)) as copy:
        source.backup(copy)  # whole, although the first client may be writing
    await second.do("connect")

    await first.hear("StreamReplaced")
    await second.hear("Connected")

    async def replaced():
        answer = await control.get("/connections", params={"number": first.number})
        return [interval["reason"] for interval in answer.json()["connections"]][-2:] == ["replaced", None]

    await until(replaced)


async def test_replaced_on_purpose(link, control):
    """The fault alone has the same effect."""
    client = await link()
    assert (await fault(control, kind="replace", target=client.number))["hit"] == [f"{client.number}:1"]
    await client.hear("StreamReplaced")


async def test_unlinked_by_the_phone(link, control):
    """Removing a device from the phone logs it out and forgets it."""
    client = await link()
    answer = await control.delete(f"/phones/{client.number}/devices/1")
    assert answer.json()["devices"] == []
    assert not (await client.hear("LoggedOut"))["OnConnect"]


async def test_unlinked_by_a_fault(link, control):
    """As a fault, it can strike many at once."""
    client = await link()
    await fault(control, kind="unlink", target=f"{client.number}:1")
    assert not (await client.hear("LoggedOut"))["OnConnect"]


async def test_banned_now_and_at_the_next_login(link, control):
    """A ban ends the connection, and the next login, until it is lifted."""
    client = await link()
    ban = await fault(control, kind="ban", target=client.number, expire=7200)

    assert (await client.hear("TemporaryBan"))["Expire"] == 7200
    await client.kill()
    await client.start()
    await client.do("connect")
    assert (await client.hear("TemporaryBan"))["Expire"] == 7200

    await control.delete(f"/faults/{ban['id']}")
    await client.kill()
    await client.restart()


@pytest.mark.parametrize(
    ("code", "event"),
    [(401, "LoggedOut"), (403, "LoggedOut"), (405, "ClientOutdated"), (400, "ConnectFailure"),
     (409, "ConnectFailure"), (501, "ConnectFailure"), (415, "Ended")],
)  # fmt: skip
async def test_refused_at_login(link, control, code, event):
    """Each code that a login can be refused with has the event neonize has for it."""
    client = await link()
    await client.kill()
    await client.start()
    await fault(control, kind="refuse", target=client.number, code=code, count=1)

    await client.do("connect")

    heard = await client.hear(event)
    if event == "Ended":
        assert heard["error"]


@pytest.mark.parametrize("code", [500, 503])
async def test_refused_for_a_while(link, control, code):
    """A server in trouble is tried again, and lets the device in when the trouble is over."""
    client = await link()
    await client.kill()
    await client.start()
    await fault(control, kind="refuse", target=client.number, code=code, count=1)
    await client.do("connect")
    await client.hear("Connected")


@pytest.mark.parametrize("fields", [{"kind": "close"}, {"kind": "close", "mode": "abort"}, {"kind": "stream_error"}])
async def test_reconnects_when_the_connection_breaks(link, control, fields):
    """A closed or aborted socket and error 503 are followed by a new login."""
    client = await link()
    await fault(control, target=client.number, **fields)
    await client.hear("Disconnected")
    await client.hear("Connected")


async def test_logs_out_by_itself(link, control):
    """A client that logs out is unlinked; its number is free of it, and its keys are not accepted any more."""
    client = await link()
    assert "error" not in await client.do("logout")
    assert (await control.get(f"/phones/{client.number}")).json()["devices"] == []
    assert client.heard("LoggedOut") == []


async def test_rejected_messages_fail_to_send(link, control):
    """An acknowledgement with an error makes the send fail with its code, and nothing is delivered."""
    client = await link()
    (sink,) = (await control.post("/sinks", json={"count": 1})).json()["numbers"]
    await fault(control, kind="reject_messages", target=client.number, code=479, count=1)

    assert "479" in (await client.do("send", to=sink, text="no"))["error"]
    assert (await control.get(f"/sinks/{sink}")).json()["received"] == 0


async def test_slow_answers(link, control):
    """Every stanza for a slow device comes that much later, though not one behind the other."""
    client = await link()
    (sink,) = (await control.post("/sinks", json={"count": 1})).json()["numbers"]
    await client.do("send", to=sink, text="fetches the keys")
    slow = await fault(control, kind="slow", target=client.number, milliseconds=300)
    begin = time.monotonic()
    assert "error" not in await client.do("send", to=sink, text="slow")
    assert time.monotonic() - begin > 0.3
    await control.delete(f"/faults/{slow['id']}")


async def test_unreachable_until_cleared(run_sandbox, link, until):
    """While the proxy refuses, nobody gets in; when it doesn't any more, neonize comes back by itself."""
    with run_sandbox() as addresses:
        client = await link(at=addresses)
        async with httpx.AsyncClient(base_url=addresses.control, timeout=90) as control:
            await fault(control, kind="unreachable", mode="refuse")
            await fault(control, kind="close")
            await client.hear("Disconnected")

            async def tried():
                return (await control.get("/faults")).json()["faults"][0]["struck"] >= 1

            await until(tried)
            await control.delete("/faults")
            await client.hear("Connected")


async def test_closed_while_showing_codes(run_sandbox, start_client, until):
    """qr_close ends the connection of a client right after it got its codes."""
    with run_sandbox() as addresses:
        async with httpx.AsyncClient(base_url=addresses.control, timeout=90) as control:
            await fault(control, kind="qr_close")
            client = await start_client(addresses)
            await client.do("connect")
            await client.hear("QR")

            async def gone():
                return (await control.get("/health")).json()["connections"] == 0

            await until(gone)

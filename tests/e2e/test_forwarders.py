"""A forwarder of a running gateway: made by its command, at work within seconds, seen and deleted."""

from __future__ import annotations

import asyncio
import json
import uuid
from subprocess import CompletedProcess

import nats

from benchmarks.gateway import Gateway
from cli.gateway.data_folder import DataFolder
from tests.launched import wagate
from tests.shared_gateway import fresh_number


async def test_what_happens_comes_to_who_listens(gateway: Gateway) -> None:
    """A login, told on a stream of the gateway's own NATS; no process has to be started for it."""

    async def command(*words: str) -> CompletedProcess[str]:
        done = await asyncio.to_thread(wagate, *words, "--data", str(gateway.data))
        assert done.returncode == 0, done.stderr
        return done

    running = DataFolder(gateway.data).running()
    assert running
    client = await nats.connect(running.nats_url, token=running.nats_token)
    stream, subject = client.jetstream(), f"t{uuid.uuid4().hex}"
    try:
        await stream.add_stream(name=subject, subjects=[f"{subject}.>"])
        keys = json.loads((await command("keys", "list", "--json")).stdout)["apiKeys"]
        (key,) = [each["id"] for each in keys if gateway.key.startswith(each["prefix"])]
        forwarder = (await command("forwarders", "create", key, "--nats", subject)).stdout.strip()
        await gateway.log_in("default", fresh_number())
        reading = await stream.subscribe(f"{subject}.*.session.status")
        told = json.loads((await reading.next_msg(timeout=60)).data)
        assert (told["type"], told["sessionId"]) == ("session.status", "default")
        async with asyncio.timeout(60):
            while "running" not in (listed := (await command("forwarders", "list")).stdout):
                await asyncio.sleep(0.5)
        assert forwarder in listed
        await command("forwarders", "delete", forwarder)
    finally:
        await stream.delete_stream(subject)
        await client.close()

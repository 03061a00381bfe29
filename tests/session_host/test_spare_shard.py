"""A host with a spare shard: real processes, a real pairing."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host


async def test_a_spare_holds_what_a_dead_shard_held(whatsapp: Any, nats_url: str, tmp_path: Path) -> None:
    """The waiting process takes the slot with its lock, its journal and its session, and sends; another one waits then.

    Until it is given the slot it has neither lock nor lease; and when the supervisor is killed none is left.
    """
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with gateway_host(nats_url, tmp_path, environment, WAGATE_SPARE_SHARD="true") as gateway:
        session, _ = await gateway.pair(whatsapp)
        spare = await eventually(lambda: waiting(gateway), within=40)
        assert [lease.owner for lease in await gateway.stores.leases.all()] == [session_owner(gateway)]
        dead = await gateway.kill_shard()
        row = await gateway.status(session.uid, "connected", epoch=2)
        assert row.owner == session_owner(gateway)
        assert gateway.shard_pid() == spare != dead
        assert (await gateway.send(session.uid, await whatsapp.new_sink(), "back")).state == "sent"
        another = await eventually(lambda: waiting(gateway), within=40)
        assert another != spare
        gateway.process.kill()
        gateway.process.wait()

        async def both_gone() -> bool:
            return not any(psutil.pid_exists(pid) for pid in (spare, another))

        assert await eventually(both_gone)


def session_owner(gateway: GatewayHost) -> str:
    return f"{(gateway.folder / 'host-id').read_text().strip()}-0"


async def waiting(gateway: GatewayHost) -> int | None:
    """The pid of the shard without a slot."""
    for process in psutil.Process(gateway.process.pid).children():
        with suppress(psutil.NoSuchProcess):  # one that has just ended, a zombie too
            if "--spare" in process.cmdline() and process.pid != gateway.shard_pid():
                return process.pid
    return None

"""A session host whose key of snapshots is gone."""

from pathlib import Path
from typing import Any

from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host


async def test_no_new_key_is_made_while_there_are_snapshots(whatsapp: Any, nats_url: str, tmp_path: Path) -> None:
    """The shard says which key is gone and what to do, and begins when it is back."""
    snapshot = tmp_path / "data" / "blobs" / "auth+" / "ses_1+" / "1-1"
    snapshot.parent.mkdir(parents=True)
    snapshot.write_bytes(b"WGA1")
    key = tmp_path / "data" / "auth.key"
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with gateway_host(nats_url, tmp_path, environment) as gateway:
        await eventually(lambda: _said(gateway, f"The key {key} is gone"))
        assert not key.exists()
        assert "Traceback" not in gateway.log.read_text()
        key.write_bytes(bytes(32))
        await gateway.pair(whatsapp)


async def _said(gateway: GatewayHost, words: str) -> bool:
    return words in gateway.log.read_text()

"""A session host that reaches NATS over TLS: its shards are given what it was given."""

from pathlib import Path
from typing import Any

from shared.contracts.commands.messages import SendReply
from tests.emulators import servers
from tests.emulators.certificates import Authority
from tests.session_host.gateway_host import gateway_host


async def test_a_session_sends_over_tls(whatsapp: Any, tmp_path: Path) -> None:
    """Also after NATS was started anew: the shard is back by itself."""
    authority = Authority.make()
    config = authority.nats_configuration(tmp_path, "127.0.0.1")
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    with servers.nats_server(jetstream=True, config=config) as nats:
        url = f"tls://127.0.0.1:{nats.port}"
        async with gateway_host(url, tmp_path, environment, WAGATE_NATS_CA=authority.pem) as gateway:
            session, _ = await gateway.pair(whatsapp)
            sink = await whatsapp.new_sink()
            reply: SendReply = await gateway.send(session.uid, sink, "hello")
            assert reply.state == "sent"
            nats.restart()
            again: SendReply = await gateway.send(session.uid, sink, "hello again")
            assert again.state == "sent"
            assert reply.wa_id != again.wa_id

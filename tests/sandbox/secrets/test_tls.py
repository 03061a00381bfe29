"""The certificates that clients are told to trust."""

import asyncio
import ssl
from pathlib import Path

import pytest

from sandbox.secrets.tls import Certificates


@pytest.mark.parametrize("host", ["web.whatsapp.com", "mmg.whatsapp.net", "media-xyz1-1.cdn.whatsapp.net"])
async def test_the_strictest_clients_are_content(tmp_path: Path, host: str) -> None:
    """A client that checks all that RFC 5280 asks of a chain, as Python does since 3.13, connects to every host."""
    made = Certificates.generate()
    server = await asyncio.start_server(
        lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=made.context(tmp_path)
    )
    client = ssl.create_default_context(cadata=made.authority.decode())
    client.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    async with server:
        port = server.sockets[0].getsockname()[1]
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client, server_hostname=host)
        writer.close()

"""TLS on the way to NATS. What proves who the server is cannot be left out: there is TLS that verifies, or none."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nats.aio.client import Client
from nats.aio.transport import Transport
from nats.errors import Error
from nats.protocol.parser import PERMISSIONS_ERR

from shared.errors import BusUnavailable

_PEM = "-----BEGIN CERTIFICATE-----"
_OTHER_NAME = {62, 64}
"""`X509_V_ERR_HOSTNAME_MISMATCH`, `X509_V_ERR_IP_ADDRESS_MISMATCH` (openssl/x509_vfy.h)."""
_NOT_NOW = {9, 10}
"""`X509_V_ERR_CERT_NOT_YET_VALID`, `X509_V_ERR_CERT_HAS_EXPIRED`."""


@dataclass(frozen=True, slots=True)
class Tls:
    """How NATS is to prove who it is.

    Attributes:
        ca: certificates of who signed its certificate, as PEM text or as the path of a file; None: the system's.
        first: TLS before anything else is said, for a server with `handshake_first`.
    """

    ca: str | None = None
    first: bool = False

    def context(self, url: str) -> ssl.SSLContext | None:
        """What connections to the servers of a URL are made with; None: nobody demands TLS.

        Raises:
            BusUnavailable: the certificates cannot be read.
        """
        if self.ca is None:
            demanded = self.first or any(server.strip().startswith("tls://") for server in url.split(","))
            return ssl.create_default_context() if demanded else None
        try:
            if _PEM in self.ca:
                return ssl.create_default_context(cadata=self.ca)
            if not Path(self.ca).is_file():
                raise BusUnavailable("WAGATE_NATS_CA is neither a certificate as PEM text nor the path of a file.")
            return ssl.create_default_context(cafile=self.ca)
        except (OSError, ValueError) as error:  # an SSLError is an OSError
            raise BusUnavailable(f"WAGATE_NATS_CA contains no readable certificates: {error}.") from error


class NotEncryptedError(Error):
    """A server that should speak TLS does not; it has been told nothing."""


REFUSED = (ssl.SSLError, NotEncryptedError)
"""Errors that trying again does not cure: a person has to change something."""


class NatsClient(Client):
    """nats-py's client, made safe for TLS, and with a PONG that says that what was said before was taken.

    Of itself (2.16) it goes on in plain text, token and all, when a server does not offer TLS. Before it connects
    anew it waits up to 30 s for a server that is silent to say goodbye, as TLS does; and for ever for the end of a
    connection whose TLS failed, so that it tries no other server.
    """

    def _connect_command(self) -> bytes:
        """What is said first, with the token in it. It is said over TLS where that is demanded, or not at all."""
        if "tls" in self.options and not self._is_encrypted():
            raise NotEncryptedError(
                "it does not speak TLS, so wagate sent it nothing. Turn TLS on in its configuration; to use no TLS, "
                "write nats:// in WAGATE_NATS_URL and unset WAGATE_NATS_CA"
            )
        return super()._connect_command()

    async def _process_connect_init(self) -> None:
        try:
            await super()._process_connect_init()
        except BaseException:
            if (writer := self._writer()) is not None:
                writer.transport.abort()
            self._transport = None
            raise

    async def _send_ping(self, future: asyncio.Future[bool] | None = None) -> None:
        """Behind what was said before: of itself nats-py writes it past its own buffer."""
        if self._pending and self.is_connected and self._transport is not None:
            self._write_all(self._transport)
        await super()._send_ping(future)

    def _write_all(self, transport: Transport) -> None:
        commands, self._pending, self._pending_data_size = self._pending, [], 0
        transport.writelines(commands)

    async def _attempt_reconnect(self) -> None:
        if self._is_encrypted():
            self._writer().transport.abort()
        await super()._attempt_reconnect()

    async def _process_err(self, err_msg: str) -> None:
        """What a server says before it closes the connection, or of one thing that it refuses.

        Of itself the client closes for ever when it says anything but that the connection is stale: that it is too slow
        to take what is sent, that its token is another one by now (a rotation), that it has too many connections.
        """
        kept_open = PERMISSIONS_ERR in f"nats: {err_msg.strip(chr(39))}"
        if self.is_connecting or self.is_reconnecting or kept_open:
            await super()._process_err(err_msg)
            return
        error = Error(f"nats: {err_msg}")
        await self._error_cb(error)
        await self._process_op_err(error)

    def _is_encrypted(self) -> bool:
        writer = self._writer()
        return writer is not None and writer.get_extra_info("cipher") is not None

    def _writer(self) -> Any:  # noqa: ANN401 - nats-py tells it to nobody
        return getattr(self._transport, "_io_writer", None)


def in_words(error: BaseException) -> str:
    """What is wrong with a connection to NATS, and where TLS is in the way what to do about it."""
    if not isinstance(error, ssl.SSLError):
        first = "empty response" in str(error)  # it hung up on who waited for its greeting
        return f"{error}. Check whether it expects TLS first (WAGATE_NATS_TLS_FIRST)" if first else str(error)
    if not isinstance(error, ssl.SSLCertVerificationError):
        return f"TLS failed ({error}). Check that this is NATS' port, and that WAGATE_NATS_TLS_FIRST is right"
    if error.verify_code in _OTHER_NAME:
        remedy = "Use a name of its certificate in WAGATE_NATS_URL, or give it a certificate for this name"
    elif error.verify_code in _NOT_NOW:
        remedy = "Give the server a new certificate; if the certificate is valid, correct this machine's clock"
    else:
        remedy = "Set WAGATE_NATS_CA to the certificate of the CA that signed the server's (unset: the system's CAs)"
    return f"its certificate is refused ({error.verify_message.rstrip('.')}). {remedy}"

"""Ways to WhatsApp that lead nowhere."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path

import pytest

from cli.gateway.ports import free_port
from tests.cli.checks.broken.conftest import Doctor
from tests.emulators.certificates import Authority


@pytest.fixture
def proxy() -> Generator[Callable[..., str]]:
    """Makes a proxy that takes one connection, answers with these bytes, and speaks TLS then if it is to."""
    servers: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def make(answer: bytes, context: ssl.SSLContext | None = None) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def serve() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.recv(4096)
                connection.sendall(answer)
                if context is not None:
                    connection = context.wrap_socket(connection, server_side=True)
                connection.recv(4096)

        threads.append(threading.Thread(target=serve, daemon=True))
        threads[-1].start()
        return f"http://127.0.0.1:{server.getsockname()[1]}"

    yield make
    for thread in threads:
        thread.join(10)
    for server in servers:
        server.close()


def test_well(doctor: Doctor) -> None:
    """What is broken here in each test is the only thing that is: the exit code is 0 without it."""
    doctor.finds()


@pytest.mark.broken("DNS is dead", "WhatsApp", "DNS: ", "/etc/resolv.conf")
def test_a_name_that_cannot_be_resolved(doctor: Doctor) -> None:
    """The proxy's, here; WhatsApp's own without one."""
    doctor.finds(WHATSAPP_PROXY="http://proxy.invalid:3128")


@pytest.mark.broken("The proxy does not run", "WhatsApp", "Refused: ", "WHATSAPP_PROXY")
def test_a_proxy_that_is_not_there(doctor: Doctor) -> None:
    """Nobody listens at its port."""
    doctor.finds(WHATSAPP_PROXY=f"http://127.0.0.1:{free_port()}")


@pytest.mark.broken("The proxy refuses", "WhatsApp", "407 Proxy Authentication Required", "Allow it in the proxy")
def test_a_proxy_that_refuses(doctor: Doctor, proxy: Callable[..., str]) -> None:
    """In its own words."""
    doctor.finds(WHATSAPP_PROXY=proxy(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"))


@pytest.mark.broken("Something between intercepts the traffic", "WhatsApp", "cannot prove that", "SSL_CERT_FILE")
def test_a_certificate_of_somebody_else(doctor: Doctor, proxy: Callable[..., str], tmp_path: Path) -> None:
    """As a company's proxy does."""
    doctor.finds(WHATSAPP_PROXY=proxy(b"HTTP/1.1 200 OK\r\n\r\n", serving(Authority.make(), tmp_path)))


@pytest.mark.broken("A certificate is not valid at this machine's time", "WhatsApp", "is not valid now", "clock right?")
def test_a_certificate_that_is_over(doctor: Doctor, proxy: Callable[..., str], tmp_path: Path) -> None:
    """A clock that is a year fast sees all of them so."""
    authority = Authority.make()
    (tmp_path / "ca.pem").write_text(authority.pem)
    over = serving(authority, tmp_path, ends_in=-dt.timedelta(days=1))
    way = proxy(b"HTTP/1.1 200 OK\r\n\r\n", over)
    doctor.finds(WHATSAPP_PROXY=way, SSL_CERT_FILE=str(tmp_path / "ca.pem"))


@pytest.mark.broken("SSL_CERT_FILE is no file", "WhatsApp", "SSL_CERT_FILE contains no", "unset it")
def test_certificates_that_are_not_there(doctor: Doctor) -> None:
    """Nothing could be proved."""
    doctor.finds(SSL_CERT_FILE="/no/such/file")


def serving(authority: Authority, folder: Path, **validity: dt.timedelta) -> ssl.SSLContext:
    """What a server has that calls itself WhatsApp, signed by this authority."""
    authority.nats_configuration(folder, "web.whatsapp.com", **validity)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return context

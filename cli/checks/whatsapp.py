"""Can WhatsApp be reached from here? Step by step, so that the answer names the step that fails."""

from __future__ import annotations

import email.utils
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

from cli.checks.finding import Finding
from shared.proxy import Proxy

_NAME = "WhatsApp"
_HOST, _PORT = "web.whatsapp.com", 443
_WITHIN = 6.0
_NOT_NOW = {9, 10}
"""`X509_V_ERR_CERT_NOT_YET_VALID`, `X509_V_ERR_CERT_HAS_EXPIRED` (openssl/x509_vfy.h)."""
_LONGEST_HEAD = 65_536
_CLOCK_MAY_DIFFER = 60.0
"""Seconds. AWS and receivers of webhooks refuse what was signed five minutes ago."""
_LOG = "Sessions connect by themselves as soon as it can be reached."


def whatsapp(proxy: str | None, certificates: str | None) -> Iterator[Finding]:
    """Reach https://web.whatsapp.com, through the proxy when there is one; it says what time it is, too.

    Args:
        proxy: the URL that `shared.proxy.proxy_of` found.
        certificates: `SSL_CERT_FILE`.
    """
    try:
        way = Proxy.parse(proxy) if proxy else None
    except ValueError as error:
        yield Finding(_NAME, "fail", f"WHATSAPP_PROXY: {error}", "Correct it: no session can connect with it.")
        return
    try:
        context = ssl.create_default_context(cafile=certificates)
    except OSError as error:  # an SSLError is one
        text = f"SSL_CERT_FILE contains no readable certificates: {error.strerror or error}."
        yield Finding(_NAME, "fail", text, "Correct it, or unset it to use the system's certificates.")
        return
    through = f" through {way}" if way else ""
    try:
        with _dialled(way) as connection:
            if way is not None and way.scheme == "socks5":
                yield Finding(_NAME, "warn", f"The SOCKS proxy answers; the way behind it was not tested{through}.")
                return
            if way is not None and (refusal := _refusal(connection, way)):
                text = f"The proxy {way.host} refuses to open {_HOST}: {refusal}."
                yield Finding(_NAME, "fail", text, "Allow it in the proxy, or correct WHATSAPP_PROXY.")
                return
            with context.wrap_socket(connection, server_hostname=_HOST) as secure:
                yield Finding(_NAME, "ok", f"https://{_HOST} answers{through} ({secure.version()}).")
                yield from _clock(secure)
    except OSError as error:
        yield _explained(error, way)


def _dialled(way: Proxy | None) -> socket.socket:
    address = (_HOST, _PORT) if way is None else (way.host, way.port)
    return socket.create_connection(address, timeout=_WITHIN)


def _refusal(connection: socket.socket, way: Proxy) -> str:
    """Ask an HTTP proxy for a tunnel; what it says when it gives none."""
    request = f"CONNECT {_HOST}:{_PORT} HTTP/1.1\r\nHost: {_HOST}:{_PORT}\r\n{way.authorization}\r\n"
    status, *_ = _answer(connection, request)
    return "" if status.split(" ")[1:2] == ["200"] else status or "it hung up"


def _answer(connection: socket.socket, request: str) -> list[str]:
    """The lines of the head of an answer."""
    connection.sendall(request.encode())
    answer = b""
    while b"\r\n\r\n" not in answer and len(answer) < _LONGEST_HEAD:
        data = connection.recv(4096)
        if not data:
            break
        answer += data
    return answer.split(b"\r\n\r\n", 1)[0].decode(errors="replace").split("\r\n")


def _clock(connection: socket.socket) -> Iterator[Finding]:
    """Whether this machine's clock is right, by that of who answers; nothing when it does not say."""
    try:
        lines = _answer(connection, f"HEAD / HTTP/1.1\r\nHost: {_HOST}\r\nConnection: close\r\n\r\n")
        (said,) = (line.partition(":")[2] for line in lines if line.lower().startswith("date:"))
        right = email.utils.parsedate_to_datetime(said.strip())
    except (OSError, ValueError):
        return
    wrong = (datetime.now(UTC) - right).total_seconds()
    if abs(wrong) <= _CLOCK_MAY_DIFFER:
        yield Finding("clock", "ok", "It is right.")
        return
    text = f"This machine's clock is {abs(wrong):,.0f} s {'fast' if wrong > 0 else 'slow'}, by that of {_HOST}."
    remedy = (
        "Set it: timedatectl set-ntp true. AWS and receivers of webhooks refuse requests that were "
        "signed at another time."
    )
    yield Finding("clock", "fail", text, remedy)


def _explained(error: OSError, way: Proxy | None) -> Finding:
    what = _HOST if way is None else f"the proxy {way.host}"
    match error:
        case socket.gaierror():
            text = f"DNS: the name {way.host if way else _HOST} cannot be resolved ({error.strerror})."
            remedy = "Check this machine's internet connection and name server (/etc/resolv.conf)."
        case TimeoutError():
            text = f"Timeout: {what} did not answer within {_WITHIN:g} s."
            remedy = (
                f"A firewall may block it: allow this machine to open {_HOST}, port {_PORT}, or set WHATSAPP_PROXY."
            )
        case ConnectionRefusedError():
            text = f"Refused: {what} does not take connections from here."
            remedy = f"Allow this machine to open {_HOST}, port {_PORT}, or correct WHATSAPP_PROXY."
        case ssl.SSLCertVerificationError(verify_code=code) if code in _NOT_NOW:
            text = f"TLS: the certificate of {_HOST} is not valid now ({error.verify_message})."
            remedy = (
                f"Is this machine's clock right? It says {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; 'timedatectl' sets it."
            )
        case ssl.SSLCertVerificationError():
            text = f"TLS: the server that answers as {_HOST} cannot prove that it is {_HOST} ({error.verify_message})."
            remedy = "Something between intercepts the traffic: give its certificate in SSL_CERT_FILE, or bypass it."
        case ssl.SSLError():
            text = f"TLS: {what} does not speak it ({error.reason})."
            remedy = f"Allow this machine to open {_HOST} directly, or set WHATSAPP_PROXY."
        case _:
            text = f"Network: {what} cannot be reached ({error.strerror or error})."
            remedy = "Check this machine's internet connection."
    return Finding(_NAME, "fail", text, f"{remedy} {_LOG}")

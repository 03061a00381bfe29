"""Can WhatsApp be reached from here? Step by step, so that the answer names the step that fails."""

from __future__ import annotations

import socket
import ssl

from cli.checks.finding import Finding
from shared.proxy import Proxy

_NAME = "WhatsApp"
_HOST, _PORT = "web.whatsapp.com", 443
_WITHIN = 6.0
_LOG = "Sessions connect by themselves as soon as it can be reached."


def whatsapp(proxy: str | None, certificates: str | None) -> Finding:
    """Reach https://web.whatsapp.com, through the proxy when there is one.

    Args:
        proxy: the URL that `shared.proxy.proxy_of` found.
        certificates: `SSL_CERT_FILE`.
    """
    try:
        way = Proxy.parse(proxy) if proxy else None
    except ValueError as error:
        return Finding(_NAME, "fail", f"WHATSAPP_PROXY: {error}", "Correct it; no session can connect like that.")
    through = f" through {way}" if way else ""
    try:
        with _dialled(way) as connection:
            if way is not None and way.scheme == "socks5":
                return Finding(_NAME, "warn", f"The SOCKS proxy answers; what is behind it was not tried{through}.")
            if way is not None and (refusal := _refusal(connection, way)):
                text = f"The proxy {way.host} refuses to open {_HOST}: {refusal}."
                return Finding(_NAME, "fail", text, "Allow it in the proxy, or correct WHATSAPP_PROXY.")
            context = ssl.create_default_context(cafile=certificates)
            with context.wrap_socket(connection, server_hostname=_HOST) as secure:
                return Finding(_NAME, "ok", f"https://{_HOST} answers{through} ({secure.version()}).")
    except OSError as error:
        return _explained(error, way)


def _dialled(way: Proxy | None) -> socket.socket:
    address = (_HOST, _PORT) if way is None else (way.host, way.port)
    return socket.create_connection(address, timeout=_WITHIN)


def _refusal(connection: socket.socket, way: Proxy) -> str:
    """Ask an HTTP proxy for a tunnel; what it says when it gives none."""
    request = f"CONNECT {_HOST}:{_PORT} HTTP/1.1\r\nHost: {_HOST}:{_PORT}\r\n{way.authorization}\r\n"
    connection.sendall(request.encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        data = connection.recv(4096)
        if not data:
            break
        answer += data
    status = answer.split(b"\r\n", 1)[0].decode(errors="replace")
    return "" if status.split(" ")[1:2] == ["200"] else status or "it hung up"


def _explained(error: OSError, way: Proxy | None) -> Finding:
    what = _HOST if way is None else f"the proxy {way.host}"
    match error:
        case socket.gaierror():
            text = f"DNS: the name {way.host if way else _HOST} cannot be resolved ({error.strerror})."
            remedy = "Check this machine's internet connection and name server (/etc/resolv.conf)."
        case TimeoutError():
            text = f"Timeout: {what} did not answer within {_WITHIN:g} s."
            remedy = f"A firewall may drop it: allow this machine to open {_HOST}, port {_PORT}, or set WHATSAPP_PROXY."
        case ConnectionRefusedError():
            text = f"Refused: {what} does not take connections from here."
            remedy = f"Allow this machine to open {_HOST}, port {_PORT}, or correct WHATSAPP_PROXY."
        case ssl.SSLCertVerificationError():
            text = f"TLS: who answers as {_HOST} cannot prove it ({error.verify_message})."
            remedy = "Something reads the traffic on its way: give its certificate in SSL_CERT_FILE, or go around it."
        case ssl.SSLError():
            text = f"TLS: {what} does not speak it ({error.reason})."
            remedy = f"Allow this machine to open {_HOST} directly, or set WHATSAPP_PROXY."
        case _:
            text = f"Network: {what} cannot be reached ({error.strerror or error})."
            remedy = "Check this machine's internet connection."
    return Finding(_NAME, "fail", text, f"{remedy} {_LOG}")

"""What a person is told when a gateway is ready."""

from __future__ import annotations

from pathlib import Path

from cli.gateway.data_folder import RunningGateway


def next_steps(gateway: RunningGateway, data: Path) -> str:
    """Where it is, and what to do first."""
    return (_of_whatsapp if gateway.kind == "whatsapp" else _of_sandbox)(gateway, data)


def _of_whatsapp(gateway: RunningGateway, data: Path) -> str:
    option = "" if data == Path("data") else f" --data {data}"
    return f"""
wagate is ready. Console: {gateway.url}
  1. make a key:       wagate keys create my-company{option}
  2. log a number in:  wagate sessions login sales --key wa_...{option}
  3. send:             wagate send --key wa_... --session sales{option} 628123456789 "Hello"
  Logs: {data}/logs/   Admin key: {data}/admin-key   Ctrl-C stops it."""


def _of_sandbox(gateway: RunningGateway, data: Path) -> str:
    post = f"curl -s -H 'Content-Type: application/json' {gateway.sandbox_url}"
    ask = "curl -s -H 'Accept: text/plain' -H \"X-API-Key: $WAGATE_API_KEY\""
    return f"""
wagate is ready. Console: {gateway.url}   (press "Open the sandbox": phones scan by one click)
Or by commands, with a WhatsApp of your own at {gateway.sandbox_url}:
  1. make a key:       wagate keys create my-company --data {data}
                       export WAGATE_API_KEY=wa_... WAGATE_DATA_DIR={data}
  2. make a phone:     {post}/phones -d '{{"number": "628111111111"}}'
  3. show it a QR:     QR=$({ask} {gateway.url}/api/qr?sessionId=sales)
                       {post}/phones/628111111111/scan -d '{{"qr": "'$QR'"}}'
  4. someone to write: {post}/contacts -d '{{"number": "628222222222"}}'
  5. send:             wagate send --session sales 628222222222 "Hello"
                       curl -s {gateway.sandbox_url}/contacts/628222222222/messages
  Logs: {data}/logs/   Admin key: {data}/admin-key   Ctrl-C stops it."""

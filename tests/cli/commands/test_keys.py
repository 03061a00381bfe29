"""Keys and the audit log from the terminal, against a running gateway."""

from __future__ import annotations

import json
import secrets
from typing import Any

import httpx

from tests.launched import Launched


def shown(gateway: Launched, key_id: str) -> dict[str, Any]:
    listed = json.loads(gateway.wagate("keys", "list", "--json").stdout)["apiKeys"]
    return next(each for each in listed if each["id"] == key_id)


def test_a_key_is_limited_and_rotated(gateway: Launched) -> None:
    """Made with limits, which are changed one by one; both its secrets work; who did it is in the audit log."""
    made = json.loads(
        gateway.wagate(
            "keys", "create", f"test {secrets.token_hex(4)}", "--json", "--sessions", "sales, support",
            "--addresses", "127.0.0.0/8,::1", "--chats", "628123456789", "--max-sessions", "2",
        ).stdout
    )  # fmt: skip
    key_id = made["id"]
    key = shown(gateway, key_id)
    assert (key["sessions"], key["addresses"]) == (["sales", "support"], ["127.0.0.0/8", "::1/128"])
    assert (key["chats"], key["maxSessions"]) == (["628123456789@s.whatsapp.net"], 2)
    for arguments in (("--chats", ""), ("--max-sessions", "none")):
        assert gateway.wagate("keys", "change", key_id, *arguments).returncode == 0
    key = shown(gateway, key_id)
    assert (key["sessions"], key["chats"], key["maxSessions"]) == (["sales", "support"], [], None)
    assert gateway.wagate("keys", "change", key_id).returncode == 2
    assert gateway.wagate("keys", "change", key_id, "--max-sessions", "many").returncode == 2
    second = gateway.wagate("keys", "rotate", key_id, "--overlap", "1").stdout.strip()
    for secret in (made["apiKey"], second):
        answer = httpx.get(f"{gateway.url}/api/key", headers={"X-API-Key": secret}, timeout=30)
        assert answer.json()["apiKey"]["id"] == key_id
    entries = json.loads(gateway.wagate("audit", "--key-id", key_id, "--json").stdout)["entries"]
    assert [each["action"] for each in entries] == ["rotate_key", "change_key", "change_key"]
    lines = gateway.wagate("audit", "--key-id", key_id, "--all").stdout.splitlines()
    assert [json.loads(line) for line in lines] == entries
    table = gateway.wagate("audit", "--limit", "3").stdout
    assert "rotate_key" in table
    assert second not in table + "".join(lines)
    assert gateway.wagate("keys", "delete", key_id).returncode == 0

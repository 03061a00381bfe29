"""Webhooks and deliveries as a person reads them."""

from __future__ import annotations

from typing import Any

from cli.inbox.shown import one_line
from cli.program.output import local_time

WEBHOOKS = ("ID", "URL", "EVENTS", "SESSION", "STATE", "DELIVERED", "LAST")
DELIVERIES = ("EVENT", "TYPE", "SESSION", "STATUS", "FIRST", "ATTEMPTS", "ANSWER")
_LONGEST = 80
"""Characters of an answer."""


def webhook_row(webhook: dict[str, Any]) -> tuple[str, ...]:
    """The cells of a line of a list; `WEBHOOKS` names them."""
    return (
        webhook["id"],
        webhook["url"],
        ",".join(webhook["events"]),
        webhook.get("sessionId") or "-",
        _state(webhook),
        str(webhook["delivered"]),
        local_time(webhook.get("lastSuccessAt")),
    )


def delivery_row(delivery: dict[str, Any]) -> tuple[str, ...]:
    """The cells of a line of a list; `DELIVERIES` names them."""
    attempts = delivery["attempts"]
    return (
        delivery["eventId"],
        delivery["type"] + (" (test)" if delivery.get("test") else ""),
        delivery.get("sessionId") or "-",
        delivery["status"].replace("_", " "),
        local_time(delivery["firstAt"]),
        str(delivery["attemptCount"]),
        answered(attempts[-1]) if attempts else "-",
    )


def answered(attempt: dict[str, Any]) -> str:
    """What an address answered, or why it did not."""
    said = one_line(attempt["answer"])
    return f"{attempt['status'] or ''} {said}".strip()[:_LONGEST].rstrip() or "-"


def about(webhook: dict[str, Any]) -> list[tuple[str, str]]:
    """All that is to be known of a webhook: what it is, and its value."""
    counts = webhook["counts"]
    return [
        ("id", webhook["id"]),
        ("url", webhook["url"]),
        ("test url", webhook.get("testUrl") or "-"),
        ("events", ",".join(webhook["events"])),
        ("session", webhook.get("sessionId") or "all"),
        ("chats", ",".join(webhook["chats"]) or "all"),
        ("direction", webhook.get("direction") or "both"),
        ("headers", ",".join(webhook["headerNames"]) or "-"),
        ("ordered", "yes" if webhook["ordered"] else "no"),
        ("state", _state(webhook)),
        ("made", local_time(webhook["createdAt"])),
        ("last success", local_time(webhook.get("lastSuccessAt"))),
        ("failing since", local_time(webhook.get("failingSince"))),
        ("will be disabled", local_time(webhook.get("willBeDisabledAt"))),
        ("delivered", str(webhook["delivered"])),
        ("pending", str(counts["pending"])),
        ("given up", str(counts["givenUp"])),
        ("replays", str(counts["replays"])),
        ("old secrets until", ", ".join(local_time(each) for each in webhook["oldSecretsUntil"]) or "-"),
    ]


def _state(webhook: dict[str, Any]) -> str:
    if webhook["state"] == "enabled":
        return "failing" if webhook.get("failingSince") else "enabled"
    return f"disabled ({webhook.get('reason')})"

"""What became of a message that was sent, and who got it."""

from __future__ import annotations

from typing import Any

from cli.gateway.api import Gateway, quoted
from cli.program.output import local_time
from shared.messages.model import MessageState

_SENT = "msg_"


def is_sent(message_id: str) -> bool:
    """Whether it is the gateway's id of a message that was sent."""
    return message_id.startswith(_SENT)


def sent(gateway: Gateway, message_id: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The message, and what each person's devices said of it. Raises `Failure` when the key sent none of that id."""
    path = f"/api/messages/{quoted(message_id)}"
    message = gateway.ask("GET", path)
    receipts: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        answer = gateway.ask("GET", f"{path}/receipts", query={} if after is None else {"after": after})
        receipts += answer["receipts"]
        after = answer["next"]
        if after is None:
            return message, receipts


def lines_of(message: dict[str, Any]) -> list[tuple[str, str]]:
    """What is to be told of it, a name and a value each; how far it came, step by step."""
    times: dict[str, int] = message["times"]
    lines = [
        ("id", message["id"]),
        ("session", message["sessionId"] or "-"),
        ("to", message["to"]),
        ("type", message["type"]),
        ("status", message["status"]),
        *((state.value, local_time(times[state.value])) for state in MessageState if state.value in times),
    ]
    options = message.get("poll", {}).get("results", ())
    lines += [("votes", f"{option['votes']} for {option['option']}") for option in options]
    reactions = message.get("reactions", ())
    lines += [("reaction", f"{each['emoji']} from {each['from'] or each['fromLid']}") for each in reactions]
    if failure := message.get("failure"):
        lines.append(("why", f"{failure['code']}: {failure['error']}"))
    return lines


def people(receipts: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    """A line for each person: who, and when it was delivered, read and played."""
    return [
        (
            person.get("number") or person.get("lid") or "-",
            *(local_time(person.get(state)) for state in ("delivered", "read", "played")),
        )
        for person in receipts
    ]

"""The workflows for n8n do what docs/n8n.md says: n8n's own package evaluates them, a gateway answers."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import httpx
import pytest

from tests.clients.npm import installed
from tests.clients.readme import CLIENTS
from tests.examples.talking import Number, until

FOLDER = CLIENTS / "n8n"
WORKFLOWS = ("send.json", "answer.json")
needs_node = pytest.mark.skipif(shutil.which("npm") is None, reason="node and npm are not installed")


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_is_one_that_n8n_can_import(name: str) -> None:
    """Nodes have names and ids of their own, lines lead from node to node, and no key is in it."""
    text = (FOLDER / name).read_text("utf-8")
    workflow = json.loads(text)
    names = [node["name"] for node in workflow["nodes"]]
    assert len({node["id"] for node in workflow["nodes"]}) == len(names) == len(set(names))
    lines = {
        source: [line["node"] for end in ends["main"] for line in end]
        for source, ends in workflow["connections"].items()
    }
    reached = {target for targets in lines.values() for target in targets}
    assert {*lines, *reached} == set(names)
    assert len(set(names) - reached) == 1, "it begins at one node"
    assert all(re.fullmatch(r"n8n-nodes-base\.\w+", node["type"]) for node in workflow["nodes"])
    assert "wa_" not in text
    assert "credentials" not in text


@needs_node
def test_it_answers_who_writes_once(number: Number, contact: str) -> None:
    """Of an event of a contact n8n makes a reply; the same event again makes the same request, and no second reply."""
    event = _received(number, contact)
    item = {"headers": {}, "params": {}, "query": {}, "body": event}
    filters = _evaluated("answer.json", "A message to us", item)["conditions"]["conditions"]
    assert [(each["leftValue"], each["operator"]["operation"]) for each in filters] == [
        ("message.received", "equals"),
        (False, "false"),
    ]
    for _ in range(2):
        answer = _asked(number, _evaluated("answer.json", "Answer", item))
        assert answer.json()["status"] == "sent"
    replies = number.got(contact, lambda message: message["text"].startswith("Thank you, "))
    assert len(replies) == 1


@needs_node
def test_it_sends(number: Number, contact: str) -> None:
    """What a workflow has in its fields, under a key that is the order's."""
    item = {"order": "4711", "number": contact, "message": "Your parcel is on its way."}
    send = _evaluated("send.json", "Send", item)
    assert send["headerParameters"]["parameters"] == [{"name": "Idempotency-Key", "value": "order-4711"}]
    assert _asked(number, send).json()["status"] == "sent"
    number.got(contact, lambda message: message["text"] == "Your parcel is on its way.")


def _received(number: Number, contact: str) -> dict[str, Any]:
    """The body that a webhook is sent of a message of theirs."""
    number.control(f"/contacts/{contact}/send", to=number.digits, text="Halo?")
    found: list[dict[str, Any]] = []

    def came() -> bool:
        events = number.ask("/api/events?types=message.received&limit=1000")["events"]
        found[:] = [each for each in events if each["data"]["from"] == contact]
        return bool(found)

    until(came)
    return found[0]


def _evaluated(workflow: str, node: str, item: dict[str, Any]) -> dict[str, Any]:
    command = ["node", "evaluate.cjs", workflow, node]
    told = subprocess.run(
        command, cwd=installed(FOLDER), input=json.dumps(item), capture_output=True, text=True, timeout=60, check=True
    )
    return json.loads(told.stdout)["parameters"]


def _asked(number: Number, parameters: dict[str, Any]) -> httpx.Response:
    """What n8n's node HTTP Request asks, with the credential that the page says to make."""
    key = {"X-API-Key": number.settings["WAGATE_API_KEY"], "X-Session-Id": number.settings["WAGATE_SESSION"]}
    headers = {each["name"]: each["value"] for each in parameters["headerParameters"]["parameters"]}
    url = parameters["url"].replace("http://localhost:3000", number.gateway.url)
    return httpx.request(parameters["method"], url, json=parameters["jsonBody"], headers=headers | key, timeout=60)

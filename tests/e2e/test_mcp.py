"""A language model, by the protocol's own client, reads chats and sends as far as its key lets it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from mcp import Client, StdioServerParameters

from benchmarks.gateway import WAGATE, Gateway
from tests.e2e.talking import Talk

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]
READING = {"list_chats", "read_chat", "search_messages", "wait_for_reply"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(module_gateway: Gateway) -> Talk:
    return await Talk.acquainted(module_gateway)


@asynccontextmanager
async def model(gateway: Gateway, key: str) -> AsyncIterator[Client]:
    """The client of a language model which has started `wagate mcp` with a key."""
    environment = {"WAGATE_URL": gateway.url, "WAGATE_API_KEY": key}
    async with Client(StdioServerParameters(command=str(WAGATE), args=["mcp"], env=environment)) as client:
        yield client


async def use(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return json.loads(result.content[0].text)


async def key_with(gateway: Gateway, *scopes: str) -> str:
    admin = (gateway.data / "admin-key").read_text().strip()
    body = {"name": "model", "scopes": scopes}
    path = "/api/admin/apikeys/generate"
    return (await gateway.call("POST", path, json=body, headers={"X-Admin-Key": admin}))["apiKey"]


async def test_it_sends_and_hears_the_answer(talk: Talk) -> None:
    """It finds the session, sends once however often it says so, waits for the reply, and finds it again."""
    async with model(talk.gateway, talk.gateway.key) as client:
        (name,) = [each["sessionId"] for each in (await use(client, "list_sessions"))["sessions"] if each["connected"]]
        text = {"session": name, "to": talk.other, "text": "When do you open?", "reference": "question-1"}
        sent, again = await use(client, "send_text", **text), await use(client, "send_text", **text)
        assert sent["id"] == again["id"]
        place = (await use(client, "wait_for_reply", session=name, chat=talk.other, seconds=1))["next"]
        waiting = asyncio.create_task(use(client, "wait_for_reply", session=name, chat=talk.other, after=place))
        await talk.say(text="At nine o'clock.")
        (reply,) = (await waiting)["messages"]
        assert (reply["message"], reply["from"]) == ("At nine o'clock.", talk.other)
        (chat,) = (await use(client, "list_chats", session=name))["chats"]
        said = (await use(client, "read_chat", session=name, chat=talk.other))["messages"]
        found = (await use(client, "search_messages", session=name, words="nine"))["messages"]
        assert chat["lastMessage"]["message"] == said[0]["message"] == found[0]["message"] == "At nine o'clock."


async def test_a_key_that_reads_cannot_send(talk: Talk) -> None:
    """It is not even offered the tool, and what there is says that it only reads."""
    reading = await key_with(talk.gateway, "messages:read")
    async with model(talk.gateway, reading) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == READING
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())
        assert (await client.call_tool("send_text", {"session": "default", "to": "1", "text": "x"})).is_error
    async with model(talk.gateway, talk.gateway.key) as client:
        (send,) = [tool for tool in (await client.list_tools()).tools if tool.name == "send_text"]
        assert send.annotations is not None
        assert (send.annotations.read_only_hint, send.annotations.destructive_hint) == (False, True)


async def test_what_goes_wrong_is_told_in_words(talk: Talk) -> None:
    """The API's own code and words, so that the model can say what to do."""
    async with model(talk.gateway, talk.gateway.key) as client:
        result = await client.call_tool("send_text", {"session": "nobody", "to": talk.other, "text": "x"})
        assert result.is_error
        assert "WA_DISCONNECTED" in result.content[0].text

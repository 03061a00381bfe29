"""What the owner of the number does on the phone itself: the gateway shows it as written by the number."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from benchmarks.gateway import Gateway
from tests.e2e.grouped import Grouped, grouped

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(module_gateway: Gateway) -> AsyncIterator[Grouped]:
    async with grouped(module_gateway) as all_of_them:
        yield all_of_them


async def on_phone(talk: Grouped, what: str, **said: Any) -> str:
    """Do something on the session's phone; the id of the message that does it."""
    return str((await talk.gateway.control_post(f"/phones/{talk.me}/{what}", **said))["id"])


async def test_what_the_phone_writes_is_kept_once_as_ones_own(talk: Grouped) -> None:
    """To a person and to a group: one row each, from the number itself, which the other has under the same id."""
    jid = await talk.make(talk.ani, talk.budi)
    for to, chat in ((talk.ani, f"{talk.ani}@s.whatsapp.net"), (jid, jid)):
        id_ = await on_phone(talk, "send", chat=to, text=f"by hand to {chat}")
        assert (await talk.seen(talk.ani, id_))["text"] == f"by hand to {chat}"
        (row,) = await talk.inbox(chat, lambda rows, id_=id_: any(row["id"] == id_ for row in rows))
        assert (row["id"], row["fromMe"], row["message"]) == (id_, True, f"by hand to {chat}")


async def test_what_the_phone_says_of_messages_is_noted_there(talk: Grouped) -> None:
    """A reaction to what somebody wrote, an edit and a deletion of what the phone wrote."""
    chat = f"{talk.budi}@s.whatsapp.net"
    theirs = (await talk.gateway.control_post(f"/contacts/{talk.budi}/send", to=talk.me, text="coming?"))["id"]
    await talk.inbox(chat, lambda rows: any(row["id"] == theirs for row in rows))
    ours = await on_phone(talk, "send", chat=talk.budi, text="yes", quotedId=theirs, **{"from": talk.budi})
    await on_phone(talk, "react", chat=talk.budi, messageId=theirs, emoji="\U0001f44d", **{"from": talk.budi})
    await on_phone(talk, "edit", chat=talk.budi, messageId=ours, text="yes, at nine")

    def is_edited(rows: list[dict[str, Any]]) -> bool:
        by_id = {row["id"]: row for row in rows}
        return by_id[theirs].get("reactions") and by_id.get(ours, {}).get("message") == "yes, at nine"

    await talk.inbox(chat, is_edited)
    await on_phone(talk, "revoke", chat=talk.budi, messageId=ours)
    await talk.inbox(chat, lambda rows: {row["id"]: row for row in rows}[ours].get("deleted"))

"""The log of sends in the console: what became of each, its request, and sending it once more."""

from __future__ import annotations

from typing import Any

import pytest

from shared.messages.model import Failure, MessageState, OutboundMessage
from tests.functions.console.conftest import Browser
from tests.functions.console.test_attacks import PAYLOADS, Elements
from tests.functions.console.test_chats import session_of
from tests.functions.shard import Shard
from tests.shared.adapters.contracts.samples import a_message


async def stored(browser: Browser, state: MessageState | None = None, **fields: Any) -> OutboundMessage:
    """A message of the session `sales` of the key that logged in."""
    session = await session_of(browser)
    row = a_message(session.uid, key_id=session.key_id, **fields)
    await browser.api.stores.messages.accept(row)
    if state is not None:
        failure = Failure("NUMBER_NOT_ON_WHATSAPP", "This number is not on WhatsApp.")
        await browser.api.stores.messages.advance(row.id, state, now=row.created_at + 40, failure=failure)
    return row


async def test_the_log_shows_what_became_of_each(browser: Browser) -> None:
    """The newest first; filtered by state, number and session."""
    await browser.log_in()
    failed = await stored(browser, MessageState.FAILED)
    waits = await stored(browser, to="6285550001@s.whatsapp.net")
    page = (await browser.get("/console/messages")).text
    assert page.index(waits.id) < page.index(failed.id)
    assert "NUMBER_NOT_ON_WHATSAPP" in page
    only = (await browser.get("/console/messages?show=failed", **{"HX-Request": "true"})).text
    assert failed.id in only
    assert waits.id not in only
    assert "<html" not in only
    of_number = (await browser.get("/console/messages?q=555+0001")).text
    assert waits.id in of_number
    assert failed.id not in of_number
    await session_of(browser, "support")
    assert "No message is like that." in (await browser.get("/console/messages?session=support&q=1")).text


async def test_older_ones_are_on_the_next_page(browser: Browser) -> None:
    """Which the link at the end leads to; it does not change by itself."""
    await browser.log_in()
    rows = [await stored(browser) for _ in range(51)]
    first = (await browser.get("/console/messages")).text
    assert f"before={rows[1].id}" in first
    older = (await browser.get(f"/console/messages?before={rows[1].id}")).text
    assert rows[0].id in older
    assert rows[1].id not in older.replace(f"before={rows[1].id}", "")
    assert "sse:changed" not in older


async def test_a_message_shows_its_request_and_the_answer(browser: Browser) -> None:
    """To be pasted: a quote in the text does not end the command; what is not stored is said."""
    await browser.log_in()
    row = await stored(browser, MessageState.FAILED, content={"type": "text", "text": "it's here"})
    page = (await browser.get(f"/console/messages/{row.id}")).text
    assert "POST /api/send-message" in page
    assert "it&#39;&#34;&#39;&#34;&#39;s here" in page
    assert f"GET /api/messages/{row.id}" in page
    assert "Check the number with its owner" in page
    assert "40 ms" in page
    assert "Not stored:" in page


async def test_only_who_sent_it_sees_it(browser: Browser) -> None:
    """Another key is told that there is none; without the scope there is no page."""
    await browser.log_in()
    row = await stored(browser)
    await browser.log_in((await browser.api.new_key())["X-API-Key"])
    assert (await browser.get(f"/console/messages/{row.id}")).status_code == 404
    assert row.id not in (await browser.get("/console/messages")).text
    await browser.log_in((await browser.api.new_key(scopes=["sessions:read"]))["X-API-Key"])
    assert (await browser.get("/console/messages")).status_code == 403
    assert "/console/messages" not in (await browser.get("/console/sessions")).text


@pytest.mark.parametrize("state", [None, MessageState.SENT, MessageState.UNKNOWN])
async def test_what_may_have_been_sent_is_not_sent_again(browser: Browser, state: MessageState | None) -> None:
    """There is no button, and a form that is sent by hand is refused."""
    await browser.log_in()
    row = await stored(browser)
    if state is not None:
        await browser.api.stores.messages.advance(row.id, MessageState.SENDING, now=1, epoch=1)
        await browser.api.stores.messages.advance(row.id, state, now=2)
    assert "/resend" not in (await browser.get(f"/console/messages/{row.id}")).text
    refused = await browser.send(f"/console/messages/{row.id}/resend")
    assert refused.status_code == 400
    assert "Only a message that was not sent" in refused.text


async def test_what_was_not_sent_is_sent_as_a_new_message(browser: Browser, shard: Shard) -> None:
    """The same content to the same chat, under another id; its page is shown, also when that is not sent either."""
    await browser.log_in()
    row = await stored(browser, MessageState.FAILED)
    answer = await browser.send(f"/console/messages/{row.id}/resend")
    assert answer.status_code == 303
    assert row.id not in answer.headers["Location"]
    assert [frame[1:] for frame in shard.frames] == [(row.to, row.content["text"])]
    assert ">sent</" in (await browser.get(answer.headers["Location"])).text
    shard.not_on_whatsapp.add("628123456789")
    again = await browser.send(f"/console/messages/{row.id}/resend")
    assert again.status_code == 303, again.text
    assert "NUMBER_NOT_ON_WHATSAPP" in (await browser.get(again.headers["Location"])).text
    assert again.headers["Location"] not in {answer.headers["Location"], f"/console/messages/{row.id}"}


async def test_no_text_or_failure_becomes_a_part_of_the_page(browser: Browser) -> None:
    """Thirty payloads in what was sent, in the error and in the sender's own name for it."""
    await browser.log_in()

    async def elements(words: str) -> list[list[tuple[str, tuple[str, ...]]]]:
        session = await session_of(browser)
        row = a_message(
            session.uid,
            key_id=session.key_id,
            content={"type": "text", "text": words},
            about={"client_ref": words, "quoted_id": "3EB0"},
        )
        await browser.api.stores.messages.accept(row)
        await browser.api.stores.messages.advance(
            row.id, MessageState.FAILED, now=2, failure=Failure("X", words, {"field": words})
        )
        pages = [await browser.get(path) for path in (f"/console/messages/{row.id}", "/console/messages?show=failed")]
        assert all(page.status_code == 200 for page in pages)
        await browser.api.stores.messages.delete_of(session.uid)
        return [Elements(page.text).found for page in pages]

    plain = await elements("plain")
    for payload in PAYLOADS:
        assert await elements(payload) == plain, payload

"""Chats in the console: what people write into them stays a text, and who may only read cannot send."""

from __future__ import annotations

from typing import Any

from shared.chats.model import ChatFacts
from shared.ids import hash_api_key, now_ms
from shared.messages.received import InboundMessage
from shared.sessions.model import Session
from tests.functions.console.conftest import TOKEN, Browser
from tests.functions.console.test_attacks import PAYLOADS, Elements
from tests.functions.shard import Shard

GROUP = "120363000000000001@g.us"


async def session_of(browser: Browser, name: str = "sales") -> Session:
    """A session of the key that logged in."""
    key = await browser.api.stores.keys.by_hash(hash_api_key(browser.key))
    assert key is not None
    session, _ = await browser.api.stores.sessions.get_or_create(key.id, name, now=now_ms())
    return session


def messages(session: Session, words: str, place: int) -> list[InboundMessage]:
    """One of each kind that shows a text of its sender."""
    content: dict[str, dict[str, Any]] = {
        "text": {"message": words, "quoted": {"id": "q", "type": "text", "message": words}},
        "document": {"media": {"id": "med_1", "state": "stored", "mimetype": words, "fileName": words}},
        "image": {"message": words, "media": {"id": words, "state": "stored", "mimetype": "image/png"}},
        "video": {"message": words, "media": {"state": "gone", "fileName": words}},
        "poll": {"message": words, "poll": {"question": words, "options": [words], "multiple": False}},
        "location": {"location": {"latitude": 1.0, "longitude": 2.0, "name": words}},
    }
    return [
        InboundMessage(
            session_uid=session.uid,
            position=f"{now_ms():013d}-{place:04d}{number:04d}",
            id=f"M{place}{kind}",
            chat=GROUP,
            from_number="628123456789",
            from_lid=None,
            from_me=False,
            timestamp=now_ms() // 1000,
            type=kind,
            push_name=words,
            content=said,
        )
        for number, (kind, said) in enumerate(content.items())
    ]


async def test_nothing_that_people_write_becomes_a_part_of_the_page(browser: Browser) -> None:
    """Texts, quotes, file names, polls, places, push names and the group's subject: thirty payloads in each."""
    await browser.log_in()
    plain: list[tuple[str, tuple[str, ...]]] = []
    for place, words in enumerate(("plain", *PAYLOADS)):
        session = await session_of(browser, f"s{place}")
        await browser.api.stores.inbox.append(messages(session, words, place))
        await browser.api.stores.chats.learn(session.uid, [ChatFacts(GROUP, name=words)])
        page = await browser.http.get(f"/console/chats/s{place}", params={"chat": GROUP, "q": ""})
        assert page.status_code == 200
        elements = Elements(page.text).found
        assert [tag for tag, _ in elements if tag in {"iframe", "style", "base", "object", "embed"}] == [], words
        assert page.text.count("<script") == page.text.count('<script src="/console/assets/'), words
        assert [name for _, names in elements for name in names if name.startswith("on") or name == "style"] == []
        talk = Elements(page.text.partition('id="talk"')[2].partition('class="write"')[0]).found
        plain = plain or talk
        assert talk == plain, words


async def test_a_text_is_sent_and_shown(browser: Browser, shard: Shard) -> None:
    """By the same way as a program's, with what became of it."""
    await browser.log_in()
    session = await session_of(browser)
    page = f"/console/chats/{session.name}?chat=628111111111"
    answer = await browser.send(
        f"/console/chats/{session.name}/text", page, chat="628111111111", text="Hello <b>you</b>"
    )
    assert answer.status_code == 200
    assert "Hello &lt;b&gt;you&lt;/b&gt;" in answer.text
    assert "sent" in answer.text
    assert len(shard.frames) == 1


async def test_who_may_only_read_has_nothing_to_send_with(browser: Browser) -> None:
    """Neither a form nor the address behind it."""
    read_only = (await browser.api.new_key(scopes=["messages:read", "sessions:read"]))["X-API-Key"]
    browser.key = read_only
    await browser.log_in()
    session = await session_of(browser)
    page = (await browser.get(f"/console/chats/{session.name}?chat=628111111111")).text
    assert "<textarea" not in page
    assert "messages:send" in page
    token = TOKEN.search(page)
    assert token is not None
    sent = await browser.http.post(
        f"/console/chats/{session.name}/text", data={"_token": token[1], "chat": "628111111111", "text": "x"}
    )
    assert sent.status_code == 403
    assert "SCOPE_MISSING" in sent.text


async def test_chats_of_another_key_are_not_there(browser: Browser) -> None:
    """Whoever knows the name of its session sees nothing of it."""
    await session_of(browser, "theirs")
    browser.key = (await browser.api.new_key())["X-API-Key"]
    await browser.log_in()
    for path in ("/console/chats/theirs", "/console/sessions/theirs", "/console/sessions/theirs/scan"):
        assert (await browser.get(path)).status_code == 404

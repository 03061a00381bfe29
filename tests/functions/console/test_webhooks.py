"""Webhooks in the console: made, tried, their attempts shown, and nothing that an address answers becomes a page."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.ids import event_id, now_ms
from shared.webhooks.model import Attempt, Delivery, DeliveryState
from tests.functions.conftest import Api, api_with
from tests.functions.console.conftest import Browser
from tests.functions.console.test_attacks import PAYLOADS, Elements
from tests.functions.webhooks.receiver import receiving

SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{32,}")


@pytest.fixture
async def api(nats_url: str, tmp_path: Path) -> AsyncIterator[Api]:
    async with api_with(nats_url, tmp_path, url_allow="127.0.0.1") as running:
        yield running


async def made(browser: Browser, url: str) -> str:
    """The id of a new webhook."""
    await browser.log_in()
    page = await browser.send("/console/make-webhook", "/console/webhooks", url=url, event="message.*")
    assert page.status_code == 200, page.text
    assert len(set(SECRET.findall(page.text))) == 1
    (webhook_id,) = set(re.findall(r"/console/webhooks/(wh_\w+)", page.text))
    assert SECRET.search((await browser.get(f"/console/webhooks/{webhook_id}")).text) is None
    return webhook_id


async def test_an_address_is_tried_and_its_answer_shown(browser: Browser) -> None:
    """By the example of an event; the attempt is listed, and a failure is a failure."""
    async with receiving() as receiver:
        webhook_id = await made(browser, f"{receiver.url}/hook")
        place = f"/console/webhooks/{webhook_id}"
        tried = await browser.send(f"{place}/test", place, type="message.received")
        assert "It took it." in tried.text
        receiver.status = 500
        tried = await browser.send(f"{place}/test", place, type="session.status")
        assert "It did not take it." in tried.text
        assert "HTTP 500" in tried.text
        assert len(receiver.came) == 2
    page = (await browser.get(place, **{"HX-Request": "true"})).text
    assert "session.status" in page
    assert "thanks" in page
    assert "<html" not in page
    nothing = await browser.send(f"{place}/missed", place, do="count")
    assert "Nothing was missed." in nothing.text


async def test_it_is_disabled_enabled_and_deleted(browser: Browser) -> None:
    """The last by typing its id."""
    webhook_id = await made(browser, "http://127.0.0.1:9/hook")
    place = f"/console/webhooks/{webhook_id}"
    await browser.send(f"{place}/disable", place)
    assert "Disabled" in (await browser.get("/console/webhooks")).text
    await browser.send(f"{place}/enable", place, missed="no")
    assert "Disabled" not in (await browser.get("/console/webhooks")).text
    assert (await browser.send(f"{place}/delete", place, typed="other")).status_code == 400
    await browser.send(f"{place}/delete", place, typed=webhook_id)
    assert (await browser.get(place)).status_code == 404


async def test_no_answer_of_an_address_becomes_a_part_of_the_page(browser: Browser) -> None:
    """Thirty payloads in what it answered: the page has the elements that it has with a plain one."""
    webhook_id = await made(browser, "http://127.0.0.1:9/hook")

    async def elements(answer: str) -> list[tuple[str, tuple[str, ...]]]:
        row = Delivery(
            subscription_id=webhook_id,
            event_id=event_id(1_700_000_000_000, "one"),
            session_uid="ses_x",
            type="message.received",
            log=1,
            position=1,
            state=DeliveryState.GIVEN_UP,
            first_at=now_ms(),
            attempts=1,
            tries=(Attempt(now_ms(), 3, 500, answer),),
            waited=True,
        )
        await browser.api.stores.deliveries.put([row])
        page = await browser.get(f"/console/webhooks/{webhook_id}")
        assert page.status_code == 200
        return Elements(page.text).found

    plain = await elements("plain")
    for payload in PAYLOADS:
        assert await elements(payload) == plain, payload


async def test_a_key_without_the_scope_sees_none(browser: Browser) -> None:
    """Neither the page nor the link to it."""
    browser.key = (await browser.api.new_key(scopes=["sessions:read"]))["X-API-Key"]
    await browser.log_in()
    assert (await browser.get("/console/webhooks")).status_code == 403
    assert "/console/webhooks" not in (await browser.get("/console/sessions")).text

"""A session's page: its settings go round without a change, its picture, and when it last sent and heard something."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser

import httpx
import pytest
from typing_extensions import override

from functions.hosts import last_signs
from shared.contracts.commands.contacts import FetchOwnPicture, OwnPictureReply
from shared.contracts.signs import LastSigns, encode
from shared.contracts.subjects import shard_signs
from shared.ids import hash_api_key
from shared.sessions.chosen import Choices
from tests.functions.console.conftest import Browser
from tests.functions.shard import OWNER, Shard

CHOSEN = {
    "ignore": {"groups": True, "status": False, "newsletters": True, "calls": False},
    "proxy": "http://93.184.216.34:3128",
    "deviceName": "Toko & Baju",
    "history": {"days": 30},
    "rejectCalls": {"enabled": True, "reply": 'Please write: "we" answer.'},
    "autoRead": True,
    "alwaysOnline": True,
    "probeAfter": 600,
    "media": {"kinds": ["image", "audio"], "maxSize": 1_000_000, "keepDays": 7},
    "metadata": {"customer": "4711", "shop": "a = b"},
}
JPEG = b"\xff\xd8\xff picture \xff\xd9"


class Form(HTMLParser):
    """What a browser would send of the form of the settings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._text = ""
        self.feed(page.partition('id="settings"')[2].partition("</form>")[0])

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name, ticks = said.get("name"), said.get("type") == "checkbox"
        self._text = name if tag == "textarea" and name else ""
        if tag == "input" and name and (not ticks or "checked" in said):
            self.fields[name] = said.get("value") or ("on" if ticks else "")

    @override
    def handle_data(self, data: str) -> None:
        if self._text:
            self.fields[self._text] = data.replace("\n", "\r\n")
            self._text = ""


async def settings(browser: Browser) -> dict[str, object]:
    """As the API says them."""
    told = await browser.api.http.get("/api/sessions/sales/settings", headers={"X-API-Key": browser.key})
    found: dict[str, object] = told.json()["settings"]
    return found


@pytest.mark.parametrize("chosen", [{}, CHOSEN, {"media": {"kinds": []}, "metadata": {"a": "two\nlines"}}])
async def test_settings_that_are_kept_unchanged_stay(browser: Browser, chosen: dict[str, object]) -> None:
    """Every one that there is: the form shows it, and says the same when it is sent as it is."""
    assert set(CHOSEN) == set(Choices().model_dump(by_alias=True)), "the form has every setting"
    await browser.log_in()
    await browser.send("/console/new-session", name="sales")
    headers = {"X-API-Key": browser.key}
    changed = await browser.api.http.patch("/api/sessions/sales/settings", json=chosen, headers=headers)
    assert changed.status_code == 200, changed.text
    before = await settings(browser)
    form = Form((await browser.get("/console/sessions/sales")).text).fields
    answer = await browser.http.post("/console/sessions/sales/settings", data=form)
    assert "The settings are kept." in answer.text
    assert await settings(browser) == before
    form |= {"metadata": "customer=1\r\n", "history-days": "7"}
    form.pop("file-image", None)
    assert (await browser.http.post("/console/sessions/sales/settings", data=form)).status_code == 200
    after = await settings(browser)
    assert (after["metadata"], after["history"]) == ({"customer": "1"}, {"days": 7})
    form["metadata"] = "no value"
    assert (
        "Write a name, = and a value" in (await browser.http.post("/console/sessions/sales/settings", data=form)).text
    )


async def connected(browser: Browser, name: str) -> None:
    """A session that the shard holds."""
    await browser.log_in()
    await browser.send("/console/new-session", name=name)
    told = await browser.api.http.get(f"/api/qr?sessionId={name}", headers={"X-API-Key": browser.key})
    assert told.status_code < 500


@pytest.fixture
def believed_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a shard says of its sessions is waited for, and believed, however long a page takes."""
    monkeypatch.setattr(last_signs, "_ANSWERS_WITHIN", 20.0)
    monkeypatch.setattr(last_signs, "_BELIEVED_FOR", 3600.0)


@pytest.mark.usefixtures("believed_long")
async def test_the_list_says_when_something_came_and_went(browser: Browser, shard: Shard) -> None:
    """As its shard says it of all that it holds, at once; of one that it says nothing of there is nothing."""
    await connected(browser, "sales")
    key = await browser.api.stores.keys.by_hash(hash_api_key(browser.key))
    assert key is not None
    session = await browser.api.stores.sessions.named(key.id, "sales")
    assert session is not None
    asked = 0

    async def told(_: bytes) -> bytes:
        nonlocal asked
        asked += 1
        return encode({session.uid: LastSigns(heard_at=1_700_000_000_000, acknowledged_at=1_700_000_060_000)})

    serving = await shard.bus.serve(shard_signs(OWNER), told)
    shown = (await browser.get("/console/sessions")).text
    assert 'data-at="1700000000000"' in shown.partition('class="in"')[2].partition("</span></td>")[0]
    assert 'data-at="1700000060000"' in shown.partition('class="out"')[2]
    await browser.get("/console/sessions")
    assert asked == 1, "it is believed for a while"
    await serving.stop(1)
    await browser.send("/console/new-session", name="silent")
    assert (await browser.get("/console/sessions")).text.count('class="in"') == 1


async def test_a_picture_is_brought_or_nothing(browser: Browser, shard: Shard) -> None:
    """By the host of the session; kept by this browser only, and never a reason for an error."""
    await connected(browser, "sales")
    address = re.findall(
        r'<img src="(/console/sessions/sales/picture[^"]*)"', (await browser.get("/console/sessions")).text
    )
    shard.replies[FetchOwnPicture] = OwnPictureReply(jpeg=base64.b64encode(JPEG).decode())
    picture = await browser.get(address[0])
    assert (picture.content, picture.headers["Content-Type"]) == (JPEG, "image/jpeg")
    assert picture.headers["Cache-Control"] == "private, max-age=86400"
    shard.replies[FetchOwnPicture] = OwnPictureReply()
    nothing = await browser.get(address[0])
    assert (nothing.status_code, nothing.headers["Content-Type"]) == (200, "image/svg+xml"), "no broken picture"
    await browser.api.http.post("/api/sessions/sales/stop", headers={"X-API-Key": browser.key})
    assert "/picture" not in (await browser.get("/console/sessions")).text
    async with httpx.AsyncClient(base_url=browser.http.base_url, timeout=30) as stranger:
        assert (await stranger.get(address[0])).status_code == 303


async def test_a_session_that_is_connected_needs_no_code(browser: Browser, shard: Shard) -> None:
    """The page for its code says so, and how the first message is sent; for the customer's page nothing is asked."""
    await connected(browser, "sales")
    page = await browser.get("/console/sessions/sales/scan")
    assert page.status_code == 200
    assert "Send the first message" in page.text
    assert shard.number is not None
    assert shard.number in page.text

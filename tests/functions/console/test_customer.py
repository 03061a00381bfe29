"""The link for a customer: one session, one hour, once, and no way to elsewhere."""

from __future__ import annotations

import re

import httpx
import orjson

from functions.console.links import Link, token_of
from shared.ids import hash_api_key, now_ms
from shared.sealing.sealer import Sealer
from shared.sessions.model import Desired, SessionStatus
from tests.functions.console.conftest import Browser
from tests.functions.shard import Shard

ELSEWHERE = (
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example",
    "/console/sessions",
    "https:evil.example",
    "https://",
    "https://user@evil.example/",
    'https://shop.example/"onmouseover=alert(1)',
    "https://shop.example/<script>",
    "https://shop.example\\@evil.example",
    "https://shop.example/\nSet-Cookie: a=b",
    "ftp://shop.example/",
    "https://[::1",
    "https://shop.example:0/",
)


async def made(browser: Browser, **fields: str) -> str:
    """The path of a new link for the session `shop`."""
    await browser.log_in()
    await browser.send("/console/new-session", name="shop")
    answer = await browser.send("/console/sessions/shop/link", **fields)
    assert answer.status_code == 200, answer.text
    found = re.search(r"http://[^/]+(/console/link/sealed\.[\w.-]+)", answer.text)
    assert found is not None
    return found[1]


def stranger(browser: Browser) -> httpx.AsyncClient:
    """Somebody who has the link and nothing else."""
    headers = {"Sec-Fetch-Site": "same-origin"}
    return httpx.AsyncClient(base_url=browser.api.http.base_url, timeout=30, headers=headers)


async def test_who_has_the_link_sees_a_code_and_nothing_else(browser: Browser, shard: Shard) -> None:
    """Without a key; looking at it begins nothing, and no name of a session or key is on the page."""
    shard.status = SessionStatus.QR_READY
    link = await made(browser, **{"return-url": "https://shop.example/done?a=1"})
    async with stranger(browser) as somebody:
        page = await somebody.get(link)
        assert page.status_code == 200
        assert "shop.example" in page.text
        assert "/console/sessions" not in page.text
        begun = await somebody.post(f"{link}/begin")
        assert 'class="code" role="img"' in begun.text
        assert (await somebody.get("/console/sessions/shop")).status_code == 303


async def test_the_way_back_is_an_address_and_nobody_can_change_it(browser: Browser) -> None:
    """What is none is refused when the link is made; afterwards it is sealed with the rest (open redirect)."""
    link = await made(browser)
    for address in ELSEWHERE:
        answer = await browser.send("/console/sessions/shop/link", **{"return-url": address})
        assert answer.status_code == 400, address
    async with stranger(browser) as somebody:
        for wrong in (f"{link}?returnUrl=https://evil.example", f"{link}?back=https://evil.example"):
            assert "evil.example" not in (await somebody.get(wrong)).text
        half = len(link) // 2
        for wrong in (link[:-3] + "AAA", link[:half], "/console/link/x", "/console/link/sealed.1.00000000.AAAA"):
            assert (await somebody.get(wrong)).status_code == 410
            assert (await somebody.post(f"{wrong}/begin")).status_code == 410


async def test_a_link_ends_with_its_hour_its_key_and_its_session(browser: Browser) -> None:
    """Each of them alone is enough; a link that was sealed for something else is none."""
    await made(browser)
    api = browser.api
    key = await api.stores.keys.by_hash(hash_api_key(browser.key))
    assert key is not None
    session = await api.stores.sessions.named(key.id, "shop")
    assert session is not None
    sealer = api.settings.sealer()
    good = Link(key.id, session.uid, now_ms())
    async with stranger(browser) as somebody:

        async def status(link: Link, sealed: Sealer = sealer) -> int:
            return (await somebody.get(f"/console/link/{token_of(sealed, link)}")).status_code

        assert await status(good) == 200
        assert await status(Link(key.id, session.uid, now_ms() - 3_601_000)) == 410
        assert await status(Link("key_another", session.uid, now_ms())) == 410
        assert await status(Link(key.id, "ses_another", now_ms())) == 410
        assert await status(good, Sealer("another key of thirty-two letters", None)) == 410
        other = sealer.seal(orjson.dumps({"key_id": key.id, "uid": session.uid, "made_at": now_ms()}), "console login")
        assert (await somebody.get(f"/console/link/{other}")).status_code == 410
        await api.stores.keys.revoke(key.id)
        assert await status(good) == 410
    await api.stores.sessions.set_desired(session.uid, Desired.DELETED)
    async with stranger(browser) as somebody:
        assert await status(good) == 410


async def test_a_program_makes_a_link_and_takes_it_back(browser: Browser) -> None:
    """For a session that is made with it, for as long as is said; the way back is guarded, and no other key can."""
    api = browser.api
    key, other = await api.new_key(), await api.new_key()
    path = "/api/sessions/of-a-customer/link"
    for wrong in ({"returnUrl": address} for address in ELSEWHERE):
        refused = await api.http.post(path, json=wrong, headers=key)
        assert refused.status_code == 400, wrong
    for wrong in ({"validFor": 59}, {"validFor": 604_801}, {"validFor": "long"}):
        assert (await api.http.post(path, json=wrong, headers=key)).status_code == 400, wrong
    said = {"returnUrl": "https://shop.example/done", "validFor": 600}
    links = []
    for _ in range(2):
        before = now_ms()
        made = await api.http.post(path, json=said, headers=key)
        assert made.status_code == 200, made.text
        assert before + 600_000 <= made.json()["expiresAt"] <= now_ms() + 600_000
        links.append(httpx.URL(made.json()["link"]).path)
        assert made.headers["Cache-Control"] == "no-store"
    async with stranger(browser) as somebody:
        page = await somebody.get(links[0])
        assert (page.status_code, "shop.example" in page.text) == (200, True)
        assert (await api.http.delete(path, headers=other)).status_code == 404
        assert (await somebody.get(links[1])).status_code == 200
        assert (await api.http.delete(path, headers=key)).status_code == 200
        assert [(await somebody.get(link)).status_code for link in links] == [410, 410]
        assert (await somebody.post(f"{links[0]}/begin")).status_code in {200, 410}
        again = await api.http.post(path, headers=key)
        assert (await somebody.get(httpx.URL(again.json()["link"]).path)).status_code == 200
    settings = await api.http.get("/api/sessions/of-a-customer/settings", headers=key)
    assert "linksFrom" not in settings.text

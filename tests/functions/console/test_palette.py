"""The field that leads everywhere: it finds what somebody may see, by words of its name."""

from __future__ import annotations

import re

from functions.reference.files import has_site
from tests.functions.console.conftest import Browser
from tests.functions.console.test_attacks import PAYLOADS, Elements


async def found(browser: Browser, asked: str) -> str:
    answer = await browser.http.get("/console/go", params={"q": asked}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.text


async def test_it_finds_what_the_key_has(browser: Browser) -> None:
    """Pages, sessions, routes; not those of others, nor what only the admin opens."""
    await browser.log_in()
    await browser.send("/console/new-session", name="shop-jakarta")
    assert "/console/sessions/shop-jakarta" in await found(browser, "jakarta SHOP")
    assert "/console/playground/send_message" in await found(browser, "post send-message")
    everything = await found(browser, "")
    assert "/console/messages" in everything
    assert "/console/keys" not in everything
    await browser.log_in((await browser.api.new_key(scopes=["messages:read"]))["X-API-Key"])
    assert "jakarta" not in await found(browser, "jakarta")
    assert "Nothing is called like that." in await found(browser, "no such thing")
    await browser.log_in_as_admin()
    assert "/console/keys" in await found(browser, "")


async def test_every_page_that_it_leads_to_is_there(browser: Browser) -> None:
    """For who has both keys."""
    await browser.log_in()
    await browser.log_in_as_admin()
    addresses = re.findall(r'href="([^"]+)"', await found(browser, ""))
    assert len(addresses) == 10 + has_site()
    for address in addresses:
        answer = await browser.http.get(address, follow_redirects=True)
        assert answer.status_code == 200, address


async def test_nothing_that_is_typed_becomes_a_part_of_the_page(browser: Browser) -> None:
    """Thirty payloads."""
    await browser.log_in()
    plain = Elements(await found(browser, "no such thing")).found
    for payload in PAYLOADS:
        assert Elements(await found(browser, payload)).found == plain, payload

"""Usage in the console: plots over one range of time, and bars of what a key may."""

from __future__ import annotations

import json
import re
from html import unescape

from shared.ids import hash_api_key, now_ms
from shared.tenants.usage import HOUR_MS
from tests.functions.console.conftest import Browser

PLOT = re.compile(r"data-plot='([^']+)'")


async def counted(browser: Browser) -> str:
    """Some messages of the last hours and of weeks ago; the id of the key."""
    key = await browser.api.stores.keys.by_hash(hash_api_key(browser.key))
    assert key is not None
    hour = now_ms() // HOUR_MS
    counts = {
        (key.id, hour, "sent.text"): 7,
        (key.id, hour, "bytes_out"): 1_234_567,
        (key.id, hour - 2, "received.image"): 5,
        (key.id, hour - 2, "failed.text"): 2,
        (key.id, hour - 20 * 24, "sent.text"): 100,
    }
    await browser.api.stores.usage_rows.add(counts)
    return key.id


async def plots(browser: Browser, path: str) -> list[dict[str, list[int]]]:
    """The lines of each plot by their names."""
    page = await browser.get(path)
    assert page.status_code == 200
    found = [json.loads(unescape(said)) for said in PLOT.findall(page.text)]
    assert all(len(line["values"]) == len(plot["times"]) for plot in found for line in plot["lines"])
    return [{line["name"]: line["values"] for line in plot["lines"]} for plot in found]


async def test_plots_show_what_the_key_did_in_a_range(browser: Browser) -> None:
    """One range for all of them; where nothing was done stands a zero."""
    await browser.log_in()
    await counted(browser)
    messages, requests, _ = await plots(browser, "/console/usage?range=24h")
    assert sum(messages["Sent"]) == 7
    assert (sum(messages["Received"]), sum(messages["Not sent"])) == (5, 2)
    assert len(requests["Requests"]) in {24, 25}
    month, *_ = await plots(browser, "/console/usage?range=30d")
    assert sum(month["Sent"]) == 107
    assert len(month["Sent"]) in {30, 31}
    assert len(await plots(browser, "/console/usage?range=%22%3E")) == 3


async def test_whoever_runs_the_gateway_sees_that_of_each_key(browser: Browser) -> None:
    """On its page; the names of lines are in the language of the page."""
    await browser.log_in()
    key_id = await counted(browser)
    await browser.log_in_as_admin()
    messages, *_ = await plots(browser, f"/console/keys/{key_id}?range=24h")
    assert sum(messages["Sent"]) == 7
    page = (await browser.get(f"/console/keys/{key_id}", **{"Accept-Language": "id"})).text
    assert "Terkirim" in unescape(page)
    assert "1.234.567" in page
    assert "1,234,567" in (await browser.get(f"/console/keys/{key_id}")).text


async def test_what_it_may_stands_beside_it(browser: Browser) -> None:
    """Sessions as a bar, once there is a limit."""
    browser.key = (await browser.api.new_key(maxSessions=4))["X-API-Key"]
    await browser.log_in()
    await browser.send("/console/new-session", name="one")
    page = (await browser.get("/console/usage")).text
    assert '<progress value="1" max="4"' in page

"""Hosts in the console: what each runs, and giving up what one took with it that will not come back."""

from __future__ import annotations

from tests.functions.console.conftest import Browser


async def test_versions_are_shown_and_that_they_differ(browser: Browser) -> None:
    """Of each shard; while an upgrade is under way the page says so."""
    await browser.log_in_as_admin()
    leases = browser.api.stores.leases
    await leases.begin("host_a-0", "host_a", room=5, release="1.4.0")
    page = (await browser.get("/console/hosts")).text
    assert "1.4.0" in page
    assert "several versions" not in page
    await leases.begin("host_b-0", "host_b", room=5, release="1.5.0")
    assert "several versions" in (await browser.get("/console/hosts", **{"HX-Request": "true"})).text


async def test_what_a_host_took_with_it_is_given_up_by_typing_its_name(browser: Browser) -> None:
    """How many events may wait there stands beside it; anything else gives up nothing."""
    await browser.log_in_as_admin()
    leases = browser.api.stores.leases
    begun = await leases.begin("host_a-0", "host_a", room=5, folder="/gone")
    lease = await leases.renew(begun, held=0, room=5, waiting=4)
    assert lease
    assert "may wait" not in (await browser.get("/console/hosts")).text
    assert await leases.declare_dead(lease)
    assert await leases.leave(lease, now=1_795_953_600_000)
    assert "where 4 events may wait" in (await browser.get("/console/hosts")).text
    assert (await browser.send("/console/hosts/host_a/forget", "/console/hosts", typed="host_b")).status_code == 400
    assert len(await leases.all()) == 1
    await browser.send("/console/hosts/host_a/forget", "/console/hosts", typed="host_a")
    assert await leases.all() == []

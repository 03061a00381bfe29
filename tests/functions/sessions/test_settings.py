"""Settings of a session, over HTTP: merged into what is there, whoever else changes them, and told without secrets."""

from __future__ import annotations

import asyncio
from typing import Any

from shared.sessions.chosen import choices_of
from shared.sessions.sealed_proxy import opened_proxy
from tests.functions.conftest import Api
from tests.functions.shard import Shard

PATH = "/api/sessions/sales/settings"


async def change(api: Api, key: dict[str, str], **settings: Any) -> dict[str, Any]:
    answer = await api.http.patch(PATH, headers=key, json=settings)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_changes_at_once_are_all_there(api: Api, key: dict[str, str], shard: Shard) -> None:
    """Twenty of them, of different settings and of parts of one: none is lost."""
    await api.http.post("/api/sessions/sales/start", headers=key)
    words = {f"word{number}": str(number) for number in range(18)}
    await asyncio.gather(
        *(change(api, key, metadata={name: value}) for name, value in words.items()),
        change(api, key, ignore={"groups": True}),
        change(api, key, ignore={"status": True}),
    )
    settings = (await api.http.get(PATH, headers=key)).json()["settings"]
    assert settings["metadata"] == words
    assert settings["ignore"] == {"groups": True, "status": True, "newsletters": False, "calls": False}
    (session,) = await api.stores.sessions.list_of(next(iter(await api.stores.keys.all())).id)
    assert session.settings_version == 20
    assert shard.status


async def test_an_older_host_does_not_go_by_them_yet(api: Api, key: dict[str, str], shard: Shard) -> None:
    """It answers and does not say which settings it knows: they are kept, and count once a newer one has it."""
    await api.http.post("/api/sessions/sales/start", headers=key)
    assert shard.status
    changed = await change(api, key, alwaysOnline=True)
    assert (changed["applied"], changed["settings"]["alwaysOnline"]) == (False, True)


async def test_what_is_said_to_a_proxy_is_not_told(api: Api, key: dict[str, str], shard: Shard) -> None:
    """Neither in the answer nor afterwards, nor in what shows a row; the host finds it there."""
    await api.http.post("/api/sessions/sales/start", headers=key)
    assert shard.status
    url = "socks5://shop:p%40ss@93.184.216.34:1080"
    changed = await change(api, key, proxy=url)
    assert changed["settings"]["proxy"] == "socks5://***@93.184.216.34:1080"
    assert (await api.http.get(PATH, headers=key)).json()["settings"] == changed["settings"]
    (session,) = await api.stores.sessions.list_of(next(iter(await api.stores.keys.all())).id)
    kept = choices_of(session.settings).proxy
    assert kept
    assert opened_proxy(kept, session.uid, api.settings.sealer()) == url
    assert "shop" not in str(session.settings)
    assert "93.184.216.34" not in repr(session) + repr(choices_of(session.settings))
    assert (await change(api, key, proxy=None))["settings"]["proxy"] is None

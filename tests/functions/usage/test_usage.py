"""What a key did, as it is told: by day and hour, beside what it may, and of nobody else."""

from __future__ import annotations

from typing import Any

from shared.ids import hash_api_key, now_ms
from shared.tenants.usage import HOUR_MS
from tests.functions.conftest import ADMIN, Api

DAY = 24


async def id_of(api: Api, key: dict[str, str]) -> str:
    stored = await api.stores.keys.by_hash(hash_api_key(key["X-API-Key"]))
    assert stored is not None
    return stored.id


async def usage(api: Api, key: dict[str, str], **query: Any) -> dict[str, Any]:
    answer = await api.http.get("/api/usage", params=query, headers=key)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_what_was_done_by_hour_and_day(api: Api) -> None:
    """Summed over kinds and hours; spans without anything are left out; another key sees its own."""
    key, other = await api.new_key(maxSessions=5, requestsPerMinute=6), await api.new_key()  # one more flows in in 10 s
    key_id, now = await id_of(api, key), now_ms() // HOUR_MS
    today = now - now % DAY
    counts = {
        (key_id, today - 2 * DAY, "sent.text"): 3,
        (key_id, today - 2 * DAY + 5, "sent.text"): 4,
        (key_id, today - 2 * DAY + 5, "sent.image"): 1,
        (key_id, today - 2 * DAY + 5, "bytes_out"): 2048,
        (key_id, today - DAY, "received.text"): 9,
    }
    await api.stores.usage_rows.add(counts)
    end = today * HOUR_MS
    told = await usage(api, key, until=end)
    nothing = {"requests": 0, "bytesIn": 0, "bytesOut": 0}
    first = {"at": (today - 2 * DAY) * HOUR_MS, **nothing, "bytesOut": 2048}
    assert told["usage"] == [
        {**first, "messages": {"sent": {"image": 1, "text": 7}}},
        {"at": (today - DAY) * HOUR_MS, **nothing, "messages": {"received": {"text": 9}}},
    ]
    assert told["total"]["messages"] == {"sent": {"image": 1, "text": 7}, "received": {"text": 9}}
    assert told["limits"] == {"maxSessions": 5, "requestsPerMinute": 6, "requestsLeft": 5}
    assert told["sessions"] == 0
    by_hour = await usage(api, key, by="hour", **{"from": end - 7 * DAY * HOUR_MS}, until=end)
    assert [each["at"] // HOUR_MS - today for each in by_hour["usage"]] == [-2 * DAY, -2 * DAY + 5, -DAY]
    assert (await usage(api, other, until=end))["usage"] == []
    everybody = await api.http.get("/api/admin/usage", params={"until": end}, headers={"X-Admin-Key": ADMIN})
    assert [each["total"]["messages"] for each in everybody.json()["keys"]] == [told["total"]["messages"], {}]
    for wrong in ({"by": "year"}, {"from": 5, "until": 4}, {"until": "now"}, {"by": "hour", "from": 0}):
        assert (await api.http.get("/api/usage", params=wrong, headers=key)).status_code == 400, wrong

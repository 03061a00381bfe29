from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import structlog

from shared.messages.model import MessageState
from tests.functions.conftest import Api, api_with
from tests.functions.shard import Shard
from tests.functions.waiting import until


async def test_a_store_that_takes_no_writes(api: Api, key: dict[str, str], shard: Shard) -> None:
    """503 STORE_UNAVAILABLE with Retry-After, and nothing is sent; it works again when the store does."""
    await api.send(key)
    blocker = sqlite3.connect(api.settings.data_dir / "wagate.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    answer = await api.send(key, message="while locked")
    blocker.execute("ROLLBACK")
    blocker.close()
    assert (answer.status_code, answer.json()["code"]) == (503, "STORE_UNAVAILABLE")
    assert str(api.settings.data_dir) not in answer.text
    assert int(answer.headers["Retry-After"]) >= 1
    assert [text for _, _, text in shard.frames] == ["hello"]
    assert (await api.send(key, message="after")).status_code == 200


async def test_a_store_that_is_gone_is_told_without_its_place(api: Api, key: dict[str, str]) -> None:
    """Tenants and whoever asks whether it is ready see no path of the server; who runs it finds it in the log."""
    (api.settings.data_dir / "wagate.db").rename(api.settings.data_dir / "away.db")
    with structlog.testing.capture_logs():
        answers = [await api.http.get("/api/sessions", headers=key), await api.http.get("/ready")]
    (api.settings.data_dir / "away.db").rename(api.settings.data_dir / "wagate.db")
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (503, "STORE_UNAVAILABLE")
        assert "removed or replaced" in answer.json()["error"]
        assert "/" not in answer.json()["error"]


def test_a_start_that_fails_is_told_in_a_line(tmp_path: Path) -> None:
    """The cause and the place of it, for the terminal of who started it; no traceback."""
    (tmp_path / "wagate.db").write_bytes(b"this is no database" * 100)
    set_ = {"WAGATE_DATA_DIR": str(tmp_path), "WAGATE_PORT": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "functions"], env={**os.environ, **set_}, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "The API cannot start: The file is not a database" in done.stderr
    assert str(tmp_path / "wagate.db") in done.stderr
    assert "Traceback" not in done.stderr


async def test_a_caller_that_goes_away_does_not_stop_its_send(api: Api, key: dict[str, str], shard: Shard) -> None:
    """The owner finishes it; its repetition gets the answer."""
    shard.acknowledge.clear()
    headers = {**key, "Idempotency-Key": "order-1"}
    sending = asyncio.create_task(api.send(headers))

    async def begun() -> bool:
        return bool(shard.frames)

    await until(begun)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    shard.acknowledge.set()
    assert (await api.send(headers)).json()["status"] == "sent"
    assert len(shard.frames) == 1


async def test_a_send_whose_row_was_settled_elsewhere_is_answered_from_the_row(
    api: Api, key: dict[str, str], shard: Shard
) -> None:
    """The owner is silent past `wait`, but the row has an end: that is the answer."""
    await api.send(key)
    shard.deaf = True
    headers = {**key, "Idempotency-Key": "order-1"}
    row = (await api.send(headers, wait=0.2)).json()["id"]
    await api.stores.messages.advance(row, MessageState.SENDING, now=1_000)
    await api.stores.messages.advance(row, MessageState.SENT, now=2_000, wa_id="3EB0")
    answer = (await api.send(headers)).json()
    assert (answer["status"], answer["messageId"], answer["timestamp"]) == ("sent", "3EB0", 2)


async def test_pages_of_other_origins_are_told_no_unless_the_setting_says_so(
    api: Api, nats_url: str, tmp_path: Path
) -> None:
    """CORS is off by default."""
    asked = {"Origin": "https://example.com", "Access-Control-Request-Method": "GET"}
    assert "Access-Control-Allow-Origin" not in (await api.http.options("/api/status", headers=asked)).headers
    async with api_with(nats_url, tmp_path / "open", cors_origins=("https://example.com",)) as open_api:
        allowed = await open_api.http.options("/api/status", headers=asked)
        assert allowed.headers["Access-Control-Allow-Origin"] == "https://example.com"

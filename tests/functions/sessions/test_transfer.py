"""Export and import of a session's pairing over HTTP."""

import base64
import json
import os
from pathlib import Path

import pytest

from functions.sessions import importing
from shared.contracts.commands.transfer import FILE_PART, ExportAuth, ImportAuth
from shared.sessions.model import Desired
from tests.functions.conftest import Api, api_with
from tests.functions.shard import Shard

PASSPHRASE = "correct horse battery"  # noqa: S105 - of the tests


async def test_an_export_is_a_file(api: Api, key: dict[str, str], shard: Shard) -> None:
    """Bytes to save under the session's name, never cached; in base64 for who asks for JSON."""
    await api.http.post("/api/sessions/sales/start", headers=key)
    shard.seen.clear()
    answer = await api.http.post("/api/sessions/sales/export", headers=key, json={"passphrase": PASSPHRASE})
    assert answer.status_code == 200, answer.text
    assert answer.content == PASSPHRASE.encode()
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sales.wagate-auth"'
    assert answer.headers["Cache-Control"] == "no-store"
    told = await api.http.post(
        "/api/sessions/sales/export", headers={**key, "Accept": "application/json"}, json={"passphrase": PASSPHRASE}
    )
    file = base64.b64encode(PASSPHRASE.encode()).decode()
    assert told.json() == {"success": True, "sessionId": "sales", "file": file}
    assert [type(request.command) for request in shard.seen] == [ExportAuth, ExportAuth]


async def test_an_import_makes_the_session(api: Api, key: dict[str, str], shard: Shard) -> None:
    """The answer is its status; a file that does not open is the caller's error."""
    file = base64.b64encode(PASSPHRASE.encode()).decode()
    body = {"passphrase": PASSPHRASE, "file": file}
    answer = await api.http.post("/api/sessions/moved/import", headers=key, json=body)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["sessionId"], answer.json()["status"]) == ("moved", "starting")
    assert isinstance(shard.seen[-1].command, ImportAuth)
    wrong = await api.http.post(
        "/api/sessions/moved/import", headers=key, json={**body, "passphrase": "another passphrase"}
    )
    assert (wrong.status_code, wrong.json()["code"]) == (422, "AUTH_FILE_INVALID")


@pytest.mark.parametrize("size", [FILE_PART - 1, FILE_PART, FILE_PART + 1, FILE_PART * 2, 3_000_000])
async def test_a_large_pairing_travels_in_parts(api: Api, key: dict[str, str], shard: Shard, size: int) -> None:
    """Out and in again, however many messages of NATS it takes; nothing of it is lost or doubled."""
    shard.large_file = os.urandom(size)
    await api.http.post("/api/sessions/sales/start", headers=key)
    answer = await api.http.post("/api/sessions/sales/export", headers=key, json={"passphrase": PASSPHRASE})
    assert answer.status_code == 200, answer.text
    assert answer.content == shard.large_file
    if size > FILE_PART:
        body = {"passphrase": PASSPHRASE, "file": base64.b64encode(answer.content).decode()}
        answer = await api.http.post("/api/sessions/moved/import", headers=key, json=body)
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("file", ["é" * 100, "0", "not base64!", "A" * 5, "é" * 900_000])
async def test_a_file_that_is_no_base64_reaches_nobody(api: Api, key: dict[str, str], shard: Shard, file: str) -> None:
    """422, whatever letters it has and however large they are on their way; no session is made."""
    body = {"passphrase": PASSPHRASE, "file": file}
    answer = await api.http.post(
        "/api/sessions/moved/import", headers=key, content=json.dumps(body, ensure_ascii=False)
    )
    assert (answer.status_code, answer.json()["code"]) in {(422, "AUTH_FILE_INVALID"), (413, "BODY_TOO_LARGE")}
    assert shard.seen == []
    assert (await api.http.get("/api/sessions", headers=key)).json()["sessions"] == []


async def test_the_largest_body_comes_to_the_host(api: Api, key: dict[str, str], shard: Shard) -> None:
    """What the API takes fits into a message to the host, which says what is wrong with it: no false NO_HOST."""
    body = {"passphrase": "\u0001" * 1024, "file": base64.b64encode(b"x" * 704_999).decode()}
    answer = await api.http.post("/api/sessions/moved/import", headers=key, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "AUTH_FILE_INVALID")
    assert any(isinstance(request.command, ImportAuth) for request in shard.seen)


async def test_a_file_in_several_lines_is_read(api: Api, key: dict[str, str], shard: Shard) -> None:
    """As `base64` writes it."""
    passphrase = PASSPHRASE * 10
    body = {"passphrase": passphrase, "file": base64.encodebytes(passphrase.encode()).decode()}
    answer = await api.http.post("/api/sessions/moved/import", headers=key, json=body)
    assert answer.status_code == 200, answer.text
    assert shard.seen


async def test_a_failed_import_leaves_nothing_running(api: Api, key: dict[str, str], shard: Shard) -> None:
    """A session that was made for it is gone, one that was stopped is stopped again, one that ran runs."""
    wrong = {"passphrase": PASSPHRASE, "file": base64.b64encode(b"of another passphrase").decode()}
    shard.number = None
    await api.http.post("/api/sessions/stopped/start", headers=key)
    await api.http.post("/api/sessions/stopped/stop", headers=key)
    await api.http.post("/api/sessions/running/start", headers=key)
    for name in ("new", "stopped", "running"):
        refused = await api.http.post(f"/api/sessions/{name}/import", headers=key, json=wrong)
        assert refused.json()["code"] == "AUTH_FILE_INVALID"
    (row,) = await api.stores.keys.all()
    left = {session.name: session.desired for session in await api.stores.sessions.list_of(row.id)}
    assert left == {"stopped": Desired.STOPPED, "running": Desired.RUNNING}


async def test_an_import_that_finds_no_host_leaves_nothing(
    nats_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has seen it: no host shows a QR code for it later."""
    monkeypatch.setattr(importing, "_FOUND_WITHIN", 0.3)
    async with api_with(nats_url, tmp_path) as api:
        key = await api.new_key()
        body = {"passphrase": PASSPHRASE, "file": base64.b64encode(PASSPHRASE.encode()).decode()}
        answer = await api.http.post("/api/sessions/new/import", headers=key, json=body)
        assert answer.json()["code"] == "NO_HOST"
        (row,) = await api.stores.keys.all()
        assert await api.stores.sessions.list_of(row.id) == []


@pytest.mark.parametrize("passphrase", [None, "", "too short", "x" * 1025])
async def test_a_passphrase_has_a_length(api: Api, key: dict[str, str], passphrase: str | None) -> None:
    """At least 12 characters; it is not repeated in the answer, and nobody is asked."""
    answer = await api.http.post("/api/sessions/sales/export", headers=key, json={"passphrase": passphrase})
    assert (answer.status_code, answer.json()["field"]) == (400, "passphrase")
    if passphrase:
        assert passphrase not in answer.text


async def test_reading_is_not_enough(api: Api, shard: Shard) -> None:
    """Both need the scope sessions:write: whoever has a pairing is that number."""
    reader = await api.new_key(scopes=["sessions:read", "messages:send"])
    for route, body in (("export", {"passphrase": PASSPHRASE}), ("import", {"passphrase": PASSPHRASE, "file": "AA=="})):
        answer = await api.http.post(f"/api/sessions/sales/{route}", headers=reader, json=body)
        assert answer.json()["code"] == "SCOPE_MISSING"
    assert shard.seen == []


async def test_an_export_of_what_is_not_there(api: Api, key: dict[str, str], shard: Shard) -> None:
    """It makes no session."""
    answer = await api.http.post("/api/sessions/sales/export", headers=key, json={"passphrase": PASSPHRASE})
    assert answer.json()["code"] == "SESSION_NOT_FOUND"
    assert shard.seen == []

"""Export and import of a session's pairing over HTTP."""

import base64

import pytest

from shared.contracts.commands import ExportAuth, ImportAuth
from tests.functions.conftest import Api
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

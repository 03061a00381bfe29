"""The files of messages that arrived: asked for once more, and gone with the inbox."""

from dataclasses import replace

from shared.ids import now_ms
from shared.messages.received import InboundMessage
from tests.functions.conftest import Api
from tests.functions.sessions.test_sessions import arrived
from tests.shared.adapters.contracts.samples import a_file


async def test_a_file_that_is_gone_is_asked_for_once_more(api: Api, key: dict[str, str]) -> None:
    """It is to be fetched then; what is here or on its way stays so, and what cannot be had is not found."""
    (owner,) = await api.stores.keys.all()
    session, _ = await api.stores.sessions.get_or_create(owner.id, "sales", now=1)

    def with_file(number: int, **media: str) -> InboundMessage:
        return replace(arrived(session.uid, number), content={"media": media}, raw=b"proto")

    gone, stored = with_file(1, state="gone", reason="expired"), with_file(2, state="stored", id="med_1")
    await api.stores.inbox.append([gone, stored, arrived(session.uid, 3)])
    path, body = "/api/incoming-messages/{}/media", {"sessionId": "sales", "chat": gone.chat}
    for _ in range(2):
        answer = await api.http.post(path.format("M1"), json=body, headers=key)
        assert (answer.status_code, answer.json()["media"]) == (200, {"state": "fetching"})
    assert [found.id for found in await api.stores.inbox.to_fetch(session.uid, limit=9)] == ["M1"]
    answer = await api.http.post(path.format("M2"), json=body, headers=key)
    assert answer.json()["media"] == {"id": "med_1", "state": "stored"}
    for id_, code in (("M3", "MEDIA_NOT_FOUND"), ("M4", "MESSAGE_NOT_FOUND")):
        answer = await api.http.post(path.format(id_), json=body, headers=key)
        assert answer.json()["code"] == code
    file = a_file(key_id=session.key_id, session_uid=session.uid)
    await api.stores.file_rows.add(file)
    assert (await api.http.post("/api/clear-messages", json={"sessionId": "sales"}, headers=key)).status_code == 200
    found = await api.stores.file_rows.get(session.key_id, file.id)
    assert found is not None
    assert found.expires_at <= now_ms()

from __future__ import annotations

import asyncio
import base64
import io
import time
from dataclasses import replace

import pytest
from dirty_equals import IsInt, IsStr

from shared.contracts.shown import Media, Mention, Quoted, Shown
from shared.ids import now_ms
from shared.messages.received import InboundMessage
from shared.sessions.model import SessionReport, SessionStatus
from tests.functions.conftest import Api
from tests.functions.shard import OWNER, QR, Shard
from tests.functions.waiting import until


def arrived(uid: str, number: int) -> InboundMessage:
    """The nth message of a session."""
    return InboundMessage(
        session_uid=uid,
        position=f"{number:013d}-{number:012d}",
        id=f"M{number}",
        chat="62@s.whatsapp.net",
        from_number="62",
        from_lid=None,
        from_me=False,
        timestamp=number,
        type="text",
        content={"message": f"t{number}"},
    )


def reads(png: bytes) -> str:
    """What a camera reads in the picture."""
    import zxingcpp  # noqa: PLC0415 - slow to import
    from PIL import Image  # noqa: PLC0415

    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))
    return code.text


async def test_the_qr_code_in_every_form(api: Api, key: dict[str, str], shard: Shard) -> None:
    """A data URL by default; PNG, SVG or text by Accept. The picture holds the code's text."""
    shard.status = SessionStatus.QR_READY
    answer = await api.http.get("/api/qr?sessionId=sales", headers=key)
    told = answer.json()
    assert told == {
        "success": True,
        "qr": IsStr(),
        "qrText": QR,
        "sessionId": "sales",
        "status": "qr_ready",
        "expiresAt": IsInt(gt=1_700_000_000_000),
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert reads(base64.b64decode(told["qr"].removeprefix("data:image/png;base64,"))) == QR
    png = await api.http.get("/api/qr", headers={**key, "Accept": "image/png"})
    assert (png.headers["Content-Type"], reads(png.content)) == ("image/png", QR)
    svg = await api.http.get("/api/qr", headers={**key, "Accept": "image/svg+xml"})
    assert svg.headers["Content-Type"].startswith("image/svg+xml")
    assert b"<svg" in svg.content
    text = await api.http.get("/api/qr", headers={**key, "Accept": "text/plain"})
    assert text.text == QR
    browser = "text/html,application/xhtml+xml,*/*;q=0.8"
    assert (await api.http.get("/api/qr", headers={**key, "Accept": browser})).json()["qr"]


@pytest.mark.usefixtures("shard")
async def test_a_connected_session_needs_no_code(api: Api, key: dict[str, str]) -> None:
    """JSON says so with `qr: null`; a picture cannot, so it is 409."""
    told = (await api.http.get("/api/qr", headers=key)).json()
    assert (told["status"], told["qr"]) == ("connected", None)
    picture = await api.http.get("/api/qr", headers={**key, "Accept": "image/png"})
    assert (picture.status_code, picture.json()["code"]) == (409, "SESSION_ALREADY_CONNECTED")


async def test_why_there_is_no_code(api: Api, key: dict[str, str], shard: Shard) -> None:
    """WhatsApp out of reach, or a session that failed: 503 with the reason; no host: NO_HOST."""
    shard.status, shard.reason = SessionStatus.RECONNECTING, "wa_unreachable"
    answer = await api.http.get("/api/qr", headers=key)
    assert (answer.status_code, answer.json()["code"]) == (503, "WA_UNREACHABLE")
    assert (answer.json()["reason"], answer.json()["connectionStatus"]) == ("wa_unreachable", "reconnecting")
    shard.status, shard.reason = SessionStatus.FAILED, "temporary_ban"
    answer = await api.http.get("/api/qr", headers=key)
    assert (answer.json()["code"], answer.json()["reason"]) == ("WA_DISCONNECTED", "temporary_ban")


async def test_asking_for_a_code_without_a_host(api: Api, key: dict[str, str]) -> None:
    """Answered within the time in which a host has to be found."""
    begun = time.monotonic()
    answer = await api.http.get("/api/qr", headers=key)
    assert (answer.status_code, answer.json()["code"]) == (503, "NO_HOST")
    assert time.monotonic() - begun < 10


async def test_asking_for_a_code_starts_a_stopped_session(api: Api, key: dict[str, str], shard: Shard) -> None:
    """Asking for a code is asking to log in."""
    shard.status = SessionStatus.QR_READY
    await api.http.get("/api/qr", headers=key)
    await api.http.post("/api/sessions/default/stop", headers=key)
    assert (await api.http.get("/api/status", headers=key)).json()["status"] == "stopped"
    assert (await api.http.get("/api/qr", headers=key)).json()["status"] == "qr_ready"
    assert (await api.http.get("/api/status", headers=key)).json()["status"] == "qr_ready"


async def test_a_stopped_session_tries_nothing(api: Api, key: dict[str, str]) -> None:
    """Whatever its host planned before it was stopped."""
    (tenant,) = await api.stores.keys.all()
    session, _ = await api.stores.sessions.get_or_create(tenant.id, "default", now=now_ms())
    claimed = await api.stores.sessions.claim(session.uid, "shard")
    assert claimed is not None
    report = SessionReport(status=SessionStatus.RECONNECTING, reason="connection_lost", next_try=now_ms() + 60_000)
    assert await api.stores.sessions.write_report(claimed.uid, "shard", claimed.epoch, report)
    for answer in (
        await api.http.post("/api/sessions/default/stop", headers=key),
        await api.http.get("/api/status", headers=key),
    ):
        assert answer.json()["status"] == "stopped"
        assert "nextTry" not in answer.json()


async def test_a_code_to_type(api: Api, key: dict[str, str], shard: Shard) -> None:
    """The number is read as every number is."""
    answer = await api.http.post("/api/pair-code", json={"number": "+62 812-3456-789", "sessionId": "a"}, headers=key)
    assert answer.json() == {"success": True, "code": "ABCD-EFGH", "sessionId": "a", "expiresAt": IsInt()}
    assert shard.seen[-1].command.number == "628123456789"


async def test_the_status_tells_the_truth_about_the_host(api: Api, key: dict[str, str], shard: Shard) -> None:
    """A row that says `connected` does not when its host is gone."""
    await api.http.post("/api/sessions/default/start", headers=key)

    async def connected() -> bool:
        return (await api.http.get("/api/status", headers=key)).json()["connected"]

    await until(connected)
    told = (await api.http.get("/api/status", headers=key)).json()
    assert told == {
        "success": True,
        "sessionId": "default",
        "connected": True,
        "status": "connected",
        "number": "628111222333",
        "pushName": "Toko",
        "since": IsInt(),
    }
    (uid,) = shard.epochs
    await api.stores.sessions.release(uid, OWNER, shard.epochs[uid])
    gone = await api.stores.sessions.claim(uid, "anotherhost-0")
    assert gone is not None
    await api.stores.sessions.write_report(
        uid, "anotherhost-0", gone.epoch, SessionReport(SessionStatus.CONNECTED, since=1)
    )
    for path in ("/api/status", "/api/sessions"):
        answer = (await api.http.get(path, headers=key)).json()
        state = answer["sessions"][0] if "sessions" in answer else answer
        assert (state["connected"], state["status"], state["reason"]) == (False, "reconnecting", "host_lost")


async def test_deleting_a_session_removes_everything(api: Api, key: dict[str, str], shard: Shard) -> None:
    """Messages and inbox too; the name is free for another session; a second delete is 404."""
    message = (await api.send(key, sessionId="a")).json()["id"]
    (uid,) = shard.epochs
    answer = await api.http.delete("/api/sessions/a", headers=key)
    assert (answer.status_code, answer.json()) == (
        200,
        {"success": True, "message": "Session deleted successfully", "unlinked": True},
    )
    assert await api.stores.sessions.get(uid) is None
    assert (await api.http.get(f"/api/messages/{message}", headers=key)).status_code == 404
    assert (await api.http.delete("/api/sessions/a", headers=key)).json()["code"] == "SESSION_NOT_FOUND"
    assert (await api.send(key, sessionId="a")).status_code == 200
    assert shard.frames[-1][0] != uid


async def test_deleting_a_session_while_no_host_runs(api: Api, key: dict[str, str]) -> None:
    """202: it is gone for its owner at once, and a host removes the rest later."""
    await api.http.post("/api/sessions/a/start", headers=key)
    answer = await api.http.delete("/api/sessions/a", headers=key)
    assert (answer.status_code, answer.json()["success"], answer.json()["unlinked"]) == (202, True, False)
    assert "no session host answers" in answer.json()["message"]
    assert (await api.http.get("/api/sessions", headers=key)).json()["sessions"] == []


@pytest.mark.parametrize("stopped", [False, True])
async def test_what_whatsapp_could_not_be_told_is_said(
    api: Api, key: dict[str, str], shard: Shard, *, stopped: bool
) -> None:
    """202, `unlinked: false`, why, and what to do on the phone; a deleted session's name is free for another one."""
    await api.send(key, sessionId="sales")
    if stopped:
        await api.http.post("/api/sessions/sales/stop", headers=key)
    shard.not_unlinked = "temporary_ban"
    out = await api.http.post("/api/sessions/sales/logout", headers=key)
    assert (out.status_code, out.json()["unlinked"], out.json()["status"]) == (202, False, "logged_out")
    assert (out.json()["reason"], out.json()["connected"]) == ("unlink_pending", False)
    for words in ("banned", "tries again", "Linked devices"):
        assert words in out.json()["message"]
    state = (await api.http.get("/api/status?sessionId=sales", headers=key)).json()
    assert (state["status"], state["reason"]) == ("logged_out", "unlink_pending")
    gone = await api.http.delete("/api/sessions/sales", headers=key)
    assert (gone.status_code, gone.json()["unlinked"]) == (202, False)
    assert "Linked devices" in gone.json()["message"]
    assert (await api.http.get("/api/sessions", headers=key)).json()["sessions"] == []
    (old,) = shard.epochs
    assert (await api.http.get("/api/qr?sessionId=sales", headers=key)).status_code in {200, 503}
    (row,) = await api.stores.sessions.list_of((await api.stores.keys.all())[0].id)
    assert (row.name, row.unlink_since) == ("sales", None)
    assert row.uid != old


async def test_a_logout_without_a_host_is_done_when_there_is_one(api: Api, key: dict[str, str]) -> None:
    """202 within seconds; the row says what is wanted, of a stopped session too."""
    await api.http.get("/api/qr", headers=key)
    await api.http.post("/api/sessions/default/stop", headers=key)
    out = await api.http.post("/api/sessions/default/logout", headers=key)
    assert (out.status_code, out.json()["unlinked"]) == (202, False)
    (key_row,) = await api.stores.keys.all()
    (row,) = await api.stores.sessions.list_of(key_row.id)
    assert (row.desired, row.unlink_since) == ("running", IsInt(gt=0))


async def test_controls_may_be_repeated(api: Api, key: dict[str, str], shard: Shard) -> None:
    """start, stop, restart and logout answer the status each time."""
    await api.send(key)
    for action, status in [
        ("start", "connected"),
        ("restart", "connected"),
        ("stop", "stopped"),
        ("logout", "logged_out"),
    ]:
        for _ in range(2):
            answer = await api.http.post(f"/api/sessions/default/{action}", headers=key)
            assert (answer.status_code, answer.json()["status"]) == (200, status), answer.text
    assert {"restart", "logout", "reconsider"} <= {request.command.kind for request in shard.seen}


async def test_the_inbox_pages_newest_first_and_is_cleared(api: Api, key: dict[str, str]) -> None:
    """`next` leads to the end; another session's inbox is another one."""
    (owner,) = await api.stores.keys.all()
    session, _ = await api.stores.sessions.get_or_create(owner.id, "default", now=1)
    await api.stores.sessions.get_or_create(owner.id, "other", now=2)
    await api.stores.inbox.append([arrived(session.uid, number) for number in range(5)])
    page = (await api.http.get("/api/incoming-messages?limit=3", headers=key)).json()
    assert [message["message"] for message in page["messages"]] == ["t4", "t3", "t2"]
    assert page["messages"][0] == {
        "id": "M4",
        "from": "62",
        "fromLid": None,
        "fromMe": False,
        "chat": "62@s.whatsapp.net",
        "timestamp": 4,
        "message": "t4",
        "pushName": None,
        "type": "text",
    }
    rest = (await api.http.get(f"/api/incoming-messages?limit=3&before={page['next']}", headers=key)).json()
    assert ([message["id"] for message in rest["messages"]], rest["next"]) == (["M1", "M0"], None)
    other = await api.http.get("/api/incoming-messages?sessionId=other", headers=key)
    assert other.json()["messages"] == []
    assert (await api.http.post("/api/clear-messages", headers=key)).json()["success"] is True
    assert (await api.http.get("/api/incoming-messages", headers=key)).json()["messages"] == []


async def test_status_updates_are_listed_when_asked_for(api: Api, key: dict[str, str]) -> None:
    """Not among the messages, and alone with `status=true`; what else the query says is refused."""
    await api.http.post("/api/sessions/default/start", headers=key)
    keys = await api.stores.keys.all()
    session = await api.stores.sessions.named(keys[0].id, "default")
    assert session is not None
    status = replace(arrived(session.uid, 2), chat="status@broadcast")
    await api.stores.inbox.append([arrived(session.uid, 1), status])

    async def ids(query: str) -> list[str]:
        page = (await api.http.get(f"/api/incoming-messages{query}", headers=key)).json()
        return [message["id"] for message in page["messages"]]

    assert (await ids(""), await ids("?status=false"), await ids("?status=true")) == (["M1"], ["M1"], ["M2"])
    refused = await api.http.get("/api/incoming-messages?status=yes", headers=key)
    assert (refused.status_code, refused.json()["field"]) == (400, "status")


async def test_everything_shown_of_a_message_is_answered(api: Api, key: dict[str, str]) -> None:
    """As it was stored, what it does not have left out; the protobuf is not part of it."""
    await api.http.post("/api/sessions/default/start", headers=key)
    keys = await api.stores.keys.all()
    session = await api.stores.sessions.named(keys[0].id, "default")
    assert session is not None
    content = Shown(
        message="look",
        media=Media(mimetype="image/jpeg", file_name="a.jpg", view_once=True),
        quoted=Quoted.model_validate({"id": "3EB0", "from": "628", "message": "old"}),
        mentions=(Mention(number="628", lid="9@lid"),),
        edited=True,
    ).model_dump(mode="json")
    message = replace(arrived(session.uid, 1), from_lid="9@lid", content=content, raw=b"secret")
    await api.stores.inbox.append([message])
    (shown,) = (await api.http.get("/api/incoming-messages", headers=key)).json()["messages"]
    about = {
        "id": "M1", "from": "62", "fromLid": "9@lid", "fromMe": False, "chat": "62@s.whatsapp.net", "timestamp": 1,
        "pushName": None, "type": "text",
    }  # fmt: skip
    assert shown == content | about


async def test_a_number_is_checked(api: Api, key: dict[str, str], shard: Shard) -> None:
    """Whether it is there, and its address."""
    shard.not_on_whatsapp.add("628999999999")
    await api.http.post("/api/sessions/default/start", headers=key)
    there, missing = await asyncio.gather(
        *(api.http.get(f"/api/check-number/{number}", headers=key) for number in ("+628123456789", "628999999999"))
    )
    assert there.json() == {
        "success": True,
        "number": "628123456789",
        "exists": True,
        "jid": "628123456789@s.whatsapp.net",
        "lid": None,
        "checkedAt": 1_700_000_000_000,
    }
    assert missing.json()["exists"] is False
    fresh = await api.http.get("/api/check-number/628999999999?fresh=true", headers=key)
    assert fresh.json()["exists"] is True
    shard.checked_at = None
    assert "checkedAt" not in (await api.http.get("/api/check-number/628999999999", headers=key)).json()


@pytest.mark.usefixtures("shard")
async def test_ready_with_a_host_and_without(api: Api) -> None:
    """200 when everything is there."""
    told = (await api.http.get("/ready")).json()
    assert told == {"success": True, "status": "ready", "store": "ok", "bus": "ok", "hosts": "ok"}


async def test_not_ready_without_a_host(api: Api) -> None:
    """503 that names what is missing; the process itself is alive."""
    answer = await api.http.get("/ready")
    assert (answer.status_code, answer.json()["hosts"], answer.json()["store"]) == (503, "NO_HOST", "ok")
    assert (await api.http.get("/health")).status_code == 200


async def test_a_session_is_renamed(api: Api, key: dict[str, str], shard: Shard) -> None:
    """It answers to the new name only and is the same session; repeating it changes nothing."""
    await api.http.post("/api/sessions/sales/start", headers=key)
    (before,) = await api.stores.sessions.owned_by(OWNER)
    for name in ("sales", "support"):
        answer = await api.http.patch(f"/api/sessions/{name}", headers=key, json={"sessionId": "support"})
        assert (answer.status_code, answer.json()["sessionId"]) == (200, "support"), answer.text
        assert answer.json()["status"] == "connected"
    (after,) = await api.stores.sessions.owned_by(OWNER)
    assert (after.uid, after.epoch, after.name) == (before.uid, before.epoch, "support")
    gone = await api.http.patch("/api/sessions/sales", headers=key, json={"sessionId": "other"})
    assert gone.json()["code"] == "SESSION_NOT_FOUND"
    assert (await api.send(key, sessionId="support")).json()["sessionId"] == "support"
    assert [uid for uid, _, _ in shard.frames] == [before.uid]


async def test_a_name_that_is_taken_or_not_allowed(api: Api, key: dict[str, str], shard: Shard) -> None:
    """Says so, and changes nothing."""
    for name in ("sales", "support"):
        await api.http.post(f"/api/sessions/{name}/start", headers=key)
    taken = await api.http.patch("/api/sessions/sales", headers=key, json={"sessionId": "support"})
    assert (taken.status_code, taken.json()["code"]) == (409, "SESSION_NAME_TAKEN")
    bad = await api.http.patch("/api/sessions/sales", headers=key, json={"sessionId": "no spaces"})
    assert bad.json()["code"] == "BAD_SESSION_NAME"
    missing = await api.http.patch("/api/sessions/sales", headers=key, json={})
    assert (missing.json()["code"], missing.json()["field"]) == ("BAD_REQUEST", "sessionId")
    listed = (await api.http.get("/api/sessions", headers=key)).json()["sessions"]
    assert [session["sessionId"] for session in listed] == ["sales", "support"]
    assert shard.frames == []

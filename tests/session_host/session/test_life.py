"""A session against a WhatsApp, through each row of the control table."""

from pathlib import Path
from typing import Any

import pytest


async def test_a_phone_scans_and_the_session_sends_and_is_told_of_receipts(whatsapp: Any, host: Any) -> None:
    """Pairing by QR, a send with WhatsApp's id, a receipt with the same id."""
    number = await host.pair(whatsapp)
    report = await host.reported("one", "connected")
    assert report["number"] == number
    assert report["lid"]
    sink = await whatsapp.new_sink(receipts=True)
    sent = await host.do("one", "send", to=f"{sink}@s.whatsapp.net", text="hello", message_id="msg_1")
    frames = await whatsapp.frames(number)
    assert [frame["id"] for frame in frames] == [sent["wa_id"]]
    said = await host.hear(lambda said: said.get("event", {}).get("kind") == "receipt_received")
    assert said["event"]["message_ids"] == [sent["wa_id"]]
    assert said["event"]["state"] == "delivered"


async def test_a_phone_types_a_code(whatsapp: Any, host: Any) -> None:
    """Pairing by a code."""
    number = await whatsapp.new_phone()
    answer = await host.do("one", "pair_code", number=number, timeout=45)
    assert "code" in answer, answer
    await whatsapp.post(f"/phones/{number}/code", code=answer["code"])
    assert (await host.reported("one", "connected"))["number"] == number


async def test_numbers_are_checked(whatsapp: Any, host: Any) -> None:
    """One that is on WhatsApp with its addresses, one that is not."""
    await host.pair(whatsapp)
    sink = await whatsapp.new_sink()
    found = await host.do("one", "check_number", number=sink)
    assert found["exists"]
    assert found["jid"] == f"{sink}@s.whatsapp.net"
    assert (await host.do("one", "check_number", number="4915100000000"))["exists"] is False


async def test_messages_between_two_sessions_carry_number_and_lid(whatsapp: Any, host: Any) -> None:
    """What arrives is in the journal with both addresses of its sender, in seconds."""
    sender = await host.pair(whatsapp, "sender")
    receiver = await host.pair(whatsapp, "receiver")
    sent = await host.do("sender", "send", to=f"{receiver}@s.whatsapp.net", text="hello", message_id="msg_1")
    said = await host.hear(
        lambda said: (
            said["session"] == "receiver" and said["event"]["kind"] == "message_received" if "event" in said else False
        )
    )
    event = said["event"]
    assert (event["id"], event["content"]["message"], event["type"]) == (sent["wa_id"], "hello", "text")
    assert event["from_number"] == sender
    assert event["from_lid"]
    assert event["chat"] == f"{sender}@s.whatsapp.net"
    assert not event["from_me"]
    assert abs(event["timestamp"] - sent["timestamp"]) < 60


async def test_a_receipt_of_whom_was_looked_up_waits_for_nothing(whatsapp: Any, host: Any) -> None:
    """WhatsApp names a LID alone in it: whose number that is was in the answer to the question before the send."""
    await host.pair(whatsapp)
    sink = await whatsapp.new_sink(receipts=True)
    await host.do("one", "check_number", number=sink)
    await host.do("one", "send", to=f"{sink}@s.whatsapp.net", text="hello", message_id="msg_1")
    said = await host.hear(lambda said: said.get("event", {}).get("kind") == "receipt_received")
    assert (said["event"]["chat"], said["held"]) == (f"{sink}@s.whatsapp.net", False)


async def test_a_lost_connection_comes_back(whatsapp: Any, host: Any) -> None:
    """The library reconnects by itself, and the reports say so."""
    number = await host.pair(whatsapp)
    before = len(host.said)
    await whatsapp.fault("close", target=number)
    await host.reported("one", "reconnecting", "connection_lost", after=before)
    await host.reported("one", "connected", after=before)


@pytest.mark.parametrize(
    ("fault", "status", "reason"),
    [
        ({"kind": "replace"}, "failed", "replaced"),
        ({"kind": "unlink"}, "logged_out", "unlinked"),
    ],
)
async def test_what_ends_a_connection_for_good_is_said(
    whatsapp: Any, host: Any, fault: dict[str, Any], status: str, reason: str
) -> None:
    """The session rests and does not fight back."""
    number = await host.pair(whatsapp)
    await whatsapp.post("/faults", **fault, target=number)
    await host.reported("one", status, reason)


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        (401, "logged_out", "unlinked"),
        (403, "logged_out", "unlinked"),
        (405, "failed", "client_outdated"),
        (400, "failed", "connect_refused"),
        (409, "failed", "connect_refused"),
        (415, "failed", "connect_refused"),
    ],
)
async def test_a_refused_login_is_said(whatsapp: Any, host: Any, code: int, status: str, reason: str) -> None:
    """Each failure code at login has its state and reason."""
    number = await host.pair(whatsapp)
    await host.do("one", "stop")
    await whatsapp.fault("refuse", target=number, code=code, until_cleared=True)
    before = len(host.said)
    await host.do("one", "start", login=False)
    await host.reported("one", status, reason, after=before)


async def test_a_ban_ends_by_itself(whatsapp: Any, host: Any) -> None:
    """A temporary ban is reported with its end and tried again afterwards."""
    number = await host.pair(whatsapp)
    await host.do("one", "stop")
    await whatsapp.fault("ban", target=number, expire=8, count=1)  # seconds: it is asked for a code meanwhile
    before = len(host.said)
    await host.do("one", "start", login=False)
    report = await host.reported("one", "failed", "temporary_ban", after=before)
    assert report["until"] == report["next_try"]
    answer = await host.do("one", "login", timeout=9)
    assert (answer["error"], answer["reason"], answer["until"]) == ("WA_DISCONNECTED", "temporary_ban", report["until"])
    await host.reported("one", "connected", after=before)


async def test_pairing_that_breaks_is_said(whatsapp: Any, host: Any) -> None:
    """A phone whose answer is not authentic: no dead end."""
    number = await whatsapp.new_phone()
    answer = await host.do("one", "login", timeout=45)
    await whatsapp.http.post(f"/phones/{number}/scan", json={"qr": answer["qr"], "tamper": "hmac"})
    await host.reported("one", "failed", "pairing_failed")
    again = await host.do("one", "login", timeout=45)
    assert again["qr"]


async def test_codes_expire_and_can_be_asked_for_again(run_whatsapp: Any, run_host: Any, tmp_path: Path) -> None:
    """After the rounds a session waits, and another login begins anew."""
    async with (
        run_whatsapp("--qr-refs", "1") as whatsapp,
        run_host(whatsapp.addresses, tmp_path, settings={"qr_rounds": 1}) as host,
    ):
        answer = await host.do("one", "login", timeout=45)
        assert answer["qr"]
        await host.reported("one", "failed", "qr_expired", within=90)
        again = await host.do("one", "login", timeout=45)
        assert again["qr"]
        assert again["qr"] != answer["qr"]


async def test_a_server_that_closes_while_codes_are_shown(whatsapp: Any, host: Any) -> None:
    """It counts as a round; another follows by itself."""
    await whatsapp.fault("qr_close", count=1)
    await host.do("one", "begin_login")
    await host.reported("one", "reconnecting", "connection_lost")
    lost = host.reports("one").index(("reconnecting", "connection_lost"))
    await host.hear(lambda _: "qr_ready" in [status for status, _ in host.reports("one")[lost:]])
    number = await whatsapp.new_phone()
    answer = await host.do("one", "login", timeout=45)
    await whatsapp.post(f"/phones/{number}/scan", qr=answer["qr"])
    await host.reported("one", "connected")


async def test_logout_unlinks_and_forgets(whatsapp: Any, host: Any) -> None:
    """The phone has no device left, and a new code can be asked for."""
    number = await host.pair(whatsapp)
    assert (await host.do("one", "unlink"))["done"]
    await host.do("one", "log_out")
    await host.reported("one", "logged_out", "logged_out")
    assert (await whatsapp.get(f"/phones/{number}"))["devices"] == []
    assert (await host.do("one", "login", timeout=45))["qr"]


async def test_an_unpaired_session_burns_no_codes_at_a_restart(host: Any) -> None:
    """It waits until it is asked."""
    await host.do("one", "start", login=False)
    await host.reported("one", "logged_out", "not_paired")


async def test_a_paired_session_resumes(whatsapp: Any, run_host: Any, tmp_path: Path) -> None:
    """After a restart of the process no new code is needed."""
    async with run_host(whatsapp.addresses, tmp_path) as host:
        number = await host.pair(whatsapp)
    async with run_host(whatsapp.addresses, tmp_path) as host:
        await host.do("one", "start", login=False)
        assert (await host.reported("one", "connected"))["number"] == number


async def test_erase_leaves_nothing(whatsapp: Any, host: Any) -> None:
    """The folder of a deleted session is gone."""
    await host.pair(whatsapp)
    await host.do("one", "erase")
    assert not (host.folder / "one").exists()


@pytest.mark.parametrize("mode", ["refuse", "hang"])
async def test_unreachable_is_said_soon_and_heals_by_itself(whatsapp: Any, host: Any, mode: str) -> None:
    """A login is answered within the time that it has, and comes up when the network does."""
    await whatsapp.fault("unreachable", until_cleared=True, mode=mode)
    answer = await host.do("one", "login", timeout=9)
    assert answer["error"] == "WA_UNREACHABLE"
    assert (answer["connectionStatus"], answer["reason"]) == ("reconnecting", "wa_unreachable")
    assert answer["nextTry"]
    await whatsapp.clear_faults()
    await host.reported("one", "qr_ready")

"""The Python client against a gateway: what it repeats, what it raises, how it reads on."""

from __future__ import annotations

import inspect
import socket
import sys
from pathlib import Path

import httpx
import pytest
from standardwebhooks import WebhookVerificationError
from wagate_client import AsyncWagate, GatewayUnreachable, Retries, Wagate, WagateError, Webhook, errors
from wagate_client.calls import Call
from wagate_client.retrying import FOR_GOOD

from shared.ids import now_ms
from shared.webhooks.signing import headers_of
from tests.clients.bad_way import BadWay
from tests.examples.talking import Number

QUICKLY = Retries(longest_pause=2)


def key_of(number: Number) -> str:
    return number.settings["WAGATE_API_KEY"]


async def test_a_send_whose_answer_is_lost_is_one_message(number: Number, contact: str, bad_way: BadWay) -> None:
    """It is repeated under the same Idempotency-Key, and the answer is that of the first."""
    bad_way.faults = ["answer is lost", "502 of a proxy", "429"]
    async with AsyncWagate(bad_way.url, key_of(number), retries=QUICKLY) as wagate:
        sent = await wagate.session("sales").send_message(number=contact, message="Once, please")
    assert sent["status"] == "sent"
    assert len(bad_way.passed) == 4
    assert len({each.key for each in bad_way.passed}) == 1
    got = number.got(contact, lambda message: message["text"] == "Once, please")
    assert len(got) == 1


def test_a_post_that_may_have_been_done_is_not_repeated(number: Number, bad_way: BadWay) -> None:
    """A group could be made twice: the caller hears that no answer came, and decides."""
    bad_way.faults = ["answer is lost"]
    with Wagate(bad_way.url, key_of(number)) as wagate, pytest.raises(GatewayUnreachable) as raised:
        wagate.create_group(sessionId="sales", name="Team", participants=[])
    assert len(bad_way.passed) == 1
    assert (raised.value.status, raised.value.idempotency_key) == (0, None)


def test_reading_is_repeated_and_who_is_refused_waits_as_told(number: Number, bad_way: BadWay) -> None:
    """An answer that is lost is asked for again; POSTs, too, are repeated after 429, which did nothing."""
    with Wagate(bad_way.url, key_of(number), retries=QUICKLY) as wagate:
        bad_way.faults = ["answer is lost"]
        assert wagate.session("sales").get_session_status()["connected"] is True
        bad_way.faults = ["429"]
        assert wagate.clear_messages(sessionId="sales")["success"] is True
    assert [each.method for each in bad_way.passed] == ["GET", "GET", "POST", "POST"]


def test_who_has_to_wait_longer_than_it_wants_is_told_at_once(number: Number, bad_way: BadWay) -> None:
    """Retry-After of an hour: the error comes now, and says the hour and the fields of the answer."""
    bad_way.faults = ["wait an hour"]
    with Wagate(bad_way.url, key_of(number)) as wagate, pytest.raises(errors.TooManyRequests) as raised:
        wagate.list_sessions()
    assert (raised.value.retry_after, raised.value.request_id) == (3600, "req_1")
    assert raised.value.fields == {"more": 1}


async def test_attempts_are_bounded() -> None:
    """Nobody there: as many attempts as were chosen, then an error that holds the key to send under later."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and not listening: refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        async with AsyncWagate(url, "wa_x", retries=Retries(attempts=2, longest_pause=0.01)) as wagate:
            with pytest.raises(GatewayUnreachable) as raised:
                await wagate.send_message(number="628123456789", message="x", idempotency_key="order-1")
    assert raised.value.idempotency_key == "order-1"
    assert "wagate doctor" in raised.value.remedy


def test_who_never_gives_up_comes_back_soon() -> None:
    """After days without a gateway the pause is still the longest that was chosen."""
    pause = FOR_GOOD.pause(Call("GET", "/api/events"), 10_000, httpx.ConnectError("nobody"))
    assert pause is not None
    assert 1 <= pause <= FOR_GOOD.longest_pause


def test_errors_have_their_class_their_words_and_their_remedy(number: Number, contact: str) -> None:
    """WA_DISCONNECTED of a session that nobody logged in, with the fields of the answer."""
    with Wagate(number.gateway.url, key_of(number)) as wagate, pytest.raises(errors.WaDisconnected) as raised:
        wagate.session("nobody").send_message(number=contact, message="x")
    error = raised.value
    assert isinstance(error, WagateError)
    assert (error.code, error.status) == ("WA_DISCONNECTED", 503)
    assert error.words
    assert error.remedy == type(error).remedy != WagateError.remedy
    assert "connectionStatus" in error.fields


async def test_pages_are_read_to_the_end(number: Number, contact: str) -> None:
    """Each message of the inbox once, newest first, however few a page has."""
    texts = [f"Page {place}" for place in range(5)]
    for text in texts:
        number.control(f"/contacts/{contact}/send", to=number.digits, text=text)
    async with AsyncWagate(number.gateway.url, key_of(number)) as wagate:
        sales = wagate.session("sales")
        async for event in sales.follow_events(types="message.received"):
            if event["data"]["message"] == texts[-1]:
                break
        seen = [each.get("message") async for each in sales.iterate_incoming_messages(limit=2)]
    assert [text for text in seen if text in texts] == texts[::-1]


async def test_events_go_on_behind_the_cursor(number: Number, contact: str, bad_way: BadWay) -> None:
    """Whoever starts anew with the last cursor misses nothing and gets nothing twice; lost answers do no harm."""
    for text in ("first", "second"):
        number.control(f"/contacts/{contact}/send", to=number.digits, text=text)
    cursor = None
    async with AsyncWagate(bad_way.url, key_of(number)) as wagate:
        async for event in wagate.follow_events(types="message.received", session="sales"):
            cursor = event["cursor"]
            if event["data"]["message"] == "first":
                break
        bad_way.faults = ["answer is lost", "502 of a proxy"]
        async for event in wagate.follow_events(cursor, "message.received", session="sales"):
            assert event["data"]["message"] == "second"
            break
    assert bad_way.faults == []


async def test_events_that_are_gone_are_told_as_such(number: Number) -> None:
    """Following ends with an error that cannot heal by waiting: here a cursor that is none of this key's."""
    async with AsyncWagate(number.gateway.url, key_of(number)) as wagate:
        with pytest.raises(errors.CursorInvalid):
            await anext(wagate.follow_events("A" * 28))


def test_a_file_is_uploaded_sent_and_read_again(number: Number, contact: str, tmp_path: Path) -> None:
    """In the form that works at AWS, too: said first, brought then; its bytes come back as they were."""
    picture = tmp_path / "dot.gif"
    picture.write_bytes(
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
    )
    with Wagate(number.gateway.url, key_of(number)) as wagate:
        file = wagate.upload_file(picture, mimetype="image/gif")["file"]
        assert (file["originalName"], file["size"]) == ("dot.gif", picture.stat().st_size)
        assert wagate.get_media(file["id"]) == picture.read_bytes()
        sent = wagate.session("sales").send_document(number=contact, mediaId=file["id"], fileName="dot.gif")
        assert sent["status"] == "sent"


def test_names_in_addresses_cannot_leave_their_place(number: Number) -> None:
    """A slash in a name is part of the name, not of the address."""
    with Wagate(number.gateway.url, key_of(number)) as wagate, pytest.raises(errors.NotFound):
        wagate.get_message("../sessions")


def test_a_redirection_does_not_carry_the_key_away(number: Number) -> None:
    """It goes in Authorization, which is left out of what is asked of another host (files in S3)."""
    with Wagate(number.gateway.url, "wa_secret") as wagate:
        seen = []
        wagate._http.event_hooks = {"request": [lambda request: seen.append(dict(request.headers))]}
        with pytest.raises(errors.KeyInvalid):
            wagate.list_sessions()
    assert [name for name, value in seen[0].items() if "wa_secret" in value] == ["authorization"]


def test_webhooks_are_verified() -> None:
    """What the gateway signs is an event; anything else is refused."""
    secret = "whsec_" + "dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0"
    body = b'{"id": "evt_1", "type": "message.received", "data": {}}'
    headers = {name.title(): value for name, value in headers_of("evt_1", body, [secret], now_ms()).items()}
    assert Webhook(secret).verify(body, headers)["type"] == "message.received"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", headers)


def test_both_clients_have_the_same_methods() -> None:
    """Asynchronous or not, they are called with the same."""

    def methods(client: type) -> dict[str, str]:
        found = inspect.getmembers(client, callable)
        return {name: str(inspect.signature(each).parameters) for name, each in found if not name.startswith("_")}

    asynchronous, synchronous = methods(AsyncWagate), methods(Wagate)
    assert asynchronous.keys() - {"aclose"} == synchronous.keys() - {"close"}
    assert len(synchronous) > 150
    for name in synchronous.keys() & asynchronous.keys():
        assert synchronous[name] == asynchronous[name]


def test_the_package_needs_what_it_says() -> None:
    """Nothing of the gateway: httpx and standardwebhooks."""
    folder = Path(inspect.getfile(Wagate)).parent
    lines = [line for path in folder.rglob("*.py") for line in path.read_text("utf-8").splitlines()]
    imported = {line.split()[1].partition(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported - sys.stdlib_module_names == {"httpx", "standardwebhooks", "wagate_client"}

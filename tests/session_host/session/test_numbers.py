"""Numbers as WhatsApp has them: a whole session host against the sandbox."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.commands.contacts import CheckNumber, NumberReply
from shared.contracts.commands.pairing import Login, PairCode
from shared.errors import NumberNotOnWhatsApp, RateLimited, WagateError
from shared.jids import Jid
from shared.messages.model import MessageState
from shared.refusals import REFUSALS
from tests.session_host.gateway_host import GatewayHost, eventually, gateway_host


@pytest.fixture
def whatsapp(own_whatsapp: Any) -> Any:
    """Of its own: numbers as countries have them."""
    return own_whatsapp


@pytest.fixture
async def gateway(whatsapp: Any, nats_url: str, tmp_path: Path) -> AsyncIterator[GatewayHost]:
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with gateway_host(nats_url, tmp_path, environment) as running:
        yield running


async def check(gateway: GatewayHost, uid: str, number: str, *, fresh: bool = False) -> Any:
    return await gateway.ask(uid, CheckNumber(number=number, fresh=fresh))


async def test_messages_go_to_the_number_that_whatsapp_has(whatsapp: Any, gateway: GatewayHost) -> None:
    """Brazil with the ninth digit, Mexico with 521, Argentina without 9: check, frame and row have the right one."""
    session, number = await gateway.pair(whatsapp)
    typed_as = {"5511987654321": "551187654321", "5215512345678": "525512345678", "541123456789": "5491123456789"}
    await whatsapp.post("/sinks", numbers=list(typed_as.values()))
    for typed, own in typed_as.items():
        await whatsapp.post("/aliases", alias=typed, number=own)
        found = await check(gateway, session.uid, typed)
        lid = (await whatsapp.get(f"/sinks/{own}"))["lid"]
        assert (found.exists, found.jid, found.lid) == (True, f"{own}@s.whatsapp.net", f"{lid}@lid")
        command = await gateway.accept(session.uid, typed, "hello")
        assert (await gateway.ask(session.uid, command)).state in {"sent", "delivered"}
        row = await gateway.stores.messages.get(command.message_id)
        assert row
        assert Jid.parse(row.to).number == own
    assert [frame["to"] for frame in await whatsapp.frames(number)] == list(typed_as.values())


async def test_a_chat_is_the_same_from_both_sides(whatsapp: Any, gateway: GatewayHost) -> None:
    """Whoever is written to under another number answers in the chat that the message's row names."""
    session, number = await gateway.pair(whatsapp)
    other = await gateway.new_session("other")
    code = await gateway.ask(other.uid, Login())
    await whatsapp.post("/phones", number="551187654321")
    await whatsapp.post("/phones/551187654321/scan", qr=code.qr)
    await gateway.status(other.uid, "connected")
    await whatsapp.post("/aliases", alias="5511987654321", number="551187654321")
    command = await gateway.accept(session.uid, "5511987654321", "hello")
    await gateway.ask(session.uid, command)
    assert (await gateway.send(other.uid, number, "hello back")).wa_id

    async def arrived() -> Any:
        return (await gateway.stores.inbox.newest(session.uid, limit=1)).messages

    (answer,) = await eventually(arrived)
    row = await gateway.stores.messages.get(command.message_id)
    assert row
    assert answer.chat == row.to


async def test_checks_that_hang_delay_no_send(whatsapp: Any, gateway: GatewayHost) -> None:
    """116 of one session, to which WhatsApp says nothing: others send to new numbers, it sends to known ones."""
    (busy, number), (other, _) = await gateway.pair(whatsapp, "busy"), await gateway.pair(whatsapp, "other")
    known, new = await whatsapp.new_sink(), await whatsapp.new_sink()
    assert (await gateway.send(busy.uid, known, "hello")).wa_id
    fault = await whatsapp.fault("ignore_lookups", target=number)
    checks = [asyncio.create_task(check(gateway, busy.uid, f"6281{place:08}")) for place in range(116)]

    async def some_hang() -> bool:
        return (await whatsapp.get("/faults"))["faults"][0]["struck"] >= 4

    try:
        await eventually(some_hang)
        async with asyncio.timeout(4):
            assert (await gateway.send(other.uid, new, "hello")).wa_id
            assert (await gateway.send(busy.uid, known, "hello")).wa_id
        assert (await whatsapp.get("/faults"))["faults"][0]["struck"] <= 8
    finally:
        for each in checks:
            each.cancel()
        results = await asyncio.gather(*checks, return_exceptions=True)
        await whatsapp.http.delete(f"/faults/{fault['id']}")
    assert not [result for result in results if isinstance(result, NumberReply)]


async def test_refused_checks_say_so_and_stop_no_chat(whatsapp: Any, gateway: GatewayHost) -> None:
    """A rate limit is no lost session: it has a code and a time; it is not asked again before, and old chats go on."""
    session, number = await gateway.pair(whatsapp)
    met, new = await whatsapp.new_sink(), await whatsapp.new_sink()
    assert (await gateway.send(session.uid, met, "hello")).wa_id
    held = await gateway.status(session.uid, "connected")
    await gateway.kill_shard(0, signal.SIGKILL)  # what it remembered is lost
    await gateway.status(session.uid, "connected", epoch=held.epoch + 1)
    await whatsapp.fault("refuse_lookups", target=number)
    for _ in range(2):
        with pytest.raises(RateLimited) as refused:
            await check(gateway, session.uid, new)
        assert refused.value.retry_after == pytest.approx(60, abs=10)
    with pytest.raises(RateLimited):
        await gateway.send(session.uid, new, "hello")
    assert (await gateway.send(session.uid, new, "hello", queue=True)).state == "queued"
    assert (await gateway.send(session.uid, met, "hello")).wa_id
    assert (await whatsapp.get("/faults"))["faults"][0]["struck"] == 1


async def test_a_refused_message_says_why(whatsapp: Any, gateway: GatewayHost) -> None:
    """WhatsApp's number for it, what it means, and what to do, in the answer and in the row."""
    session, number = await gateway.pair(whatsapp)
    sink = await whatsapp.new_sink()
    for code in (463, 429, 479, 420):
        fault = await whatsapp.fault("reject_messages", target=number, code=code)
        command = await gateway.accept(session.uid, sink, "hello")
        with pytest.raises(REFUSALS[code].error) as refused:
            await gateway.ask(session.uid, command)
        assert refused.value.details["waCode"] == code
        assert refused.value.retry_after == REFUSALS[code].retry_after
        row = await gateway.stores.messages.get(command.message_id)
        assert row
        assert row.failure
        assert (row.state, row.failure.message) == (MessageState.FAILED, refused.value.message)
        await whatsapp.http.delete(f"/faults/{fault['id']}")
    assert (await gateway.send(session.uid, sink, "hello")).wa_id


async def test_a_remembered_no_has_a_date_and_can_be_asked_anew(whatsapp: Any, gateway: GatewayHost) -> None:
    """Somebody installs WhatsApp a moment after he was looked up."""
    session, _ = await gateway.pair(whatsapp)
    first = await check(gateway, session.uid, "628777777777")
    assert (first.exists, first.jid) == (False, None)
    assert first.checked_at
    await whatsapp.post("/sinks", numbers=["628777777777"])
    assert (await check(gateway, session.uid, "628777777777")).checked_at == first.checked_at
    with pytest.raises(NumberNotOnWhatsApp) as refused:
        await gateway.send(session.uid, "628777777777", "hello")
    assert refused.value.details["checkedAt"] == first.checked_at
    fresh = await check(gateway, session.uid, "628777777777", fresh=True)
    assert (fresh.exists, fresh.checked_at > first.checked_at) == (True, True)
    assert (await gateway.send(session.uid, "628777777777", "hello")).wa_id


async def test_a_pairing_code_for_nobody_says_so(gateway: GatewayHost) -> None:
    """A typing error in one's own number: no words of the protocol."""
    session = await gateway.new_session()
    with pytest.raises(WagateError) as refused:
        await gateway.ask(session.uid, PairCode(number="628777777778"))
    assert refused.value.code == "NUMBER_NOT_ON_WHATSAPP"
    assert "628777777778" in refused.value.message
    assert "item-not-found" not in refused.value.message

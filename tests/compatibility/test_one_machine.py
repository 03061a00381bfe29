"""A gateway on one machine that is stopped, and started again by another version."""

import uuid
from pathlib import Path

import pytest

from benchmarks.gateway import Gateway, running
from tests.chaos.program import with_code
from tests.compatibility.earlier import ROOT, ran
from tests.session_host.gateway_host import eventually

pytestmark = pytest.mark.timeout(300)
"""A gateway is started three times, by code that is compiled first."""

_SESSION, _NUMBER, _CONTACT = "sales", "628111111111", "628222222222"


async def test_one_machine_is_upgraded_and_taken_back(earlier: Path, tmp_path: Path) -> None:
    """On one data folder: no phone scans again, a repeated request sends nothing, inbox and pairing go on."""
    data, sends, key = tmp_path / "data", dict[str, str](), ""
    for place, code in enumerate((earlier, ROOT, earlier)):
        async with running(data, environment=with_code(code)) as gateway:
            if place == 0:
                await gateway.log_in(_SESSION, _NUMBER)
                await gateway.control_post("/contacts", number=_CONTACT)
                key = gateway.key
            gateway.key = key
            await gateway.until_connected(_SESSION)
            for idempotency_key, message_id in sends.items():
                assert await send(gateway, idempotency_key) == message_id
            idempotency_key = str(uuid.uuid4())
            sends[idempotency_key] = await send(gateway, idempotency_key)
            await gateway.control_post(f"/contacts/{_CONTACT}/send", to=_NUMBER, text=f"before {place + 1}")
            assert len(await gateway.until_shown(_SESSION, place + 1)) == place + 1
            if place == 2:

                async def received(gateway: Gateway = gateway) -> bool:
                    async with gateway.http.get(f"{gateway.control}/contacts/{_CONTACT}/messages") as answer:
                        return [each["text"] for each in (await answer.json())["messages"]] == list(sends)

                await eventually(received)
    assert ran(earlier, "session_host/shard")
    assert ran(earlier, "cli/main")


async def send(gateway: Gateway, idempotency_key: str) -> str:
    """The id of a message whose text is its Idempotency-Key."""
    message = {"sessionId": _SESSION, "number": _CONTACT, "message": idempotency_key}
    headers = {"Idempotency-Key": idempotency_key}
    return str((await gateway.call("POST", "/api/send-message", headers=headers, json=message))["id"])

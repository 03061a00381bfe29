"""Buttons as neonize sends them: what the server finds wrong with them, and how the real one refuses them."""

import httpx
import pytest

BUTTONS = {"buttonsMessage": {"contentText": "Tea?", "headerType": 1, "buttons": [{"buttonID": "y", "type": 1}]}}


@pytest.fixture
async def two(new_number):
    """Make two contacts in a sandbox."""

    async def make(control):
        numbers = new_number(), new_number()
        for number in numbers:
            answer = await control.post("/contacts", json={"number": number})
            assert answer.status_code == 201, answer.text
        return numbers

    return make


async def test_a_second_biz_is_an_error_in_the_journal(control, two):
    """It is passed on all the same, and found by asking for frames with errors; a text beside it is not."""
    one, other = await two(control)
    for said in ({"message": BUTTONS}, {"text": "hello"}):
        answer = await control.post(f"/contacts/{one}/send", json={"to": other, **said})
        assert answer.status_code == 200, answer.text
    (frame,) = (await control.get("/frames", params={"from": one, "errors": ""})).json()["frames"]
    assert frame["errors"] == ["<biz> is there 2 times"]
    assert frame["tags"].count("biz") == 2
    assert frame["delivered"]
    assert (await control.get("/frames", params={"from": one, "count": ""})).json()["count"] == 2


async def test_a_strict_server_refuses_them(run_sandbox, two):
    """With --strict-interactive the sender is told 405, nothing is delivered, and texts go through."""
    with run_sandbox("--strict-interactive") as addresses:
        async with httpx.AsyncClient(base_url=addresses.control, timeout=60) as control:
            one, other = await two(control)
            refused = await control.post(f"/contacts/{one}/send", json={"to": other, "message": BUTTONS})
            assert refused.status_code == 409
            assert "405" in refused.json()["error"]
            answer = await control.post(f"/contacts/{one}/send", json={"to": other, "text": "hello"})
            assert answer.status_code == 200
            frames = (await control.get("/frames", params={"from": one})).json()["frames"]
            assert [frame["delivered"] for frame in frames] == [False, True]

"""Whose profile picture is where, asked of the sandbox by the real library."""

import pytest

from benchmarks.gateway import Gateway
from tests.shared_gateway import fresh_number

NUMBER, OTHER = fresh_number(), fresh_number()


async def picture(gateway: Gateway, number: str = OTHER) -> dict[str, object]:
    """What the route answers, beside `success`."""
    answer = await gateway.call("GET", f"/api/profile-picture/{number}")
    assert answer.pop("success") is True
    return answer


async def test_a_picture_is_where_whatsapp_has_it(gateway: Gateway):
    """None, one, another one, a hidden one; a session that is not connected says so."""
    await gateway.log_in("default", NUMBER)
    await gateway.control_post("/phones", number=OTHER)
    assert await picture(gateway) == {"url": None, "hidden": False}
    for shown in ("1766", "1767"):
        async with gateway.http.put(f"{gateway.control}/phones/{OTHER}/picture", json={"id": shown}) as done:
            assert done.status == 200
        found = await picture(gateway)
        assert (found["id"], found["hidden"], shown in str(found["url"])) == (shown, False, True)
    async with gateway.http.put(f"{gateway.control}/phones/{OTHER}/picture", json={"id": "1767", "hidden": True}):
        assert await picture(gateway) == {"url": None, "hidden": True}
    with pytest.raises(RuntimeError, match="NUMBER_INVALID"):
        await picture(gateway, "nobody")
    await gateway.call("POST", "/api/sessions/default/stop")
    with pytest.raises(RuntimeError, match="WA_DISCONNECTED"):
        await picture(gateway)

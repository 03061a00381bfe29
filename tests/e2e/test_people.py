"""Profiles, contacts, blocking and privacy: from HTTP over the sandbox to what others see, and the other way."""

import asyncio
import base64
import io
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from PIL import Image

from benchmarks.gateway import Gateway
from tests.shared_gateway import fresh_number

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]
NUMBER, OTHER, NOBODY = fresh_number(), fresh_number(), "628999999961"
_WITHIN = 60.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(module_gateway: Gateway) -> Gateway:
    """The session `default` of NUMBER, and the contact OTHER with a real client."""
    await module_gateway.log_in("default", NUMBER)
    await module_gateway.control_post("/contacts", number=OTHER, name="Ibu Ani")
    return module_gateway


async def control(gateway: Gateway, path: str) -> dict[str, Any]:
    """What the sandbox says."""
    async with gateway.http.get(gateway.control + path) as answer:
        return await answer.json()


async def refused(gateway: Gateway, method: str, path: str, **request: Any) -> tuple[int, dict[str, Any]]:
    """The status and body of an answer that is an error."""
    headers = {"X-API-Key": request.pop("key", gateway.key)}
    async with gateway.http.request(method, gateway.url + path, headers=headers, **request) as answer:
        return answer.status, await answer.json()


async def eventually(look: Callable[[], Awaitable[Any]]) -> Any:
    """What `look` finds once it finds something."""
    async with asyncio.timeout(_WITHIN):
        while not (found := await look()):
            await asyncio.sleep(0.05)
        return found


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    made = io.BytesIO()
    Image.new("RGBA", (width, height), (200, 30, 30, 128)).save(made, kind)
    return made.getvalue()


async def seen(gateway: Gateway) -> dict[str, Any]:
    """How the session's number looks to the contact's client."""
    return await control(gateway, f"/contacts/{OTHER}/people/{NUMBER}")


@pytest.mark.covers("POST /api/update-profile-status", "GET /api/contacts/{number}", client="neonize")
async def test_what_one_says_is_read_by_the_other(gateway: Gateway):
    """About, both ways; what is too long, or holds a NUL, is refused before WhatsApp is asked."""
    await gateway.call("POST", "/api/update-profile-status", json={"status": "open until six"})
    assert (await seen(gateway))["about"] == "open until six"
    await gateway.control_post(f"/phones/{OTHER}/profile", about="at the sea")
    shown = await gateway.call("GET", f"/api/contacts/{OTHER}")
    assert (shown["exists"], shown["number"], shown["about"], shown["isBusiness"]) == (True, OTHER, "at the sea", False)
    by_lid = await gateway.call("GET", f"/api/contacts/{shown['lid']}")
    assert (by_lid["number"], by_lid["about"], by_lid["exists"]) == (OTHER, "at the sea", True)
    await gateway.control_post(f"/phones/{OTHER}/privacy", status="none", profile="none")
    hidden = await gateway.call("GET", f"/api/contacts/{OTHER}")
    assert (hidden["about"], hidden["pictureUrl"], hidden["pictureHidden"]) == (None, None, True)
    await gateway.control_post(f"/phones/{OTHER}/privacy", status="all", profile="all")
    nobody = await gateway.call("GET", f"/api/contacts/{NOBODY}")
    assert (nobody["exists"], nobody["number"], nobody["lid"]) == (False, None, None)
    for wrong in ("x" * 140, "a\0b", 7):
        status, body = await refused(gateway, "POST", "/api/update-profile-status", json={"status": wrong})
        assert (status, body["code"], body["field"]) == (400, "BAD_REQUEST", "status")


@pytest.mark.covers("GET /api/business-profile/{number}", client="neonize")
async def test_a_business_says_its_name(gateway: Gateway):
    """Its verified name; a person is none."""
    status, body = await refused(gateway, "GET", f"/api/business-profile/{OTHER}")
    assert (status, body["code"]) == (404, "NOT_A_BUSINESS")
    business = {"name": "Toko Ani", "address": "Jl. Melati 5"}
    async with gateway.http.post(f"{gateway.control}/phones/{OTHER}/profile", json={"business": business}) as done:
        assert done.status == 200
    profile = (await gateway.call("GET", f"/api/business-profile/{OTHER}"))["profile"]
    assert (profile["isBusiness"], profile["verifiedName"], profile["number"]) == (True, "Toko Ani", OTHER)
    assert (await gateway.call("GET", f"/api/contacts/{OTHER}"))["verifiedName"] == "Toko Ani"
    async with gateway.http.post(f"{gateway.control}/phones/{OTHER}/profile", json={"business": None}):
        pass


@pytest.mark.covers("POST /api/update-profile-picture", "GET /api/profile-picture/{number}", client="neonize")
async def test_a_picture_becomes_a_small_square_that_others_see(gateway: Gateway):
    """As a file, in base64, as a data URL; what is no picture, or a path of the server's, is refused."""
    form = aiohttp.FormData()
    form.add_field("file", picture(900, 700), filename="me.png")
    shown = [await gateway.call("POST", "/api/update-profile-picture", data=form)]
    inside = base64.b64encode(picture(50, 90, "WEBP")).decode()
    for body in ({"imageBase64": inside}, {"base64": f"data:image/webp;base64,{inside}"}):
        shown.append(await gateway.call("POST", "/api/update-profile-picture", json=body))
        assert (await seen(gateway))["pictureId"] == shown[-1]["id"]
    assert len({answer["id"] for answer in shown}) == 3
    held = (await control(gateway, f"/phones/{NUMBER}/profile"))["picture"]
    assert held["size"] < 20_000
    own = await gateway.call("GET", f"/api/profile-picture/{NUMBER}")
    assert (own["id"], own["url"]) == (held["id"], held["url"])

    path = {"imagePath": "/etc/passwd"}
    status, body = await refused(gateway, "POST", "/api/update-profile-picture", json=path)
    assert (status, body["field"], "imageBase64" in body["error"]) == (400, "imagePath", True)
    text = {"imageBase64": base64.b64encode(b"no picture at all").decode()}
    status, body = await refused(gateway, "POST", "/api/update-profile-picture", json=text)
    assert (status, body["code"]) in {(422, "MEDIA_UNREADABLE"), (422, "MEDIA_TYPE_UNSUPPORTED")}
    assert (await refused(gateway, "POST", "/api/update-profile-picture", json={}))[0] == 400
    status, body = await refused(gateway, "DELETE", "/api/profile-picture")
    assert (status, body["code"]) == (501, "NOT_SUPPORTED")


@pytest.mark.covers("POST /api/block-user", "POST /api/unblock-user", "GET /api/block-list", client="neonize")
async def test_a_blocked_one_is_heard_no_more(gateway: Gateway):
    """The list names them by number and LID; what they write does not come, until they are unblocked."""
    lid = (await control(gateway, f"/phones/{OTHER}"))["lid"] + "@lid"
    await gateway.call("POST", "/api/block-user", json={"number": OTHER})
    assert (await gateway.call("GET", "/api/block-list"))["blocked"] == [{"number": OTHER, "lid": lid}]
    assert (await control(gateway, f"/phones/{NUMBER}/profile"))["blocked"] == [OTHER]
    await gateway.control_post(f"/contacts/{OTHER}/send", to=NUMBER, text="do you hear me?")
    assert (await seen(gateway))["hidden"]
    await gateway.call("POST", "/api/unblock-user", json={"number": lid})
    assert (await gateway.call("GET", "/api/block-list"))["blocked"] == []
    await gateway.control_post(f"/contacts/{OTHER}/send", to=NUMBER, text="and now?")

    said = {"do you hear me?", "and now?"}

    async def heard() -> set[str]:
        return {message["message"] for message in await gateway.inbox("default")} & said

    assert await eventually(heard) == {"and now?"}
    for wrong in ("120363000000000001@g.us", "nobody"):
        status, body = await refused(gateway, "POST", "/api/block-user", json={"number": wrong})
        assert (status, body["code"]) == (422, "NUMBER_INVALID")
    status, body = await refused(gateway, "POST", "/api/block-user", json={"number": NOBODY})
    assert (status, body["code"]) == (422, "NUMBER_NOT_ON_WHATSAPP")


@pytest.mark.covers("GET /api/privacy", "PATCH /api/privacy", "POST /api/update-default-timer", client="neonize")
async def test_privacy_is_read_and_set(gateway: Gateway):
    """Each setting by WhatsApp's word for it, and what is not said stays; the other side is hidden the picture."""
    before = await gateway.call("GET", "/api/privacy")
    assert (before["lastSeen"], before["profilePicture"], before["readReceipts"]) == ("all", "all", "all")
    after = await gateway.call("PATCH", "/api/privacy", json={"profilePicture": "none", "online": "match_last_seen"})
    assert (after["profilePicture"], after["online"], after["lastSeen"]) == ("none", "match_last_seen", "all")
    held = (await control(gateway, f"/phones/{NUMBER}/profile"))["privacy"]
    assert (held["profile"], held["online"], held["last"]) == ("none", "match_last_seen", "all")
    assert (await seen(gateway))["hidden"]
    await gateway.call("PATCH", "/api/privacy", json={"profilePicture": "all", "online": "all"})
    for wrong in ({}, {"online": "none"}, {"lastSeen": "contacts_except"}):
        assert (await refused(gateway, "PATCH", "/api/privacy", json=wrong))[0] == 400

    await gateway.call("POST", "/api/update-default-timer", json={"seconds": 604800})
    assert (await control(gateway, f"/phones/{NUMBER}/profile"))["timer"] == 604_800
    assert (await refused(gateway, "POST", "/api/update-default-timer", json={"seconds": 5}))[0] == 400
    audience = {"audience": "blacklist", "audienceList": [OTHER]}
    async with gateway.http.post(f"{gateway.control}/phones/{NUMBER}/privacy", json=audience):
        pass
    posts = (await gateway.call("GET", "/api/privacy"))["statusPosts"]
    assert (posts["who"], [person["number"] for person in posts["people"]]) == ("contacts_except", [OTHER])


@pytest.mark.covers(
    "GET /api/contact-link", "POST /api/contact-link/renew", "GET /api/contact-link/resolve", client="neonize"
)
async def test_a_link_leads_to_its_owner(gateway: Gateway):
    """It stays the same; a renewed one leads there, the last one to nobody."""
    first = await gateway.call("GET", "/api/contact-link")
    assert first["link"] == "https://wa.me/qr/" + first["code"]
    found = await gateway.call("GET", "/api/contact-link/resolve", params={"code": first["link"]})
    assert found["person"]["number"] == NUMBER
    second = await gateway.call("POST", "/api/contact-link/renew", json={})
    assert second["code"] != first["code"]
    query = {"params": {"code": first["code"]}}
    status, body = await refused(gateway, "GET", "/api/contact-link/resolve", **query)
    assert (status, body["code"]) == (404, "CONTACT_LINK_INVALID")
    assert (await refused(gateway, "GET", "/api/contact-link/resolve", params={"code": "../x"}))[0] == 400


@pytest.mark.covers("POST /api/check-numbers", "GET /api/contacts", client="neonize")
async def test_many_numbers_are_checked_at_once(gateway: Gateway):
    """Three hundred of them, in the order of asking, each with what it is; later ones of them are remembered."""
    there = await gateway.sinks(250)
    asked = [*there, NOBODY, "+" + OTHER, "not a number", "120363000000000001@g.us"]
    results = (await gateway.call("POST", "/api/check-numbers", json={"numbers": asked}))["results"]
    assert [result["asked"] for result in results] == asked
    assert [result["exists"] for result in results] == [True] * 250 + [False, True, False, False]
    assert all(result["lid"].endswith("@lid") for result in results[:250])
    assert [result["number"] for result in results[-3:]] == [OTHER, None, None]
    assert all("error" in result for result in results[-2:])
    assert (await gateway.call("GET", f"/api/check-number/{there[7]}"))["checkedAt"] == results[7]["checkedAt"]
    for wrong in ([], ["628"] * 501, "628"):
        assert (await refused(gateway, "POST", "/api/check-numbers", json={"numbers": wrong}))[0] == 400

    somebody = fresh_number()
    await gateway.control_post("/contacts", number=somebody, name="Ibu Ani")
    await gateway.control_post(f"/contacts/{somebody}/send", to=NUMBER, text="it is me")

    async def known() -> list[dict[str, Any]]:
        contacts = (await gateway.call("GET", "/api/contacts"))["contacts"]
        return [contact for contact in contacts if contact["number"] == somebody and contact["name"]]

    [contact] = await eventually(known)
    assert (contact["name"], contact["names"]["push"]) == ("Ibu Ani", "Ibu Ani")
    page = await gateway.call("GET", "/api/contacts", params={"limit": "1", "after": ""})
    assert len(page["contacts"]) == 1
    assert (await refused(gateway, "GET", "/api/contacts", params={"limit": "0"}))[0] == 400


_ROUTES = [
    ("GET", "/api/contacts", None),
    ("GET", f"/api/contacts/{OTHER}", None),
    ("GET", f"/api/business-profile/{OTHER}", None),
    ("GET", "/api/block-list", None),
    ("POST", "/api/block-user", {"number": OTHER}),
    ("POST", "/api/unblock-user", {"number": OTHER}),
    ("POST", "/api/check-numbers", {"numbers": [OTHER]}),
    ("POST", "/api/update-profile-status", {"status": "stolen"}),
    ("POST", "/api/update-profile-name", {"name": "stolen"}),
    ("GET", "/api/privacy", None),
    ("PATCH", "/api/privacy", {"lastSeen": "none"}),
    ("POST", "/api/update-default-timer", {"seconds": 86400}),
    ("GET", "/api/contact-link", None),
    ("POST", "/api/contact-link/renew", {}),
    ("GET", "/api/contact-link/resolve?code=ABC", None),
    ("POST", "/api/get-presence", {"number": OTHER}),
    ("POST", "/api/set-presence", {"type": "available"}),
    ("POST", "/api/send-typing", {"number": OTHER}),
    ("POST", "/api/send-recording", {"number": OTHER}),
]


async def test_another_key_reaches_nothing(gateway: Gateway):
    """For every route: its own session of the same name is not there, and the first key's says nothing else after."""
    before = await control(gateway, f"/phones/{NUMBER}/profile")
    other = await gateway.make_key("another")
    for method, path, body in _ROUTES:
        status, told = await refused(gateway, method, path, key=other, **({} if body is None else {"json": body}))
        assert (status, told["code"]) == (404, "SESSION_NOT_FOUND"), (method, path, told)
        assert OTHER not in str(told)
    form = aiohttp.FormData()
    form.add_field("file", picture(20, 20), filename="me.png")
    status, told = await refused(gateway, "POST", "/api/update-profile-picture", key=other, data=form)
    assert (status, told["code"]) == (404, "SESSION_NOT_FOUND")
    assert await control(gateway, f"/phones/{NUMBER}/profile") == before

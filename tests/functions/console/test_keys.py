"""Keys and hosts in the console, for whoever runs the gateway."""

from __future__ import annotations

import json
import re

from functions.console.pages.keys import SCOPES
from functions.guards import Scope
from tests.functions.conftest import ADMIN
from tests.functions.console.conftest import Browser
from tests.functions.console.test_attacks import PAYLOADS, Elements

SECRET = re.compile(r"wa_[A-Za-z0-9_-]{40,}")


async def test_a_key_is_made_shown_once_and_opens_its_sessions(browser: Browser) -> None:
    """Who logs in with the admin key begins here; afterwards the new key's sessions are there too."""
    assert (await browser.log_in_as_admin()).headers["Location"] == "/console/keys"
    made = await browser.send("/console/make-key", "/console/keys", name="shop", scope=["*", "sessions:read"], days="7")
    (secret, *_) = set(SECRET.findall(made.text))
    assert made.headers["Cache-Control"] == "no-store"
    told = (await browser.api.http.get("/api/sessions", headers={"X-API-Key": secret})).json()
    assert told["sessions"] == []
    assert (await browser.api.http.post("/api/sessions/x/start", headers={"X-API-Key": secret})).status_code == 403
    page = await browser.get("/console/keys")
    assert secret not in page.text
    assert "shop" in page.text
    assert (await browser.get("/console/sessions")).status_code == 200


async def only_key(browser: Browser) -> str:
    """The address of the one key that there is."""
    (key_id,) = set(re.findall(r"/console/keys/(key_\w+)", (await browser.get("/console/keys")).text))
    return f"/console/keys/{key_id}"


async def test_a_key_is_revoked_by_typing_its_name(browser: Browser) -> None:
    """Anything else revokes nothing."""
    await browser.log_in_as_admin()
    place = await only_key(browser)
    assert (await browser.send(f"{place}/revoke", place, typed="other")).status_code == 400
    headers = {"X-API-Key": browser.key}
    assert (await browser.api.http.get("/api/sessions", headers=headers)).status_code == 200
    await browser.send(f"{place}/revoke", place, typed="test")
    assert (await browser.api.http.get("/api/sessions", headers=headers)).status_code == 403
    assert "Revoked" in (await browser.get(place)).text


async def test_a_key_gets_another_secret_and_the_one_before_works_on(browser: Browser) -> None:
    """The new one is shown once; for how long the old one works stands on the page."""
    await browser.log_in_as_admin()
    place = await only_key(browser)
    made = await browser.send(f"{place}/rotate", place, overlap="3600")
    (secret, *_) = set(SECRET.findall(made.text))
    assert secret != browser.key
    for key in (secret, browser.key):
        assert (await browser.api.http.get("/api/sessions", headers={"X-API-Key": key})).status_code == 200
    page = await browser.get(place)
    assert "Old secrets work until" in page.text
    assert secret not in page.text
    assert (await browser.send(f"{place}/rotate", place, overlap="12")).status_code == 400
    await browser.send(f"{place}/rotate", place, overlap="0")
    for key in (secret, browser.key):
        assert (await browser.api.http.get("/api/sessions", headers={"X-API-Key": key})).status_code == 403


async def test_a_key_is_limited(browser: Browser) -> None:
    """To sessions, addresses and chats, a line each; empty fields limit nothing again."""
    await browser.log_in_as_admin()
    place = await only_key(browser)
    limits = {"sessions": "sales\r\nsupport", "addresses": "127.0.0.0/8", "chats": "628123456789", "max": "2"}
    assert (await browser.send(f"{place}/limits", place, **limits)).status_code == 200
    headers = {"X-API-Key": browser.key}
    told = (await browser.api.http.get("/api/key", headers=headers)).json()["apiKey"]
    assert (told["sessions"], told["addresses"], told["maxSessions"]) == (["sales", "support"], ["127.0.0.0/8"], 2)
    assert "628123456789" in (await browser.get(place)).text
    wrong = await browser.send(f"{place}/limits", place, addresses="nowhere")
    assert wrong.status_code == 400
    assert (await browser.send(f"{place}/limits", place)).status_code == 200
    told = (await browser.api.http.get("/api/key", headers=headers)).json()["apiKey"]
    assert (told["sessions"], told["chats"], told["maxSessions"]) == ([], [], None)


async def test_no_name_of_a_key_becomes_a_part_of_the_page(browser: Browser) -> None:
    """Thirty payloads; those that a name may have."""
    await browser.log_in_as_admin()

    async def elements(name: str) -> list[tuple[str, tuple[str, ...]]] | None:
        key = await browser.api.http.post(
            "/api/admin/apikeys/generate", json={"name": name}, headers={"X-Admin-Key": ADMIN}
        )
        if key.status_code != 200:
            return None
        return Elements((await browser.get(f"/console/keys/{key.json()['id']}")).text).found

    plain = await elements("plain")
    shown = [found for payload in PAYLOADS if (found := await elements(payload)) is not None]
    assert len(shown) > 25
    assert all(found == plain for found in shown)


async def test_an_api_key_opens_no_page_of_the_admin(browser: Browser) -> None:
    """Neither to look nor to press."""
    await browser.log_in()
    for path in ("/console/keys", "/console/hosts", "/console/audit"):
        answer = await browser.get(path)
        assert answer.status_code == 401
        assert "ADMIN_KEY_MISSING" in answer.text
        assert path not in (await browser.get("/console/sessions")).text
    for path in ("/console/make-key", "/console/keys/x/revoke", "/console/keys/x/rotate", "/console/hosts/x/drain"):
        assert (await browser.send(path, name="x")).status_code == 401


def test_every_scope_can_be_given_in_words() -> None:
    """One that is added is in the form, too."""
    assert set(SCOPES) == {scope.value for scope in Scope}


async def test_the_audit_log_says_who_changed_what(browser: Browser) -> None:
    """By the console as by the API; of one key, and as a file."""
    await browser.log_in_as_admin()
    place = await only_key(browser)
    await browser.send(f"{place}/rotate", place, overlap="0")
    await browser.send(f"{place}/revoke", place, typed="other")
    await browser.api.new_key()
    page = (await browser.get("/console/audit")).text
    assert "console.rotate" in page
    assert "generate_key" in page
    assert "BAD_REQUEST" in page
    of_one = (await browser.get(f"/console/audit?key={place.rpartition('/')[2]}")).text
    assert "console.rotate" in of_one
    assert "generate_key" not in of_one
    file = await browser.get("/console/audit/export")
    lines = [json.loads(line) for line in file.text.splitlines()]
    assert {"console.rotate", "generate_key"} <= {line["action"] for line in lines}
    assert "attachment" in file.headers["Content-Disposition"]
    assert (await browser.get("/console/audit?before=%3Cb%3E&key=%22")).status_code == 200

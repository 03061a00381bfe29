"""Keys and hosts in the console, for whoever runs the gateway."""

from __future__ import annotations

import re

from functions.console.pages.keys import SCOPES
from functions.guards import Scope
from tests.functions.console.conftest import Browser

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


async def test_a_key_is_revoked_by_typing_its_name(browser: Browser) -> None:
    """Anything else revokes nothing."""
    await browser.log_in_as_admin()
    (key_id,) = set(re.findall(r"/console/keys/(key_\w+)/revoke", (await browser.get("/console/keys")).text))
    address = f"/console/keys/{key_id}/revoke"
    assert (await browser.send(address, "/console/keys", typed="other")).status_code == 400
    headers = {"X-API-Key": browser.key}
    assert (await browser.api.http.get("/api/sessions", headers=headers)).status_code == 200
    await browser.send(address, "/console/keys", typed="test")
    assert (await browser.api.http.get("/api/sessions", headers=headers)).status_code == 403


async def test_an_api_key_opens_no_page_of_the_admin(browser: Browser) -> None:
    """Neither to look nor to press."""
    await browser.log_in()
    for path in ("/console/keys", "/console/hosts"):
        answer = await browser.get(path)
        assert answer.status_code == 401
        assert "ADMIN_KEY_MISSING" in answer.text
        assert path not in (await browser.get("/console/sessions")).text
    for path in ("/console/make-key", "/console/keys/x/revoke", "/console/hosts/x/drain"):
        assert (await browser.send(path, name="x")).status_code == 401


def test_every_scope_can_be_given_in_words() -> None:
    """One that is added is in the form, too."""
    assert set(SCOPES) == {scope.value for scope in Scope}

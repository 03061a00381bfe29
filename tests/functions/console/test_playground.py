"""The playground: every route is there, its code runs, and what is sent from it passes as whoever is logged in."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import shutil
import sys
from asyncio.subprocess import PIPE, STDOUT
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from functions.console.front.forms import Fields
from functions.console.playground.calls import call_of
from functions.console.playground.code import code_of
from functions.console.playground.operations import operations
from functions.http.bodies import validate
from functions.reference.openapi import documented
from shared.errors import BadRequest
from tests.functions.conftest import ADMIN
from tests.functions.console.conftest import Browser
from tests.functions.console.test_attacks import PAYLOADS, Elements

CODE = re.compile(r'<code id="code-\d">(.*?)</code>', re.DOTALL)
_MADE = io.BytesIO()
Image.new("RGB", (64, 64), "green").save(_MADE, "PNG")
PNG = _MADE.getvalue()
RUN = {
    "curl": ("sh", "code.sh"),
    "Python": (sys.executable, "code.py"),
    "JavaScript": ("node", "code.mjs"),
    "PHP": ("php", "code.php"),
}


def test_every_route_is_there() -> None:
    """As many as the API has; each with its method and path."""
    found = {(each.method, each.path) for each in operations().values()}
    assert found == {(method, path) for path, method, _, _ in documented()}


def test_what_a_body_begins_with_is_one_that_its_route_takes() -> None:
    """But where a schema cannot say which of several fields there have to be."""
    bodies = {(method, path): told.body for path, method, _, told in documented() if told.body is not None}
    wrong: list[str] = []
    for each in operations().values():
        if each.body is not None:
            try:
                validate(bodies[each.method, each.path], json.loads(json.dumps(each.body)))
            except BadRequest as error:
                wrong.append(f"{each.method} {each.path}: {error.message}")
    assert wrong == []


@pytest.mark.parametrize("language", RUN)
async def test_the_code_runs(browser: Browser, tmp_path: Path, language: str) -> None:
    """In each language, with quotes, letters of others and a query; the key comes from the environment."""
    program, name = RUN[language]
    needed = "curl" if language == "curl" else program
    if shutil.which(needed) is None:
        pytest.skip(f"{needed} is not installed")
    origin, file = str(browser.api.http.base_url).rstrip("/"), tmp_path / name
    wanted = {
        "url": "https://93.184.216.34/it's/\\/$HOME/%20",
        "events": ["message.*"],
        "more": ["\u00e9\u2713\n", None],
    }
    made = Fields([("body", json.dumps(wanted))])
    for operation, form in (("create_webhook", made), ("list_sessions", Fields([("query-limit", "1")]))):
        file.write_text(code_of(call_of(operations()[operation], form), origin)[language])
        ran = await asyncio.create_subprocess_exec(
            program, str(file), env={**os.environ, "WAGATE_API_KEY": browser.key}, stdout=PIPE, stderr=STDOUT
        )
        said, _ = await asyncio.wait_for(ran.communicate(), 60)
        assert b'"success":true' in said, said.decode()
    hooks = (await browser.api.http.get("/api/webhooks", headers={"X-API-Key": browser.key})).json()
    assert [each["url"] for each in hooks["webhooks"]] == [wanted["url"]]


async def test_a_route_is_prefilled_and_shows_its_code(browser: Browser) -> None:
    """With a session of the key; no key is on the page."""
    await browser.log_in()
    await browser.send("/console/new-session", name="sales")
    page = (await browser.get("/console/playground/send_message")).text
    body = re.search(r'<textarea name="body"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert body is not None
    assert json.loads(unescape(body[1])) == {
        "sessionId": "sales",
        "number": "628123456789",
        "message": "Hello from wagate",
    }
    assert len(CODE.findall(page)) == 4
    assert browser.key not in page
    here = re.findall(r'href="([^"]+)" aria-current="page"', page)
    assert here == ["/console/playground", "/console/playground/send_message"]
    found = (await browser.get("/console/playground?q=webhooks+post", **{"HX-Request": "true"})).text
    assert "create_webhook" in found
    assert "send_message" not in found


async def test_the_code_follows_the_fields(browser: Browser) -> None:
    """What somebody writes into them is in the code, quoted."""
    await browser.log_in()
    place = "/console/playground/send_message"
    told = await browser.send(f"{place}/code", place, body='{"number": "1", "message": "it\'s <b>me</b>"}')
    assert told.status_code == 200
    assert "it&#39;&#34;&#39;&#34;&#39;s &lt;b&gt;me" in told.text
    wrong = await browser.send(f"{place}/code", place, body="{")
    assert wrong.status_code == 400
    assert "The body is no JSON" in wrong.text


async def test_a_call_is_made_as_whoever_is_logged_in(browser: Browser) -> None:
    """Its answer is shown, an error too; it sees the key's own sessions, and no other one's."""
    await browser.log_in()
    await browser.send("/console/new-session", name="mine")
    place = "/console/playground/list_sessions"
    answer = (await browser.send(f"{place}/send", place)).text
    assert "mine" in answer
    assert 'badge good">200' in answer
    browser.key = (await browser.api.new_key())["X-API-Key"]
    await browser.log_in()
    assert "mine" not in (await browser.send(f"{place}/send", place)).text
    place = "/console/playground/get_message"
    none = (await browser.send(f"{place}/send", place, **{"path-message_id": "msg_x"})).text
    assert "MESSAGE_NOT_FOUND" in none
    assert 'badge bad">404' in none


async def test_scopes_and_revoking_count_as_always(browser: Browser) -> None:
    """A key that may only read sends nothing; one that was revoked in between is logged out."""
    created = await browser.api.http.post(
        "/api/admin/apikeys/generate", json={"name": "reads", "scopes": ["sessions:read"]}, headers=ADMIN_HEADERS
    )
    made = created.json()
    await browser.log_in(made["apiKey"])
    place = "/console/playground/send_message"
    sent = await browser.send(f"{place}/send", place, body='{"number": "628123456789", "message": "x"}')
    assert "SCOPE_MISSING" in sent.text
    await browser.api.http.post(f"/api/admin/apikeys/{made['id']}/revoke", headers=ADMIN_HEADERS)
    token = await token_of(browser, place)
    out = await browser.http.post(f"{place}/send", data={"_token": token})
    assert out.status_code == 303


ADMIN_HEADERS = {"X-Admin-Key": ADMIN}


async def token_of(browser: Browser, place: str) -> str:
    """Of a page that may be gone: empty then."""
    found = re.search(r'name="_token" value="([^"]+)"', (await browser.get(place)).text)
    return found[1] if found else ""


async def test_admin_routes_are_for_who_has_the_admin_key(browser: Browser) -> None:
    """Without it they are not listed, and a form that is sent by hand is refused."""
    await browser.log_in()
    listed = (await browser.get("/console/playground")).text
    assert "/api/admin" not in listed
    place = "/console/playground/list_keys"
    assert "ADMIN_KEY_MISSING" in (await browser.send(f"{place}/send", place)).text
    await browser.log_in_as_admin()
    assert "list_keys" in (await browser.get("/console/playground")).text
    assert 'badge good">200' in (await browser.send(f"{place}/send", place)).text


async def test_nobody_asks_without_a_token_or_from_elsewhere(browser: Browser) -> None:
    """CSRF: with the cookie alone nothing is sent; and nobody who is not logged in sees a page."""
    assert (await browser.get("/console/playground")).status_code == 303
    await browser.log_in()
    refused = await browser.http.post("/console/playground/list_sessions/send", data={"_token": "x"})
    assert refused.status_code == 403
    assert "FORM_NOT_OURS" in refused.text


async def test_what_comes_over_the_network_cannot_pass_as_somebody(browser: Browser) -> None:
    """Neither the cookie nor a header opens the API itself."""
    await browser.log_in()
    for headers in ({}, {"wagate_lent": "1"}, {"X-Console-Token": "1"}):
        assert (await browser.get("/api/sessions", **headers)).status_code == 401


async def test_no_answer_becomes_a_part_of_the_page(browser: Browser) -> None:
    """Thirty payloads in a body, in a word of the path and in an answer."""
    await browser.log_in()
    place = "/console/playground/create_webhook"
    token = await token_of(browser, place)

    async def elements(words: str) -> list[list[tuple[str, tuple[str, ...]]]]:
        body = json.dumps({"url": words, words: [words]})
        found: list[Any] = []
        for path, data in (
            (f"{place}/code", {"body": body}),
            (f"{place}/send", {"body": body}),
            ("/console/playground/get_message/code", {"path-message_id": words}),
        ):
            answer: httpx.Response = await browser.http.post(path, data={"_token": token, **data})
            assert answer.status_code == 200, answer.text
            found.append(Elements(answer.text).found)
        return found

    plain = await elements("plain")
    for payload in PAYLOADS:
        assert await elements(payload) == plain, payload


async def test_an_answer_without_end_is_cut(browser: Browser) -> None:
    """Its beginning is shown, after some seconds, and the stream is given back."""
    await browser.log_in()
    (streams,) = [each.id for each in operations().values() if each.path == "/api/events/stream"]
    place = f"/console/playground/{streams}"
    answer = await browser.send(f"{place}/send", place)
    assert 'badge good">200' in answer.text
    assert "only the beginning is shown" in answer.text


async def brought(browser: Browser, operation: str, files: list[tuple[str, bytes]], **fields: str) -> str:
    """The answer to a form with files, as a browser sends it."""
    place = f"/console/playground/{operation}"
    names = "/".join(name for name, _ in files)
    return (
        await browser.http.post(
            f"{place}/send",
            data={"file-names": names, **fields},
            files=[("file", (name, content, "image/png")) for name, content in files] or [("file", ("", b""))],
            headers={"X-Console-Token": await token_of(browser, place)},
        )
    ).text


async def test_a_file_goes_with_the_call(browser: Browser) -> None:
    """As it comes from the browser, with the fields of the body beside it; each route that takes one says so."""
    await browser.log_in()
    uploaded = unescape(await brought(browser, "upload_file", [("a picture.png", PNG)], body='{"size": 1}'))
    assert 'badge good">200' in uploaded
    assert '"originalName": "a picture.png"' in uploaded
    assert f'"size": {len(PNG)}' in uploaded
    promised = (await browser.send("/console/playground/upload_file/send", body=json.dumps({"size": len(PNG)}))).text
    ticket = re.search(r"/api/upload/([\w.-]+)", unescape(promised))
    assert ticket is not None
    assert 'badge good">200' in await brought(browser, "bring_file", [("p.png", PNG)], **{"path-ticket": ticket[1]})
    assert "Choose a file." in await brought(browser, "bring_file", [], **{"path-ticket": ticket[1]})
    body = json.dumps({"number": "628123456789", "caption": 'it\'s "me"', "imageUrl": "https://example.com/file"})
    sent = unescape(await brought(browser, "send_image", [("p.png", PNG)], body=body))
    assert "NO_HOST" in sent, "the file and its caption are taken, and no address beside it"
    taken = {each.id for each in operations().values() if each.takes_file}
    assert {"send_album", "post_status_update", "update_profile_picture", "post_group_picture"} <= taken


async def test_a_file_without_a_token_is_not_read(browser: Browser) -> None:
    """CSRF: it is in a header, which is looked at before anything is read."""
    await browser.log_in()
    sent = await browser.http.post(
        "/console/playground/upload_file/send", files={"file": ("p.png", PNG)}, headers={"X-Console-Token": "x"}
    )
    assert (sent.status_code, "FORM_NOT_OURS" in sent.text) == (403, True)


@pytest.mark.parametrize("language", RUN)
async def test_the_code_sends_a_file(browser: Browser, tmp_path: Path, language: str) -> None:
    """With names that a shell, curl or a form could take for something else; two of them in one form, too."""
    program, name = RUN[language]
    if shutil.which("curl" if language == "curl" else program) is None:
        pytest.skip(f"{program} is not installed")
    origin = str(browser.api.http.base_url).rstrip("/")
    names = ("it's; a=picture, 1.png", "plain.png")
    for each in names:
        (tmp_path / each).write_bytes(PNG)
    promised = await browser.api.http.post("/api/upload", json={"size": len(PNG)}, headers={"X-API-Key": browser.key})
    ticket = promised.json()["upload"]["url"].rpartition("/")[2]
    album = json.dumps({"number": "628123456789", "items": [{"caption": "@1"}, {"caption": "<2>"}]})
    calls = (
        ("upload_file", [("file-names", names[0])], b'"success":true'),
        ("bring_file", [("file-names", names[1]), ("path-ticket", ticket)], b'"success":true'),
        ("send_album", [("file-names", "/".join(names)), ("body", album)], b"NO_HOST"),
    )
    for operation, form, wanted in calls:
        (tmp_path / name).write_text(code_of(call_of(operations()[operation], Fields(form)), origin)[language])
        ran = await asyncio.create_subprocess_exec(
            program,
            name,
            cwd=tmp_path,
            env={**os.environ, "WAGATE_API_KEY": browser.key},
            stdout=PIPE,
            stderr=STDOUT,
        )
        said, _ = await asyncio.wait_for(ran.communicate(), 60)
        assert wanted in said, said.decode()

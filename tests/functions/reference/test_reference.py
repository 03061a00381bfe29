from __future__ import annotations

import re
from pathlib import Path

import orjson
import pytest
import structlog

from functions.app import create_app
from functions.families import FAMILIES
from functions.reference.errors_page import page
from functions.reference.openapi import document, documented
from functions.routes_page import updated
from functions.settings import ApiSettings
from shared.contracts.subjects import session_commands
from shared.errors import CATALOGUE
from tests.functions.conftest import Api
from tests.functions.shard import Shard

DOCS = Path(__file__).parents[3] / "docs"
NOT_FOR_PROGRAMS = {"/schema", "/docs", "/docs/{path}", "/docs/api", "/docs/api/{name}"}


def test_the_page_of_errors_is_current() -> None:
    """Run `python -m functions.reference.errors_page docs/errors.md` when this fails."""
    assert (DOCS / "errors.md").read_text(encoding="utf-8") == page()
    assert all(f"`{code}`" in page() for code in CATALOGUE)


def test_routes_are_described_as_they_are_declared() -> None:
    """Run `make generated` when this fails."""
    page = (DOCS / "http-api.md").read_text(encoding="utf-8")
    assert updated(page) == page


def test_every_route_is_documented() -> None:
    """A heading for each in docs/http-api.md, and no heading for a route that is not there."""
    headings = set(re.findall(r"^### ([A-Z]+ \S+)$", (DOCS / "http-api.md").read_text(encoding="utf-8"), re.MULTILINE))
    routes = {f"{method} {path}" for path, method, _, _ in documented()}
    assert headings == routes


async def test_every_route_describes_itself() -> None:
    """Nothing but the pages for people is left out of the OpenAPI document; all of it has words."""
    app = create_app(ApiSettings())
    for family in FAMILIES:
        await app.take(family)
    described = {path for path, _, _, _ in documented()}
    served = {re.sub(r"\{(\w+):\w+\}", r"{\1}", route.path_format) for route in app.routes}
    pages = {path for path in served if path == "/" or path.startswith("/console")}
    assert served - described - pages == NOT_FOR_PROGRAMS
    assert all(handler.fn.__doc__ for _, _, handler, _ in documented())


def test_bounds_are_said_in_the_words_of_json_schema() -> None:
    """Pydantic's own words there (`ge`) say nothing to whoever reads the document: see `shared.whole.WHOLE`."""
    unread = re.findall(rb'"(?:ge|gt|le|lt|min_length|max_length|multiple_of)":', orjson.dumps(document("0")))
    assert unread == []


@pytest.mark.parametrize("field", sorted(ApiSettings.model_fields))
def test_every_setting_is_documented(field: str) -> None:
    """A row in docs/settings.md with its default."""
    row = next(
        (
            line
            for line in (DOCS / "settings.md").read_text(encoding="utf-8").splitlines()
            if line.startswith(f"| `{field}` ")
        ),
        None,
    )
    assert row is not None
    default = ApiSettings.model_fields[field].default
    if isinstance(default, str | int | float) and default:
        text = f"{default:g}" if isinstance(default, float) else str(default)
        assert f"`{text}`" in row


def test_the_openapi_document_holds_together() -> None:
    """Version 3.1, every reference leads somewhere, every answer and every code is named."""
    whole = document("1")
    assert whole["openapi"].startswith("3.1")
    text = str(whole)
    names = set(re.findall(r"#/components/schemas/(\w+)", text))
    assert names <= set(whole["components"]["schemas"])
    send = whole["paths"]["/api/send-message"]["post"]
    assert set(send["responses"]) >= {"200", "202", "400", "401", "403", "409", "413", "415", "422", "503", "504"}
    body = whole["components"]["schemas"]["SendTextBody"]
    assert set(body["required"]) == {"number", "message"}
    assert {"sessionId", "expiresIn"} <= set(body["properties"])
    sent = whole["components"]["schemas"]["SentAnswer"]
    assert {"messageId", "sessionId"} <= set(sent["properties"])


def test_every_route_has_a_name_of_its_own() -> None:
    """Methods of the clients are called so: two of one name would be one method."""
    names = [handler.handler_name for _, _, handler, _ in documented()]
    assert sorted(names) == sorted(set(names))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)


async def test_an_unexpected_failure_is_told_without_its_insides(api: Api, key: dict[str, str], shard: Shard) -> None:
    """500 INTERNAL; the traceback goes to the log, once, with the request's id and without the key."""
    await api.send(key)
    (uid,) = shard.epochs
    await shard.drop(uid)

    async def nonsense(_: bytes) -> bytes:
        return b"\xff nonsense"

    answering = await shard.bus.serve(session_commands(uid), nonsense)
    with structlog.testing.capture_logs() as logged:
        answer = await api.http.get("/api/check-number/628123456789", headers=key)
    await answering.stop()
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL")
    assert "nonsense" not in answer.text
    (entry,) = logged
    assert entry["request_id"] == answer.json()["requestId"]
    assert key["X-API-Key"] not in str(entry)


def test_log_levels_are_spelt_as_session_hosts_spell_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both read WAGATE_LOG_LEVEL."""
    monkeypatch.setenv("WAGATE_LOG_LEVEL", "info")
    assert ApiSettings().log_level == "info"
    monkeypatch.setenv("WAGATE_LOG_LEVEL", "loud")
    with pytest.raises(ValueError, match="log_level"):
        ApiSettings()


def test_schemas_are_called_as_they_are_in_the_clients() -> None:
    """Two of one name would have the modules' names before theirs, in the clients too: give one another name."""
    assert [name for name in document("0")["components"]["schemas"] if "__" in name or "-" in name] == []

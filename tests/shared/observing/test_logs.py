"""Log lines say what is needed and nothing about people or keys."""

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from shared.ids import new_api_key, new_message_id, new_session_uid
from shared.observing.logs import configure_logging, masked


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    yield
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()


def logged(capsys: pytest.CaptureFixture[str], **fields: object) -> dict[str, object]:
    configure_logging("api", json=True)
    structlog.get_logger().info(str(fields.pop("text", "something")), **fields)
    captured = capsys.readouterr()
    assert captured.out == ""
    return json.loads(captured.err)


def test_a_line_names_its_service_level_and_request(capsys: pytest.CaptureFixture[str]) -> None:
    """On stderr; stdout belongs to a program's answers."""
    structlog.contextvars.bind_contextvars(request_id="req_1")
    line = logged(capsys, attempt=3)
    assert {name: line[name] for name in ("event", "level", "service", "request_id", "attempt")} == {
        "event": "something",
        "level": "info",
        "service": "api",
        "request_id": "req_1",
        "attempt": 3,
    }
    assert str(line["timestamp"]).endswith("Z")


def test_a_log_that_cannot_be_written_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk of the logs is full: lines are dropped, whoever wrote them goes on."""
    with Path("/dev/full").open("w", buffering=1) as full:
        monkeypatch.setattr(sys, "stderr", full)
        configure_logging("api", json=True)
        for _ in range(10):
            structlog.get_logger().error("x" * 10_000)
        monkeypatch.undo()
        with contextlib.suppress(OSError):
            full.close()


@pytest.mark.parametrize("name", ["api_key", "apiKey", "X-API-Key", "admin_key", "nats_token", "Authorization", "qr"])
def test_what_is_named_a_secret_is_not_written(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """Wherever in the event it is."""
    line = logged(capsys, headers={name: "hidden"}, **{name: "hidden"})
    assert "hidden" not in json.dumps(line)


def test_an_api_key_in_a_text_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    """Such as a URL somebody put it into."""
    key = new_api_key()
    assert key not in json.dumps(logged(capsys, text=f"GET /?x={key}", url=[f"/{key}"]))


@pytest.mark.parametrize(
    "text",
    ["628123456789", "+628123456789", "628123456789@s.whatsapp.net", "628123456789:12@s.whatsapp.net"],
)
def test_a_number_is_masked_the_same_way_each_time(capsys: pytest.CaptureFixture[str], text: str) -> None:
    """In any field and in the middle of a text; lines about one person still belong together."""
    line = logged(capsys, text=f"sent to {text}", to=text, many=[{"deep": text}])
    written = json.dumps(line)
    assert "8123456789" not in written
    if ":" not in text:
        assert written.count(masked("628123456789")) == 3


def test_the_gateways_own_ids_stay_readable(capsys: pytest.CaptureFixture[str]) -> None:
    """They are what a line is searched by; times stay too."""
    uid, message_id = new_session_uid(), new_message_id()
    line = logged(capsys, uid=uid, message_id=message_id, at=1_700_000_000_123)
    assert (line["uid"], line["message_id"], line["at"]) == (uid, message_id, 1_700_000_000_123)


def test_an_exception_is_written_without_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    """Its traceback is one field of the line."""
    configure_logging("shard", json=True)
    try:
        raise ValueError("no answer from 628123456789@s.whatsapp.net")  # noqa: TRY301 - the log is what is tested
    except ValueError:
        structlog.get_logger().exception("send_failed")
    line = json.loads(capsys.readouterr().err)
    assert "ValueError: no answer from <number " in line["exception"]
    assert "628123456789" not in line["exception"]


def test_lower_levels_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """Below the level asked for."""
    configure_logging("api", json=False, level="warning")
    structlog.get_logger().info("quiet")
    structlog.get_logger().warning("loud")
    captured = capsys.readouterr().err
    assert "quiet" not in captured
    assert "loud" in captured

"""Logs: one event per line on stderr, with its service and request, without secrets and without anybody's number."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Literal, TextIO, cast

import orjson
import structlog

from shared.observing import traces as tracing

_SECRET = re.compile(
    r"api[_-]?key|admin[_-]?key|token|secret|password|authorization|cookie|credential|private", re.IGNORECASE
)
_QR = re.compile(r"^qr(_?code)?$|pair(ing)?_?code", re.IGNORECASE)
_API_KEY = re.compile(r"wa_[A-Za-z0-9_-]{20,}")
_QR_TEXT = re.compile(r"2@[A-Za-z0-9+/=,@_-]{40,}")
_ADDRESS = re.compile(r"(?<![\w-])\+?[0-9]{7,20}(?:[.:][0-9]+)*@(?:s\.whatsapp\.net|c\.us|lid|g\.us)")
_NUMBER = re.compile(r"(?<![\w.+-])\+?[1-9][0-9]{9,14}(?![\w.-])")

_KEPT = frozenset({"event", "level", "timestamp", "service", "request_id", "trace_id"})


def configure_logging(service: str, *, json: bool | Literal["auto"] = "auto", level: str = "INFO") -> None:
    """Set up structlog for this process. Called once, by a composition root.

    Args:
        service: which program speaks; a field of every line.
        json: one JSON object per line, or lines for people; `auto` is lines for people when stderr is a terminal.
        level: the least level that is written, by its name.
    """
    as_json = not sys.stderr.isatty() if json == "auto" else json
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _name_trace,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _name_service(service),
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.JSONRenderer(serializer=_json) if as_json else structlog.dev.ConsoleRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", _Unfailing(sys.stderr))),
        cache_logger_on_first_use=False,
    )


class _Unfailing:
    """What structlog needs of a stream, and never fails: a disk full of logs must not end a process with work to do."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._stream.flush()


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take secrets, QR codes and people's numbers out of an event, however deep they are in it."""
    for name, value in event.items():
        if name not in _KEPT or name == "event":
            event[name] = _redacted(name, value)
    return event


def masked(number: str) -> str:
    """A stand-in that is the same for the same number: lines about one person can be found together."""
    return f"<number {hashlib.sha256(number.lstrip('+').encode()).hexdigest()[:10]}>"


def _redacted(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever was logged
    if _SECRET.search(name):
        return "<secret>"
    if _QR.search(name):
        return "<qr>"
    if isinstance(value, dict):
        return {str(key): _redacted(str(key), inner) for key, inner in value.items()}  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_redacted(name, inner) for inner in value]  # pyright: ignore[reportUnknownArgumentType]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return _without_people(str(value))  # pyright: ignore[reportUnknownArgumentType]


def _without_people(text: str) -> str:
    text = _API_KEY.sub("<secret>", text)
    text = _QR_TEXT.sub("<qr>", text)
    text = _ADDRESS.sub(lambda found: masked(found[0].partition("@")[0]) + "@" + found[0].partition("@")[2], text)
    return _NUMBER.sub(lambda found: masked(found[0]), text)


def _name_service(service: str) -> structlog.typing.Processor:
    def name(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service
        return event

    return name


def _name_trace(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The trace that a line is of. Not bound as a context variable: tasks outlive the request that made them."""
    span = tracing.current()
    if span is not None and (trace_id := span.trace_id) is not None:
        event["trace_id"] = trace_id
    return event


def _json(event: dict[str, Any], **_: object) -> str:
    return orjson.dumps(event, default=str).decode()

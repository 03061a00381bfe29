"""Traces: what was done for one request, step by step and across processes.

A trace begins where work comes in (`begin`); steps of it are marked with `step`, or with `step_of` where a task works
on what another one was asked for. Nothing is recorded, and next to nothing paid, until a process calls `record_with`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar, Token
from enum import Enum
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol, Self, TypeAlias

from shared.errors import WagateError

if TYPE_CHECKING:
    from shared.jids import Jid  # numbers of all countries, which a process that only logs need not know

Value: TypeAlias = "str | int | Jid | None"
"""What a span may say of itself. The recorder masks people; None says nothing."""
Values: TypeAlias = "Mapping[str, Value]"

SESSION, MESSAGE, COMMAND, TO = "wagate.session", "wagate.message", "wagate.command", "wagate.to"
"""Names of attributes: a session's uid, a message's id, a command's kind, whom a message is for."""
REQUEST_ID: Final = "wagate.request_id"
ERROR: Final = "error.type"
"""The code of an error, or the name of its class. Never its words: they may hold a number."""


class Kind(Enum):
    """Where a span stands between processes."""

    INNER = "inner"
    SERVER = "server"
    """The work on what came from another process."""
    CLIENT = "client"
    """Waiting for another process."""


class Span(Protocol):
    """A part of a trace, from now until `end`."""

    @property
    def trace_id(self) -> str | None:
        """The id of its trace, 32 hex digits; None when it is not recorded or has ended."""
        ...

    @property
    def traceparent(self) -> str:
        """Its address for another process: https://www.w3.org/TR/trace-context/#traceparent-header."""
        ...

    def set(self, values: Values) -> None:
        """Say more of it."""
        ...

    def fail(self, code: str | None = None) -> None:
        """Call it failed, with the code of the error."""
        ...

    def end(self) -> None:
        """It is over."""
        ...


class Recorder(Protocol):
    """Makes spans (`shared.adapters.opentelemetry.recorder`). None of it raises, and only `flush` waits."""

    def root(self, name: str, traceparent: str | None, kind: Kind, values: Values) -> Span:
        """A span below that of another process; of a trace of its own when the address is none that is understood."""
        ...

    def child(self, name: str, parent: Span, kind: Kind, values: Values, since: int | None) -> Span:
        """A span below another of this process, begun now or at `since` (nanoseconds since 1970)."""
        ...

    def flush(self, within: float) -> None:
        """Get what has ended out of this process, at most so many seconds."""
        ...


class _Process:
    recorder: Recorder | None = None


_process = _Process()
_current: ContextVar[Span | None] = ContextVar("wagate_span", default=None)
_NO_VALUES: Values = {}


class Step:
    """A `with` block around what a span is about. Inside, it is the current one; an error that leaves it, fails it."""

    __slots__ = ("_span", "_token")

    def __init__(self, span: Span | None) -> None:
        self._span = span
        self._token: Token[Span | None] | None = None

    def set(self, values: Values) -> None:
        """Say more of it."""
        if self._span is not None:
            self._span.set(values)

    def fail(self, code: str | None = None) -> None:
        """Call it failed, with the code of the error."""
        if self._span is not None:
            self._span.fail(code)

    def __enter__(self) -> Self:
        if self._span is not None:
            self._token = _current.set(self._span)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._span is None or self._token is None:
            return
        _current.reset(self._token)
        if error is not None:
            self._span.fail(error.code if isinstance(error, WagateError) else type(error).__name__)
        self._span.end()


_NOTHING = Step(None)


def record_with(recorder: Recorder | None) -> None:
    """Record this process' traces from now on; None ends that. Called by composition roots, as logs are set up."""
    _process.recorder = recorder


def flush(within: float) -> None:
    """Get what is recorded out of this process, at most so many seconds: it may be frozen next."""
    if _process.recorder is not None:
        _process.recorder.flush(within)


def begin(name: str, traceparent: str | None, values: Values) -> Step:
    """The work on what came from another process, as a part of that one's trace when it says which."""
    recorder = _process.recorder
    return _NOTHING if recorder is None else Step(recorder.root(name, traceparent, Kind.SERVER, values))


def open_root(name: str, values: Values) -> Span | None:
    """A trace of its own, for what nobody waits for; whoever opened it ends it."""
    recorder = _process.recorder
    return None if recorder is None else recorder.root(name, None, Kind.INNER, values)


def step(name: str, values: Values = _NO_VALUES, *, kind: Kind = Kind.INNER) -> Step:
    """A step of the current span; outside of any trace it is nothing."""
    return _NOTHING if _process.recorder is None else step_of(_current.get(), name, values, kind=kind)


def step_of(
    span: Span | None, name: str, values: Values = _NO_VALUES, *, kind: Kind = Kind.INNER, since: int | None = None
) -> Step:
    """A step of this span, which `current` gave; begun at `since` (nanoseconds since 1970) when that is not now."""
    recorder = _process.recorder
    if recorder is None or span is None:
        return _NOTHING
    return Step(recorder.child(name, span, kind, values, since))


def open_step(span: Span | None, name: str, values: Values = _NO_VALUES, *, kind: Kind = Kind.INNER) -> Span | None:
    """A step of this span that ends on another thread; whoever opened it has it ended."""
    recorder = _process.recorder
    return None if recorder is None or span is None else recorder.child(name, span, kind, values, None)


def current() -> Span | None:
    """The current span: for work on it in another task, and for another process (`Span.traceparent`)."""
    return _current.get()


def traceparent() -> str | None:
    """The address of the current span for another process; None outside of any trace."""
    span = _current.get()
    return None if span is None else span.traceparent


def note(values: Values) -> None:
    """Say more of the current span; outside of any trace nothing."""
    span = _current.get()
    if span is not None:
        span.set(values)

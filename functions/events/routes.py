"""What happened, and what happens: a page of the log of events, or all that comes."""

from __future__ import annotations

from contextlib import nullcontext

from litestar import HttpMethod, Response

from functions.events.asked import PARAMETERS, asked_for
from functions.events.following import NOT_HERE
from functions.events.polling import poll
from functions.events.schemas import EventsAnswer
from functions.events.sse import open_stream
from functions.events.web_socket import LARGEST_WINDOW
from functions.families import Family
from functions.guards import Scope
from functions.http.queries import whole_of_query
from functions.http.requests import HttpRequest, tenant
from functions.http.session_names import one_of_query
from functions.http.sockets import EVENTS
from functions.http.streamed import Streamed
from functions.reference.described import Parameter
from functions.routing import route
from functions.services import services
from shared.errors import (
    BusUnavailable,
    CursorInvalid,
    EventsGone,
    NotSupported,
    SessionNotFound,
    TooManyStreams,
    UpgradeRequired,
)

_DEFAULT_LIMIT, _MAX_LIMIT = 100, 1_000
_LONGEST_WAIT = 20


@route(
    "GET",
    "/api/events",
    scope=Scope.MESSAGES_READ,
    answers={200: EventsAnswer},
    parameters=(
        *PARAMETERS,
        Parameter(
            "limit",
            "query",
            f"How many events in an answer, 1 to {_MAX_LIMIT}; {_DEFAULT_LIMIT} by default. With large events there "
            "are fewer.",
            {"type": "integer", "minimum": 1, "maximum": _MAX_LIMIT, "default": _DEFAULT_LIMIT},
        ),
        Parameter(
            "wait",
            "query",
            f"Seconds to wait for the first event if there is none yet, 1 to {_LONGEST_WAIT}; by default the answer "
            "does not wait.",
            {"type": "integer", "minimum": 1, "maximum": _LONGEST_WAIT},
        ),
    ),
    errors=(CursorInvalid, EventsGone, SessionNotFound, TooManyStreams, BusUnavailable),
    chats="checked",
)
async def list_events(request: HttpRequest) -> Response[bytes]:
    """List what happened, oldest first: everything that follows a cursor, once, in the order of each session.

    Ask again with `next`, also when an answer has no events: it may have passed over those of other types. With `wait`
    an answer without events comes after that time. A cursor from before the oldest event that is kept answers
    `410 EVENTS_GONE`, with the `next` to go on from: nothing is left out without a word.
    """
    serving = services(request)
    limit = whole_of_query(request, "limit", most=_MAX_LIMIT, default=_DEFAULT_LIMIT)
    waits = one_of_query(request, "wait") is not None
    wait = whole_of_query(request, "wait", most=_LONGEST_WAIT, default=1) if waits else 0
    asked = await asked_for(request)
    with serving.streams.admitted(tenant(request).id) if waits and serving.streams else nullcontext():
        found = await poll(serving.reading, asked, limit, wait)
    events = b",".join(event.body for event in found.events)
    body = b'{"success":true,"events":[%b],"next":"%b"}' % (events, found.next.encode())
    return Response(body, media_type="application/json")


@route(
    "GET",
    "/api/events/stream",
    scope=Scope.MESSAGES_READ,
    parameters=(
        *PARAMETERS,
        Parameter(
            "Last-Event-ID",
            "header",
            "The `id` of the last event that you got. Browsers send it when they reconnect. It takes precedence "
            "over `after`.",
            {"type": "string", "pattern": "^(latest|[A-Za-z0-9_-]{28})$"},
        ),
    ),
    plain={200: "`text/event-stream`: events as they come, until somebody hangs up"},
    errors=(CursorInvalid, EventsGone, SessionNotFound, TooManyStreams, BusUnavailable, NotSupported),
    chats="checked",
)
async def stream_events(request: HttpRequest) -> Response[bytes]:
    """Follow what happens (server-sent events), from a cursor on, without end.

    `id` is the event's cursor, `event` its type, `data` the event as `GET /api/events` has it. When nothing comes for
    10 s there is an `id` without an event, to go on from. Whoever takes nothing for 30 s is cut off; who comes back
    with the last `id` has missed nothing. When the gateway ends a stream it says why: `event: end`, with `code`,
    `error` and the `next` to go on from.
    """
    pieces = await open_stream(request, await asked_for(request))
    if request.method == HttpMethod.HEAD:
        await anext(pieces)
        await pieces.aclose()
    return Streamed(
        None if request.method == HttpMethod.HEAD else pieces,
        None,
        status=200,
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@route(
    "GET",
    EVENTS,
    scope=Scope.MESSAGES_READ,
    parameters=(
        *PARAMETERS,
        Parameter(
            "window",
            "query",
            f"How many events may be unacknowledged, 1 to {LARGEST_WINDOW}: the next one waits until the caller sends "
            '`{"ack": cursor}`. By default nothing has to be acknowledged.',
            {"type": "integer", "minimum": 1, "maximum": LARGEST_WINDOW},
        ),
    ),
    plain={101: "WebSocket: a text for each event, as `GET /api/events` has it, until somebody hangs up"},
    errors=(CursorInvalid, EventsGone, SessionNotFound, TooManyStreams, BusUnavailable, NotSupported, UpgradeRequired),
    chats="checked",
)
async def events_by_web_socket(request: HttpRequest) -> Response[bytes]:
    """Follow what happens over a WebSocket, from a cursor on, without end.

    The key comes in a header or, from a browser, as the first message within 10 s: `{"key": "wa_..."}`. Then come
    `{"type": "begin", "cursor"}`, every event as a text, and `{"type": "place", "cursor"}` when nothing came for 10 s.

    With a `window`, handle events before more of them come: send `{"ack": cursor}` when you have handled everything
    up to there. When `window` events are unacknowledged, the next one waits; after 60 s the WebSocket ends.
    Acknowledgements are not stored: when you reconnect, pass the cursor of the last event that you handled as `after`.

    At its end `{"type": "end", "code", "error", "next"}` says why and where to go on, and the WebSocket is closed with
    4000 and the status that a request would have had: 4403 for a key that is good no more. 4408 without an end: nothing
    was taken for 30 s. 1012: the gateway starts anew. Each time the last event's cursor goes on, and nothing is missed.
    """
    if services(request).streams is None:
        raise NotSupported(NOT_HERE)
    raise UpgradeRequired


FAMILY = Family("events", (list_events, stream_events, events_by_web_socket))

"""Which events somebody is shown who follows the log."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from cli.events.tailing import Tail
from cli.gateway.api import Access, Gateway
from cli.program.failure import Failure
from tests.cli.answers import HANG_UP, answering


def page(next_: str, *ids: str) -> tuple[int, dict[str, Any]]:
    """An answer of the API."""
    return 200, {"success": True, "events": [{"id": id_} for id_ in ids], "next": next_}


def problem(status: int, code: str) -> tuple[int, dict[str, Any]]:
    return status, {"success": False, "code": code, "error": "words", "next": "c9"}


def tail(url: str, after: str = "latest", **chosen: Any) -> Tail:
    return Tail(
        Gateway(Access(url, api_key="wa_k")),
        after,
        chosen.get("types"),
        chosen.get("session"),
        chosen.get("troubles", []).append,
        wait=lambda _: None,
    )


def test_what_comes_from_now_on_is_shown_once_and_in_order() -> None:
    """Each answer says where to go on."""
    with answering(page("c1"), page("c1"), page("c3", "a", "b"), page("c4", "c")) as server:
        following = tail(server.url, types="message.*", session="sales")
        following.begin()
        assert [event["id"] for event in islice(following.events(), 3)] == ["a", "b", "c"]
    asked = [path.partition("?")[2].split("&") for _, path, _, _ in server.requests]
    assert [next(each for each in query if each.startswith("after=")) for query in asked] == [
        "after=latest", "after=c1", "after=c1", "after=c3",
    ]  # fmt: skip
    assert all({"types=message.%2A", "sessionId=sales"} <= set(query) for query in asked)


def test_it_goes_on_where_it_was_when_the_gateway_was_away() -> None:
    """Trouble is told once, and its end."""
    troubles: list[Failure | None] = []
    script = [page("c1", "a"), (200, HANG_UP), problem(503, "BUS_UNAVAILABLE"), page("c2", "b"), page("c3", "c")]
    with answering(*script) as server:
        following = tail(server.url, "c0", troubles=troubles)
        following.begin()
        assert [event["id"] for event in islice(following.events(), 3)] == ["a", "b", "c"]
    assert [trouble is None for trouble in troubles] == [False, True]


def test_what_does_not_end_by_itself_ends_it() -> None:
    """Events that are gone are no trouble to wait for: whoever asked has to decide."""
    with answering(problem(410, "EVENTS_GONE")) as server, pytest.raises(Failure) as failure:
        next(tail(server.url, "c0").events())
    assert (failure.value.code, failure.value.details["next"]) == ("EVENTS_GONE", "c9")

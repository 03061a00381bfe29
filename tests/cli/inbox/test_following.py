"""Which messages of an inbox are new to who follows it."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from cli.gateway.api import Access, Gateway
from cli.inbox.following import Following
from cli.program.failure import Failure
from tests.cli.answers import HANG_UP, answering


def page(*ids: str, further: str | None = None) -> dict[str, Any]:
    """An answer of the inbox, newest first."""
    messages = [{"id": id_, "chat": "a@s.whatsapp.net", "fromMe": False} for id_ in ids]
    return {"success": True, "sessionId": "sales", "messages": messages, "next": further}


def followed(url: str, many: int, troubles: list[Failure | None] | None = None) -> list[str]:
    """The ids of the first messages that somebody is shown who follows."""
    on_trouble = [] if troubles is None else troubles
    following = Following(Gateway(Access(url, api_key="wa_k")), "sales", on_trouble.append, wait=lambda _: None)
    following.begin()
    return [message["id"] for message in islice(following.messages(), many)]


def test_only_what_comes_is_shown_oldest_first() -> None:
    """What is there at the beginning is not new; of an empty inbox everything is."""
    with answering((200, page("b", "a")), (200, page("b", "a")), (200, page("d", "c", "b", "a"))) as server:
        assert followed(server.url, 2) == ["c", "d"]
    with answering((200, page()), (200, page("b", "a"))) as server:
        assert followed(server.url, 2) == ["a", "b"]


def test_pages_are_read_until_something_known() -> None:
    """More came than a page holds; what is below something known was there before."""
    script = [page("a"), page("e", "d", further="x"), page("c", "b", "a", "older", further="y"), page("f", "e", "d")]
    with answering(*((200, answer) for answer in script)) as server:
        assert followed(server.url, 5) == ["b", "c", "d", "e", "f"]
    assert [path.partition("before=")[2] for _, path, _, _ in server.requests] == ["", "", "x&sessionId=sales", ""]


def test_what_comes_between_older_ones_is_shown() -> None:
    """A host that died had it in its journal, and stores it when it is back: below messages that came meanwhile."""
    with answering((200, page("b", "a")), (200, page("d", "b", "a")), (200, page("d", "late", "b", "a"))) as server:
        assert followed(server.url, 2) == ["d", "late"]


def test_after_a_clear_everything_is_new() -> None:
    """An inbox that was emptied has nothing known."""
    with answering((200, page("b", "a")), (200, page()), (200, page("c"))) as server:
        assert followed(server.url, 1) == ["c"]


def test_it_goes_on_when_the_gateway_was_away() -> None:
    """Between two pages too: what was read of the first is shown with the rest, once; trouble is told once."""
    troubles: list[Failure | None] = []
    away = (503, {"success": False, "code": "STORE_UNAVAILABLE", "error": "The store is away."})
    script = [(200, page("a")), (200, page("d", "c", further="x")), (0, HANG_UP), away, (502, b"<html>")]
    with answering(*script, (200, page("d", "c", further="x")), (200, page("b", "a"))) as server:
        assert followed(server.url, 3, troubles) == ["b", "c", "d"]
    first, second = troubles
    assert first is not None
    assert first.code == "GATEWAY_NO_ANSWER"
    assert second is None


def test_what_does_not_pass_ends_it() -> None:
    """A key that is refused, or a session that is deleted meanwhile."""
    refused = {"success": False, "code": "SESSION_NOT_FOUND", "error": "There is none."}
    with answering((200, page("a")), (404, refused)) as server, pytest.raises(Failure, match="There is none"):
        followed(server.url, 1)

"""The request that is put together from a stored message sends that message."""

from __future__ import annotations

import pytest

from functions.messages.as_request import as_request
from functions.messages.kinds import KINDS
from functions.messages.sends import Kind, body_of
from shared.contracts.about import About
from shared.contracts.content.file import WithFile
from shared.contracts.content.text import Text
from shared.messages.model import OutboundMessage
from tests.contents import example
from tests.shared.adapters.contracts.samples import a_message

_ONCE = [kind for kind in KINDS if kind.path != "/api/reply-message"]


def row(kind: Kind, about: About | None = None, to: str = "628123456789@s.whatsapp.net") -> OutboundMessage:
    content = Text(text="it's 100 %") if kind.content is Text else example(kind.content)
    beside = {} if about is None else about.model_dump(exclude_defaults=True)
    return a_message(to=to, content=content.model_dump(), about=beside)


@pytest.mark.parametrize("kind", _ONCE, ids=lambda kind: kind.path)
def test_every_kind_comes_back_as_it_was_stored(kind: Kind) -> None:
    """Its body is one that its route takes, and says the same; a file is named by the id that an upload gave."""
    stored = row(kind)
    asked = as_request(stored, "sales")
    assert asked is not None
    assert asked.path == kind.path
    body = (kind.body or body_of(kind.content, kind.file)).model_validate(asked.body)
    assert (body.session_id, body.recipient()) == ("sales", "628123456789")
    if issubclass(kind.content, WithFile):
        assert asked.body["mediaId"] == stored.content["file"]["media_id"]
    else:
        said = body.content().model_dump() | {name: None for name in stored.content if name == "picture"}
        assert said == stored.content | {name: None for name in stored.content if name == "picture"}


def test_what_is_beside_the_content_comes_back_too() -> None:
    """The quoted message, mentions, and what its sender calls it."""
    about = About(quoted_id="3EB0", mentions=("628111111@s.whatsapp.net", "9001000001@lid"), client_ref="order-7")
    asked = as_request(row(KINDS[0], about), "sales")
    assert asked is not None
    assert asked.body["quotedId"] == "3EB0"
    assert asked.body["mentions"] == ["628111111", "9001000001@lid"]
    assert asked.body["clientRef"] == "order-7"


@pytest.mark.parametrize(
    ("about", "to"),
    [
        (About(forwarded=True), "628123456789@s.whatsapp.net"),
        (About(album="msg_1"), "628123456789@s.whatsapp.net"),
        (None, "status@broadcast"),
    ],
)
def test_what_one_such_request_cannot_say_is_none(about: About | None, to: str) -> None:
    """A forwarded message, a part of an album, a status post."""
    assert as_request(row(KINDS[0], about, to), "sales") is None

"""What is found wrong with a message's stanza, and what is not."""

import pytest

from sandbox.stanzas.message_checks import errors_of, media_type_of, refusal_of
from sandbox.wire.nodes import Jid, Node


def message(type_="text", mediatype="", *children, second=None, **attrs):
    """A message to two devices, with a `mediatype` on what is for each."""
    parts = []
    for device, of_part in enumerate((mediatype, mediatype if second is None else second), 1):
        enc = Node("enc", {"v": "2", "type": "msg"} | ({"mediatype": of_part} if of_part else {}), b"c" * 40)
        parts.append(Node("to", {"jid": Jid("9", "lid", device)}, [enc]))
    return Node("message", {"type": type_, **attrs}, [Node("participants", {}, parts), *children])


def node(tag, *children, **attrs):
    return Node(tag, attrs, list(children))


@pytest.mark.parametrize(
    "right",
    [
        message(),
        message("media", "image"),
        message("media", "ptt"),
        message("media", "native_flow_response"),
        message("reaction"),
        message("reaction", edit="7"),
        message(edit="1"),
        message(edit="8"),
        message("poll", "", node("meta", polltype="creation")),
        message("poll", "", node("meta", polltype="vote")),
        message("text", "", node("biz"), node("device-identity")),
        Node("message", {"type": "media"}, [node("enc", type="skmsg", mediatype="image", **{"decrypt-fail": "hide"})]),
    ],
)
def test_nothing_is_wrong(right):
    """Every kind as neonize and Baileys send it."""
    assert errors_of(right) == ()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (message("hologram"), "type is 'hologram'"),
        (Node("message", {}, []), "type is ''"),
        (message("media"), "no mediatype"),
        (message("media", "picture"), "mediatype is 'picture'"),
        (message("media", "image", second="video"), "mediatypes differ: image, video"),
        (message("text", "image"), "image comes with type media, not text"),
        (message(edit="4"), "edit is '4'"),
        (message("media", "image", edit="1"), "edit 1 comes with type text, not media"),
        (message("poll"), "polltype> is missing"),
        (message("poll", "", node("meta", polltype="x")), "polltype> is x"),
        (message("text", "", node("meta", polltype="vote")), "comes with type poll, not text"),
        (message("text", "", node("biz"), node("biz")), "<biz> is there 2 times"),
        (message("text", "", node("enc", **{"decrypt-fail": "show"})), "decrypt-fail is show"),
    ],
)
def test_what_is_wrong_is_said(wrong, words):
    """One error each, in words."""
    (error,) = errors_of(wrong)
    assert words in error


def test_the_mediatype_is_told():
    """That of the parts, whichever device they are for."""
    assert media_type_of(message("media", "sticker")) == "sticker"
    assert media_type_of(message()) == ""


@pytest.mark.parametrize(
    ("biz", "code"),
    [
        (node("biz", node("buttons")), 405),
        (node("biz", node("list", type="single_select", v="2")), 405),
        (node("biz", node("list", type="product_list", v="2")), 0),
        (node("biz", node("interactive", type="native_flow")), 479),
        (node("biz", node("interactive", node("native_flow", name="mixed"))), 0),
    ],
)
def test_what_the_real_server_refuses(biz, code):
    """By its form, buttons and lists are refused with a code."""
    assert refusal_of(message("text", "", biz)) == code

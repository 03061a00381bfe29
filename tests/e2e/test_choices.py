"""Buttons, lists and links: as a contact of the sandbox gets them, and in words."""

import asyncio
import base64
import hashlib
import json
import sys
from pathlib import Path

import pytest

from benchmarks.gateway import Gateway
from tests.e2e.talking import Talk
from tests.session_host.media.inputs import picture

BUTTONS = {
    "text": "Deliver today?",
    "buttons": [{"id": "y", "text": "Yes"}, {"id": "n", "text": "No"}],
    "footer": "Shop",
}
LIST = {
    "text": "Which pizza?", "title": "Menu", "buttonText": "Choose", "footer": "Shop",
    "sections": [
        {"title": "Small", "rows": [{"rowId": "s1", "title": "Margherita", "description": "tomato, cheese"}]},
        {"title": "Large", "rows": [{"rowId": "l1", "title": "Funghi"}]},
    ],
}  # fmt: skip
LINKS = {
    "text": "More?",
    "buttons": [
        {"type": "url", "text": "Site", "url": "https://example.test/a"},
        {"type": "call", "text": "Call us", "number": "+628123456789"},
        {"type": "copy", "text": "Code", "code": "SALE10"},
        {"type": "reply", "text": "Stop", "id": "stop"},
    ],
}


WRONG = [
    ("buttons", BUTTONS | {"buttons": []}),
    ("buttons", BUTTONS | {"buttons": BUTTONS["buttons"] * 2}),
    ("buttons", BUTTONS | {"buttons": [BUTTONS["buttons"][0]], "fallback": "poll"}),
    ("buttons", BUTTONS | {"fallback": "fax"}),
    ("list", LIST | {"sections": [{"rows": [{"rowId": str(n), "title": "x"} for n in range(6)]}] * 2}),
    ("list", LIST | {"sections": [{"rows": [{"title": "x"}]}]}),
    ("interactive", LINKS | {"buttons": [{"type": "url", "text": "x"}]}),
    ("interactive", LINKS | {"buttons": [{"type": "url", "text": "x", "url": "javascript:alert(1)"}]}),
]
"""What no phone could show or tell apart."""


@pytest.mark.proves("out", "neonize", "buttons", "list", "interactive")
@pytest.mark.proves("in", "neonize", "reply")
async def test_as_a_native_flow(gateway: Gateway):
    """With exactly one <biz>, which the sandbox sees to; what is tapped comes to the inbox as `reply` with its id."""
    talk = await Talk.begin(gateway)
    sent = await talk.send("/api/send-buttons", **BUTTONS)
    got = await talk.got(sent)
    assert (got["type"], [button["id"] for button in got["interactive"]["buttons"]]) == ("interactive", ["y", "n"])
    assert got["interactive"]["footer"] == "Shop"
    chosen = {"id": "n", "text": "No"}
    await talk.say(type="reply", form="interactive", chosen=chosen, quotedId=sent["messageId"])
    (reply,) = await talk.inbox(1)
    assert (reply["type"], reply["reply"]) == ("reply", {**chosen, "messageId": sent["messageId"]})

    got = await talk.got(await talk.send("/api/send-list", **LIST))
    (select,) = got["interactive"]["buttons"]
    assert (select["type"], select["title"]) == ("single_select", "Choose")
    assert [[row["id"] for row in section["rows"]] for section in select["sections"]] == [["s1"], ["l1"]]
    got = await talk.got(await talk.send("/api/send-interactive", **LINKS))
    names = [button["type"] for button in got["interactive"]["buttons"]]
    assert names == ["cta_url", "cta_call", "cta_copy", "quick_reply"]


async def test_in_words(gateway: Gateway):
    """A numbered text, or a poll, where phones have to show it; what cannot be shown or told apart is refused."""
    talk = await Talk.begin(gateway)
    got = await talk.got(await talk.send("/api/send-list", **LIST, fallback="text"))
    assert got["text"] == "Menu\n\nWhich pizza?\n\n1. Margherita - tomato, cheese\n2. Funghi\n\nShop"
    got = await talk.got(await talk.send("/api/send-interactive", **LINKS, fallback="text"))
    assert got["text"] == "More?\n\n1. Stop\n\nSite: https://example.test/a\nCall us: +628123456789\nCode: SALE10"
    got = await talk.got(await talk.send("/api/send-buttons", **BUTTONS, fallback="poll"))
    assert got["poll"] == {"question": "Deliver today?", "options": ["Yes", "No"], "multiple": False}
    for path, said in WRONG:
        with pytest.raises(RuntimeError, match="BAD_REQUEST"):
            await talk.send(f"/api/send-{path}", **said)


async def test_an_answer_in_words_comes_as_what_was_chosen(gateway: Gateway):
    """By its number, by its title when it quotes, or by a vote; other texts, and other people's numbers, stay texts."""
    talk = await Talk.begin(gateway)
    sent = await talk.send("/api/send-list", **LIST, fallback="text")
    await talk.got(sent)
    chosen = {"id": "l1", "text": "Funghi", "messageId": sent["messageId"]}
    await talk.say(text="2")
    (number,) = await talk.inbox(1)
    assert (number["type"], number["message"], number["reply"]) == ("reply", "2", chosen)
    await talk.say(text="funghi", quotedId=sent["messageId"])
    (title, *_) = await talk.inbox(2)
    assert (title["type"], title["reply"]) == ("reply", chosen)
    for count, said in enumerate(("3", "12 please", "funghi"), 3):
        await talk.say(text=said)
        (text, *_) = await talk.inbox(count)
        assert (text["type"], "reply" in text) == ("text", False)
    poll = await talk.send("/api/send-buttons", **BUTTONS, fallback="poll")
    await talk.got(poll)
    await talk.say("vote", messageId=poll["messageId"], options=["No"])
    (vote, *_) = await talk.inbox(6)
    assert (vote["type"], vote["vote"]["options"]) == ("vote", ["No"])
    assert vote["reply"] == {"id": "n", "text": "No", "messageId": poll["messageId"]}


async def test_a_picture_above_them(gateway: Gateway, tmp_path: Path) -> None:
    """Of buttons and of links, from a request and from the command line: the same bytes; one key is one message."""
    talk = await Talk.begin(gateway)
    await asyncio.to_thread(picture().save, tmp_path / "a.jpg")
    content = await asyncio.to_thread((tmp_path / "a.jpg").read_bytes)
    inside = {"imageBase64": base64.b64encode(content).decode()}
    key = {"Idempotency-Key": "pictured"}
    sent = [await talk.send("/api/send-buttons", **BUTTONS, **inside, headers=key) for _ in range(2)]
    assert sent[0]["id"] == sent[1]["id"]
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from cli.entry import run; run()", "send-as", "interactive", talk.other, "--text=More?",
        f"--buttons={json.dumps(LINKS['buttons'])}", f"--image={tmp_path / 'a.jpg'}",
        f"--url={gateway.url}", f"--key={gateway.key}", stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    told, _ = await program.communicate()
    assert program.returncode == 0
    for id_ in (sent[0]["id"], told.decode().strip()):
        got = await talk.got(await talk.until_sent({"id": id_}))
        header = got["message"]["interactiveMessage"]["header"]
        assert header["hasMediaAttachment"]
        assert base64.b64decode(header["imageMessage"]["fileSHA256"]) == hashlib.sha256(content).digest()
    with pytest.raises(RuntimeError, match="BAD_REQUEST"):
        await talk.send("/api/send-buttons", **BUTTONS, **inside, fallback="text")
    with pytest.raises(RuntimeError, match="BAD_REQUEST"):
        await talk.send("/api/send-buttons", **BUTTONS, **inside, mediaId="med_1")

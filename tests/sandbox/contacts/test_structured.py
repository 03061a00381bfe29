"""Every kind of message without a file that a contact can send, and what contacts say of each other's messages."""

import asyncio

import pytest

CARDS = [{"name": "Ani", "number": "628111000001"}, {"name": "Budi", "number": "628111000002"}]
ROWS = [{"id": "s", "text": "Small", "description": "30 cm"}, {"id": "l", "text": "Large"}]
KINDS = {
    "contact": ({"contacts": CARDS[:1]}, ("media", "vcard")),
    "poll": ({"question": "When?", "options": ["now", "later"]}, ("poll", "")),
    "live_location": ({"latitude": -6.2, "longitude": 106.8, "text": "on my way"}, ("text", "")),
    "buttons": ({"text": "Well?", "footer": "Shop", "buttons": ROWS}, ("text", "")),
    "list": ({"title": "Menu", "text": "Choose", "buttonText": "Open", "sections": [{"title": "Pizza", "rows": ROWS}]},
             ("media", "list")),
    "interactive": ({"text": "Well?", "buttons": [{"id": "a", "text": "Site", "type": "url", "value": "https://x.test"}]},
                    ("text", "")),
    "event": ({"name": "Party", "text": "Bring cake", "startsAt": 1_800_000_000}, ("text", "")),
    "group_invite": ({"groupJid": "1203@g.us", "inviteCode": "abc", "name": "Team", "text": "join"}, ("text", "")),
    "album": ({"count": 2}, ("text", "")),
    "order": ({"title": "Two pizzas", "text": "please", "count": 2}, ("media", "order")),
    "product": ({"title": "Pizza", "text": "hot"}, ("media", "product")),
    "text": ({"text": "hi @628111000001 https://x.test", "mentions": ["628111000001"], "forwarded": True,
              "preview": {"url": "https://x.test", "title": "X"}}, ("media", "url")),
}  # fmt: skip


@pytest.fixture
async def pair(control, new_number):
    """Two contacts that can write to each other."""
    numbers = new_number(), new_number()
    for number in numbers:
        answer = await control.post("/contacts", json={"number": number})
        assert answer.status_code == 201, answer.text
    return numbers


@pytest.fixture
def do(control):
    """Have a contact do something, and return the id of the message that does it."""

    async def act(number, what, **said):
        answer = await control.post(f"/contacts/{number}/{what}", json=said)
        assert answer.status_code == 200, answer.text
        return answer.json().get("id")

    return act


@pytest.fixture
def shown(control, until):
    """Wait for a message of a contact to be as it should, and return it."""

    async def wait(number, id_, holds=lambda _: True, **query):
        async def there():
            for message in (await control.get(f"/contacts/{number}/messages", params=query)).json()["messages"]:
                if message["id"] == id_ and holds(message):
                    return message
            return None

        return await until(there)

    return wait


async def test_every_kind_without_a_file(control, pair, do, shown) -> None:
    """It arrives as what it is, with the stanza of its kind; only buttons and lists have a second <biz>, by neonize."""
    one, other = pair
    for type_, (said, stanza) in KINDS.items():
        id_ = await do(one, "send", to=other, type=type_, **said)
        got = await shown(other, id_)
        assert (got["type"], got["errors"]) == (type_, []), got
        (frame,) = (await control.get("/frames", params={"id": id_})).json()["frames"]
        assert (frame["type"], frame["mediatype"]) == stanza
        assert frame["errors"] == (["<biz> is there 2 times"] if type_ in ("buttons", "list") else [])
        match type_:
            case "poll":
                assert got["poll"] == {"question": "When?", "options": ["now", "later"], "multiple": False}
            case "contact":
                assert got["contacts"][0]["name"] == "Ani"
                assert "waid=628111000001" in got["contacts"][0]["vcard"]
            case "list":
                assert [row["id"] for row in got["interactive"]["sections"][0]["rows"]] == ["s", "l"]
            case "live_location":
                assert got["location"] == {"latitude": -6.2, "longitude": 106.8, "live": True}
            case "text":
                assert (got["mentions"], got["forwarded"]) == (["628111000001@s.whatsapp.net"], True)
                assert got["message"]["extendedTextMessage"]["title"] == "X"
    several = await do(one, "send", to=other, type="contact", contacts=CARDS)
    assert [card["name"] for card in (await shown(other, several))["contacts"]] == ["Ani", "Budi"]


@pytest.mark.parametrize("form", ["buttons", "list", "interactive", "template"])
async def test_what_was_chosen_comes_as_an_answer(pair, do, shown, form) -> None:
    """In each of the four forms that clients answer in."""
    one, other = pair
    asked = await do(one, "send", to=other, type="interactive", text="Well?", buttons=ROWS)
    await shown(other, asked)
    chosen = {"id": "l", "text": "Large"}
    id_ = await do(other, "send", to=one, type="reply", form=form, chosen=chosen, quotedId=asked)
    got = await shown(one, id_)
    assert (got["type"], got["reply"], got["errors"]) == ("reply", {**chosen, "messageId": asked}, [])


async def test_what_is_said_about_a_message_changes_it(pair, do, shown) -> None:
    """A reaction and its end, both forms of an edit, a pin, a delete; each is a message too, when all are asked for."""
    one, other = pair
    first = await do(one, "send", to=other, text="first")
    await shown(other, first)
    smile = await do(other, "react", messageId=first, emoji="👍")
    got = await shown(one, first, lambda message: "reactions" in message, all="")
    assert [reaction["emoji"] for reaction in got["reactions"]] == ["👍"]
    assert (await shown(one, smile, all=""))["reaction"] == {"messageId": first, "emoji": "👍"}
    await do(other, "react", messageId=first)
    await shown(one, first, lambda message: "reactions" not in message, all="")

    for form, text in (("plain", "second"), ("secret", "third")):
        edit = await do(one, "edit", messageId=first, text=text, form=form)
        got = await shown(other, first, lambda message, text=text: message["text"] == text)
        assert got["edited"]
        changed = await shown(other, edit, all="")
        assert (changed["type"], changed["messageId"], changed["errors"]) == ("edit", first, [])

    await do(one, "pin", messageId=first)
    await shown(other, first, lambda message: message.get("pinned"))
    await do(one, "revoke", messageId=first)
    got = await shown(other, first, lambda message: message.get("deleted"))
    assert (got["type"], got["text"], got["message"]) == ("text", "", {})


async def test_votes_are_counted(pair, do, shown) -> None:
    """Sealed by each side, opened by the other; the last vote of somebody counts, and one may be taken back."""
    one, other = pair
    poll = await do(one, "send", to=other, type="poll", question="When?", options=["now", "later"], multiple=True)
    await shown(other, poll)

    async def until_counted(number, *votes):
        def holds(message):
            return tuple(each["votes"] for each in message["poll"].get("results", ())) == votes

        return await shown(number, poll, holds, all="")

    await do(other, "vote", messageId=poll, options=["now", "later"])
    await until_counted(one, 1, 1)
    await do(one, "vote", messageId=poll, options=["now"])
    await until_counted(other, 2, 1)
    await do(other, "vote", messageId=poll)
    await until_counted(one, 1, 0)


async def test_it_is_told_of_receipts_and_of_who_types(control, new_number, do, until) -> None:
    """Of what it sent: delivered, then read and played when the other says so; and each beginning and end of typing."""
    one, other = new_number(), new_number()
    for number in (one, other):
        await control.post("/contacts", json={"number": number, "reads": False})
    sent = await do(one, "send", to=other, text="hello")

    async def told(what, number, wanted):
        async def holds():
            said = (await control.get(f"/contacts/{number}/{what}")).json()[what]
            return [each["state"] for each in said] == wanted and said

        return await until(holds)

    (receipt,) = await told("receipts", one, ["delivered"])
    assert (receipt["messageIds"], receipt["chat"].endswith("@lid")) == ([sent], True)
    await asyncio.gather(do(other, "read", messageIds=[sent]))
    await told("receipts", one, ["delivered", "read"])
    await do(other, "read", messageId=sent, played=True)
    await told("receipts", one, ["delivered", "read", "played"])

    await do(one, "type", to=other)
    await do(one, "record", to=other)
    await do(one, "type", to=other, off=True)
    await told("presence", other, ["composing", "recording", "paused"])


@pytest.mark.parametrize(
    ("what", "said", "words"),
    [
        ("react", {"messageId": "NEVER", "emoji": "x"}, "no message NEVER"),
        ("react", {"emoji": "x"}, "takes a messageId"),
        ("type", {}, "to whom"),
        ("read", {}, "takes a messageId"),
        ("send", {"type": "poll", "question": "?"}, "options"),
        ("send", {"type": "reply"}, "what was chosen"),
    ],
)
async def test_what_makes_no_sense_is_refused(control, pair, what, said, words) -> None:
    """In words."""
    one, other = pair
    answer = await control.post(f"/contacts/{one}/{what}", json={**({"to": other} if what == "send" else {}), **said})
    assert (answer.status_code, words in answer.text) == (409, True), answer.text


async def test_a_vote_needs_a_poll(control, pair, do, shown) -> None:
    """And options that it has."""
    one, other = pair
    text = await do(one, "send", to=other, text="no poll")
    poll = await do(one, "send", to=other, type="poll", question="?", options=["a", "b"])
    await shown(other, poll)
    for id_, options in ((text, ["a"]), (poll, ["c"])):
        answer = await control.post(f"/contacts/{other}/vote", json={"messageId": id_, "options": options})
        assert answer.status_code == 409, answer.text

"""What is written on a phone, as a linked device that is Baileys sees it; and what that asks its phone for."""

from tests.sandbox.baileys.driver import make_contact, pair


async def written(control, phone: str, chat: str, text: str) -> str:
    """Have the owner of a phone write; return the message's id."""
    answer = await control.post(f"/phones/{phone}/send", json={"chat": chat, "text": text})
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


async def test_it_shows_what_phones_write(baileys, control, new_number) -> None:
    """Its own phone's as its own, another's as theirs; to one person, to a group, and as a status post."""
    number, other = new_number(), new_number()
    for each in (number, other):
        await control.post("/phones", json={"number": each})
    await pair(control, baileys, number)
    group = (await control.post(f"/phones/{number}/groups", json={"name": "Team", "participants": [other]})).json()
    saved = await control.post(f"/phones/{other}/contacts", json={"number": number, "name": "Me"})
    assert saved.status_code == 200
    for chat in (other, group["groupJid"], "status@broadcast"):
        id_ = await written(control, number, chat, f"mine to {chat}")
        mine = await baileys.hear("own", lambda line, id_=id_: line["id"] == id_)
        assert mine["text"] == f"mine to {chat}"
    for chat in (number, group["groupJid"], "status@broadcast"):
        id_ = await written(control, other, chat, f"theirs to {chat}")
        theirs = await baileys.hear("message", lambda line, id_=id_: line["id"] == id_)
        assert theirs["text"] == f"theirs to {chat}"


async def test_it_asks_its_phone_for_what_it_was_not_given(baileys, control, new_number) -> None:
    """Told of a message without its text, it asks, and the phone hands over what it has."""
    number, contact = new_number(), new_number()
    await make_contact(control, contact)
    await pair(control, baileys, number)
    await baileys.hear("key")  # the phone has written to it, so it can ask
    told = {"from": contact, "id": "3EB0LEFTOUT", "type": "fanout", "text": "you were left out"}
    answer = await control.post(f"/phones/{number}/devices/1/unavailable", json=told)
    assert answer.status_code == 201, answer.text
    heard = await baileys.hear("message", lambda line: line["id"] == "3EB0LEFTOUT" and "text" in line)
    assert heard["text"] == "you were left out"


async def test_it_posts_and_sees_status(baileys, control, new_number, until) -> None:
    """Its post reaches the contact it names; the contact's is shown to it."""
    number, contact = new_number(), new_number()
    await make_contact(control, contact)
    await pair(control, baileys, number)
    sent = await baileys.do("post", text="by Baileys", people=[contact])

    async def arrived() -> bool:
        messages = (await control.get(f"/contacts/{contact}/messages")).json()["messages"]
        return (sent["id"], "status@broadcast", "by Baileys") in [
            (message["id"], message["chat"], message["text"]) for message in messages
        ]

    await until(arrived)
    frames = (await control.get("/frames", params={"id": sent["id"]})).json()["frames"]
    assert [(frame["to"], frame["errors"]) for frame in frames] == [("status@broadcast", [])]

    saved = await control.post(f"/phones/{contact}/contacts", json={"number": number, "name": "Baileys"})
    assert saved.status_code == 200, saved.text

    async def posted() -> bool:
        said = {"to": "status@broadcast", "text": "by a contact"}
        id_ = (await control.post(f"/contacts/{contact}/send", json=said)).json()["id"]
        return bool((await control.get("/deliveries", params={"id": id_, "to": number})).json()["deliveries"])

    await until(posted)  # its client may not have heard of the saved contact at once
    heard = await baileys.hear("message", lambda line: line.get("text") == "by a contact")
    assert heard["from"] == "status@broadcast"


async def test_it_asks_its_phone_for_older_messages(baileys, control, new_number) -> None:
    """So many of a chat before one of them; of a chat that the phone has not it says nothing."""
    number, friend = new_number(), new_number()
    await control.post("/phones", json={"number": number})
    said = [{"text": f"word {place}", "id": f"PAST{place}", "timestamp": 1_700_000_000 + place} for place in range(8)]
    answer = await control.post(f"/phones/{number}/history", json={"chats": [{"chat": friend, "messages": said}]})
    assert answer.status_code == 201, answer.text
    await pair(control, baileys, number)
    await baileys.hear("key")
    chat = f"{friend}@s.whatsapp.net"
    asked = await baileys.do("history", chat=chat, before="PAST6", count=3)
    heard = await baileys.hear("history")
    assert heard["request"] == asked["request"]
    assert sorted(heard["texts"]) == ["word 3", "word 4", "word 5"]

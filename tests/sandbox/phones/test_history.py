"""What was said before a device was linked, sent by the phone after the pairing."""

import pytest

BOOTSTRAP, FULL, RECENT, PUSH_NAME = 0, 2, 3, 4


async def hear_all(client) -> list[dict]:
    """Every piece of the history, until it is complete."""
    heard = [await client.hear("History")]
    while heard[-1]["progress"] < 100:
        heard.append(await client.hear("History"))
    return heard


@pytest.mark.parametrize("inline", [32_768, 0])
async def test_chats_come_after_the_pairing(link, control, new_number, inline):
    """Texts, names and who has which number: in the message itself, or as files that are deleted once they are had."""
    number, friend = new_number(), new_number()
    lid = (await control.post("/phones", json={"number": friend})).json()["lid"]
    await control.post("/phones", json={"number": number, "name": "Anna"})
    messages = [{"text": "long ago", "timestamp": 1_700_000_000}, {"text": "and answered", "fromMe": True}]
    chat = {"chat": friend, "name": "Ben", "pushName": "Benny", "unread": 1, "messages": messages}
    answer = await control.post(f"/phones/{number}/history", json={"chats": [chat], "inline": inline})
    assert answer.status_code == 201, answer.text
    client = await link(number)
    first, names = await hear_all(client)
    assert (first["type"], first["chats"]) == (BOOTSTRAP, {f"{lid}@lid": 2})
    assert first["texts"] == ["and answered", "long ago"]
    assert first["numbers"] == 1
    assert (names["type"], names["names"]) == (PUSH_NAME, {f"{friend}@s.whatsapp.net": "Benny"})
    requests = (await control.get("/media/requests")).json()["requests"]
    asked = [request["what"] for request in requests if request["number"] == number]
    assert asked.count("download") == (1 if inline else 2)


async def test_much_comes_in_pieces_in_order(link, control, new_number):
    """60 chats with 6000 messages: the last words of all chats first, progress only rises, and nothing is missing."""
    number = new_number()
    await control.post("/phones", json={"number": number, "name": "Anna"})
    answer = await control.post(f"/phones/{number}/history", json={"chats": 60, "messages": 6000})
    assert answer.status_code == 201, answer.text
    assert answer.json()["messages"] == 6000
    heard = await hear_all(await link(number))
    assert [piece["progress"] for piece in heard] == sorted(piece["progress"] for piece in heard)
    assert [piece["type"] for piece in heard[:2]] == [BOOTSTRAP, PUSH_NAME]
    assert set(heard[0]["chats"].values()) == {20}
    assert len(heard[0]["chats"]) == len(heard[1]["names"]) == 60
    assert {piece["type"] for piece in heard[2:]} == {RECENT}
    assert sum(sum(piece["chats"].values()) for piece in heard) == 6000


async def test_a_phone_without_a_history_says_nothing(link, control):
    """And what is no history is refused."""
    client = await link()
    assert (await control.get(f"/phones/{client.number}/history")).json()["messages"] == 0
    for wrong in ({"chats": 5}, {"chats": [], "messages": 5}, {"chats": 0, "messages": 1}, {"chats": [{"chat": "x"}]}):
        assert (await control.post(f"/phones/{client.number}/history", json=wrong)).status_code == 400
    assert client.heard("History") == []

"""What the owner of a phone writes and reads on it, as unmodified neonize clients see it."""

import pytest

READ = 4


@pytest.fixture
def act(control):
    """Do something on a client's phone; return the answer."""

    async def do(client, what: str, **said):
        answer = await control.post(f"/phones/{client.number}/{what}", json=said)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return do


async def test_a_text_is_the_accounts_own_on_its_devices_and_reaches_the_other(link, act, about):
    """Both devices show it under one id; the other's receipts come to the own device, a reply and a reaction too."""
    anna, ben = await link(), await link()

    id_ = (await act(anna, "send", chat=ben.number, text="from the phone"))["id"]

    got, mine = await ben.hear("Message", about("from the phone")), await anna.hear("Message", about("from the phone"))
    assert (got["id"], got["mine"], mine["id"], mine["mine"]) == (id_, False, id_, True)
    assert mine["chat"] != got["chat"]
    await ben.do("read", chat=got["chat"], message=id_)
    await anna.hear("Receipt", lambda event: id_ in event["ids"] and event["type"] == READ)
    asked = (await ben.do("send", to=anna.number, text="where are you?"))["id"]
    await anna.hear("Message", about("where are you?"))
    await act(anna, "send", chat=ben.number, text="here", quotedId=asked, **{"from": ben.number})
    await ben.hear("Message", about("here"))
    await act(anna, "react", chat=ben.number, messageId=asked, emoji="👍", **{"from": ben.number})
    await act(anna, "edit", chat=ben.number, messageId=id_, text="from my phone")
    await act(anna, "revoke", chat=ben.number, messageId=id_)
    await act(anna, "disappear", chat=ben.number, seconds=86_400)
    assert [(await ben.hear("Said"))["what"] for _ in range(4)] == ["reaction 👍", "edit", "revoke", "timer 86400"]
    assert [(await anna.hear("Said"))["what"] for _ in range(4)] == ["reaction 👍", "edit", "revoke", "timer 86400"]


async def test_a_text_to_a_group_reaches_every_member(link, act, control, about):
    """Encrypted once, decrypted by all, shown as the account's own on its device; who is no member is refused."""
    anna, ben, cleo = await link(), await link(), await link()
    group = (await anna.do("create_group", name="Team", people=[ben.number]))["jid"]

    id_ = (await act(anna, "send", chat=group, text="to the team"))["id"]

    got = await ben.hear("Message", about("to the team"))
    assert (got["id"], got["chat"], got["mine"]) == (id_, group, False)
    assert (await anna.hear("Message", about("to the team")))["mine"]
    await act(anna, "react", chat=group, messageId=id_, emoji="🎉")
    assert (await ben.hear("Said"))["what"] == "reaction 🎉"
    refused = await control.post(f"/phones/{cleo.number}/send", json={"chat": group, "text": "me too"})
    assert (refused.status_code, refused.json()["code"]) == (409, 403)


async def test_what_a_device_cannot_decrypt_the_phone_writes_again(link, act, control, about):
    """In a chat of two and in a group, to the device that asked."""
    anna, ben = await link(), await link()
    group = (await anna.do("create_group", name="Team", people=[ben.number]))["jid"]
    for chat in (ben.number, group):
        await control.post("/faults", json={"kind": "corrupt", "target": ben.number})
        id_ = (await act(anna, "send", chat=chat, text=f"to {chat}"))["id"]
        assert (await ben.hear("Message", about(f"to {chat}")))["id"] == id_
    assert {event["id"] for event in ben.heard("Undecryptable")} != set()


async def test_what_is_read_on_the_phone_is_read(link, act, control, about):
    """Who wrote it is told, and the own device; with receipts turned off only the device."""
    anna, ben = await link(), await link()
    first = (await ben.do("send", to=anna.number, text="one"))["id"]
    await anna.hear("Message", about("one"))

    await act(anna, "read", chat=ben.number, messageIds=[first])

    await ben.hear("Receipt", lambda event: first in event["ids"] and event["type"] == READ)
    await anna.hear("Receipt", lambda event: first in event["ids"] and event["type"] == READ)
    await control.post(f"/phones/{anna.number}/privacy", json={"readreceipts": "none"})
    second = (await ben.do("send", to=anna.number, text="two"))["id"]
    await anna.hear("Message", about("two"))
    await act(anna, "read", chat=ben.number, messageIds=[second])
    await anna.hear("Receipt", lambda event: second in event["ids"] and event["type"] != READ)
    assert not [each for each in ben.heard("Receipt") if second in each["ids"] and each["type"] == READ]

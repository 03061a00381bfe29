"""Status posts, as unmodified neonize clients make and see them."""

import pytest

STATUS = "status@broadcast"
READ = 4


@pytest.fixture
def save(control, until):
    """Save people among somebody's contacts, and wait until its client knows."""

    async def do(client, *others):
        for other in others:
            said = {"number": other.number, "name": f"Friend {other.number}"}
            answer = await control.post(f"/phones/{client.number}/contacts", json=said)
            assert answer.status_code == 200, answer.text

            async def is_known(number: str = other.number) -> bool:
                return (await client.do("contact", number=number))["full"] == f"Friend {number}"

            await until(is_known)

    return do


async def test_a_post_reaches_contacts_and_its_author_learns_who_saw_it(link, control, save, about):
    """Contacts and the author's other device, nobody else; views come back; a delete follows; no frame is wrong."""
    anna, ben, cleo = await link(), await link(), await link()
    laptop = await link(anna.number)
    await save(anna, ben)

    sent = await anna.do("send", to=STATUS, text="a day out")

    got = await ben.hear("Message", about("a day out"))
    assert (got["id"], got["chat"], got["mine"]) == (sent["id"], STATUS, False)
    assert (await laptop.hear("Message", about("a day out")))["mine"]
    assert "error" not in await ben.do("read_in_group", group=STATUS, sender=got["sender"], message=sent["id"])
    await anna.hear("Receipt", lambda event: sent["id"] in event["ids"] and event["type"] == READ)
    me = f"{anna.number}@s.whatsapp.net"
    assert "error" not in await anna.do("ask_client", call="revoke_message", jids=[STATUS, me], values=[sent["id"]])
    frames = (await control.get("/frames", params={"from": anna.number, "to": STATUS})).json()["frames"]
    assert [(frame["edit"], frame["errors"]) for frame in frames] == [("", []), ("7", [])]
    for frame in frames:
        to = (await control.get("/deliveries", params={"id": frame["id"]})).json()["deliveries"]
        assert sorted(delivery["to"] for delivery in to) == sorted([anna.number, ben.number])
    assert not cleo.heard("Message")


async def test_whom_a_post_is_kept_from(link, control, save, about):
    """Who blocks its author, or is blocked, gets nothing; its list of people holds, and views are hidden as is set."""
    anna, ben, cleo = await link(), await link(), await link()
    await save(anna, ben, cleo)
    for one, other in ((cleo, anna), (anna, cleo)):
        await control.post(f"/phones/{one.number}/block", json={"number": other.number})
        await anna.do("send", to=STATUS, text=f"for friends, {one.number}")
        await ben.hear("Message", about(f"for friends, {one.number}"))
        await control.post(f"/phones/{one.number}/block", json={"number": other.number, "off": True})

    only = {"audience": "whitelist", "audienceList": [ben.number], "readreceipts": "none"}
    await control.post(f"/phones/{anna.number}/privacy", json=only)
    sent = await anna.do("send", to=STATUS, text="for Ben")
    got = await ben.hear("Message", about("for Ben"))
    await ben.do("read_in_group", group=STATUS, sender=got["sender"], message=sent["id"])
    deliveries = (await control.get("/deliveries", params={"from": anna.number})).json()["deliveries"]
    assert {delivery["to"] for delivery in deliveries} == {ben.number}
    await control.post(f"/phones/{anna.number}/privacy", json={"readreceipts": "all"})
    again = await anna.do("send", to=STATUS, text="seen?")
    await ben.hear("Message", about("seen?"))
    await ben.do("read_in_group", group=STATUS, sender=got["sender"], message=again["id"])
    await anna.hear("Receipt", lambda event: again["id"] in event["ids"] and event["type"] == READ)
    assert not [each for each in anna.heard("Receipt") if sent["id"] in each["ids"] and each["type"] == READ]


async def test_a_damaged_post_is_asked_for_again(link, control, save, about):
    """By the one it was damaged for, and it goes to that one alone."""
    anna, ben = await link(), await link()
    await save(anna, ben)
    await control.post("/faults", json={"kind": "corrupt", "target": ben.number})

    sent = await anna.do("send", to=STATUS, text="once more")

    assert (await ben.hear("Message", about("once more")))["id"] == sent["id"]
    frames = (await control.get("/frames", params={"id": sent["id"]})).json()["frames"]
    assert [(frame["retry"], frame["errors"]) for frame in frames] == [(False, []), (True, [])]


async def test_contacts_and_phones_post(control, new_number, until):
    """By the control API: a contact's post and a phone's are in another contact's list, with their author."""
    one, two, three = (new_number() for _ in range(3))
    for number in (one, two):
        await control.post("/contacts", json={"number": number})
    await control.post("/phones", json={"number": three})
    for owner, other in ((one, two), (three, two)):
        await control.post(f"/phones/{owner}/contacts", json={"number": other, "name": "Two"})

    async def seen() -> set[tuple[str, str, str]]:
        messages = (await control.get(f"/contacts/{two}/messages")).json()["messages"]
        return {(message["chat"], message["fromNumber"], message["text"]) for message in messages}

    async def posted() -> bool:
        await control.post(f"/contacts/{one}/send", json={"to": STATUS, "text": "by a contact"})
        return (STATUS, one, "by a contact") in await seen()

    await until(posted)  # its client may not have heard of the saved contact at once
    post = await control.post(f"/phones/{three}/send", json={"chat": STATUS, "text": "by a phone"})
    assert post.status_code == 200, post.text

    async def both() -> bool:
        return (STATUS, three, "by a phone") in await seen()

    await until(both)

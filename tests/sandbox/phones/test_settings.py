"""What a person sets on the phone reaches an unmodified neonize client, and what that sets reaches the phone."""

import pytest


@pytest.fixture
async def named(link, control, new_number):
    """A client whose phone has the name `Anna Phone`, once it knows."""
    number = new_number()
    await control.post("/phones", json={"number": number, "name": "Anna Phone"})
    return await link(number)


async def settled(client, until, name: str) -> None:
    async def knows() -> bool:
        return (await client.do("me"))["name"] == name

    await until(knows)


async def post(control, client, action: str, **said) -> None:
    answer = await control.post(f"/phones/{client.number}/{action}", json=said)
    assert answer.status_code == 200, answer.text


async def names_on_phone(control, client) -> list[str]:
    said = (await control.get(f"/phones/{client.number}/settings")).json()["collections"]["critical_block"]["said"]
    return [change["value"]["pushNameSetting"]["name"] for change in said]


async def test_a_device_learns_its_name_and_may_show_that_it_is_here(named, until):
    """After pairing it has the phone's name, without which neonize says nothing of its presence."""
    await settled(named, until, "Anna Phone")
    assert "error" not in await named.do("available")


async def test_a_new_name_reaches_a_device_and_who_it_writes_to(named, link, control, until):
    """Renamed on the phone: the device knows, and messages carry the new name."""
    ben = await link()
    await settled(named, until, "Anna Phone")
    await post(control, named, "rename", name="Anna New")
    await settled(named, until, "Anna New")
    await named.do("send", to=ben.number, text="it is me")
    assert (await ben.hear("Message"))["name"] == "Anna New"


async def test_a_device_may_rename_and_the_other_devices_are_told(named, link, control, until):
    """A name set on one linked device is the phone's then, and the other device's."""
    second = await link(named.number)
    await settled(named, until, "Anna Phone")
    await settled(second, until, "Anna Phone")
    assert "error" not in await named.do("set_name", name="Anna Desk")
    await settled(second, until, "Anna Desk")
    assert await names_on_phone(control, named) == ["Anna Desk"]
    assert (await control.get(f"/phones/{named.number}")).json()["name"] == "Anna Desk"


async def test_two_changes_at_once_are_both_made(named, control, until):
    """A device that did not know of the phone's change is told of it (409), and then makes its own."""
    await settled(named, until, "Anna Phone")
    await control.post("/faults", json={"kind": "slow", "target": named.number, "milliseconds": 1000})
    await post(control, named, "rename", name="Anna First")
    answer = await named.do("set_name", name="Anna Second")
    await control.delete("/faults")
    assert "error" not in answer
    assert await names_on_phone(control, named) == ["Anna Second"]
    assert (await control.get(f"/phones/{named.number}/settings")).json()["collections"]["critical_block"][
        "version"
    ] == 3


async def test_contacts_and_chats_reach_a_device(named, control, until, new_number):
    """Saved contacts have their names there; chats are muted, pinned and archived there, and no longer."""
    number = new_number()
    await settled(named, until, "Anna Phone")
    await post(control, named, "contacts", number=number, name="Ben Bolt", firstName="Ben")
    await post(control, named, "mute", chat=number)
    await post(control, named, "pin", chat=number)
    await post(control, named, "archive", chat=number)
    wanted = {"found": True, "muted": 253402300799, "pinned": True, "archived": True}

    async def is_so() -> bool:
        contact, chat = await named.do("contact", number=number), await named.do("chat", number=number)
        return contact["full"] == "Ben Bolt" and {name: chat[name] for name in wanted} == wanted

    await until(is_so)
    for action in ("mute", "pin", "archive"):
        await post(control, named, action, chat=number, off=True)

    async def is_back() -> bool:
        chat = await named.do("chat", number=number)
        return chat["muted"] <= 0 and not chat["pinned"] and not chat["archived"]

    await until(is_back)


async def test_many_contacts_come_as_one_file(link, control, new_number, until):
    """A phone with more than a hundred contacts gives a new device a snapshot on the media servers."""
    number = new_number()
    await control.post("/phones", json={"number": number, "name": "Anna Many"})
    for index in range(101):
        answer = await control.post(
            f"/phones/{number}/contacts", json={"number": str(4_915_000_000_000 + index), "name": f"Person {index}"}
        )
        assert answer.status_code == 200
    client = await link(number)

    async def has_all() -> bool:
        return (await client.do("contact", number="4915000000100"))["full"] == "Person 100"

    await until(has_all)
    requests = (await control.get("/media/requests")).json()["requests"]
    files = [request for request in requests if request["number"] == number and request["what"] == "download"]
    assert [request["type"] for request in files] == ["md-app-state"]


async def test_a_device_that_cannot_decrypt_its_phone_asks_again(named, control, until):
    """Its sessions gone, a message of the phone's is written once more in a new session, and it hears of changes."""
    await settled(named, until, "Anna Phone")
    await named.kill()
    named.forget_sessions()
    await named.restart()
    answer = await control.post(f"/phones/{named.number}/share-key", json={})
    assert answer.status_code == 200, answer.text
    await post(control, named, "rename", name="Anna Again")
    await settled(named, until, "Anna Again")

    async def nothing_waits() -> bool:
        (device,) = (await control.get(f"/phones/{named.number}")).json()["devices"]
        return device["waiting"] == 0

    await until(nothing_waits)

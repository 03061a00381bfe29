"""The control API: phones and contacts act in groups as people do, and contacts write there."""

import httpx
import pytest


@pytest.fixture
async def contacts(control, new_number):
    """Three numbers with a real client each."""
    numbers = [new_number() for _ in range(3)]
    for number in numbers:
        answer = await control.post("/contacts", json={"number": number, "name": f"Contact {number[-1]}"})
        assert answer.status_code == 201, answer.text
    return numbers


async def make(control: httpx.AsyncClient, owner: str, others: list[str], **settings) -> str:
    answer = await control.post(f"/contacts/{owner}/groups", json={"name": "Team", "participants": others, **settings})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["inviteLink"].startswith("https://chat.whatsapp.com/")
    assert [(result["number"], result["code"]) for result in made["results"]] == [(other, 0) for other in others]
    return made["groupJid"]


async def texts(control: httpx.AsyncClient, number: str, group: str) -> list[tuple[str, str]]:
    messages = (await control.get(f"/contacts/{number}/messages")).json()["messages"]
    return [(message["fromNumber"], message["text"]) for message in messages if message["chat"] == group]


async def test_contacts_write_to_a_group(contacts, control, until):
    """Everybody else has each message once, in order; replies, reactions, edits and deletes are about that message."""
    one, two, three = contacts
    group = await make(control, one, [two, three])

    async def write(number: str, what: str = "send", **body):
        answer = await control.post(f"/contacts/{number}/{what}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json().get("id")

    async def has(number: str, message: str):
        async def there():
            listed = (await control.get(f"/contacts/{number}/messages")).json()["messages"]
            return message in {each["id"] for each in listed}

        await until(there)

    first = await write(one, to=group, text="good morning")
    await has(two, first)
    second = await write(two, to=group, text="good morning, too", quotedId=first)
    await has(three, second)
    await write(three, "react", messageId=second, emoji="👍")
    await write(one, "edit", messageId=first, text="good evening")
    third = await write(three, to=group, text="never mind")
    await write(three, "revoke", messageId=third)
    await write(two, "read", messageId=first)
    await write(one, "online")
    await write(two, "type", to=group)

    async def settled():
        mine = (await control.get(f"/contacts/{two}/messages?all")).json()["messages"]
        by_id = {message["id"]: message for message in mine}
        signs = {first: "edited", second: "reactions", third: "deleted"}
        return all(by_id.get(id_, {}).get(sign) for id_, sign in signs.items()) and by_id

    by_id = await until(settled)
    assert by_id[first]["text"] == "good evening"
    assert [reaction["emoji"] for reaction in by_id[second]["reactions"]] == ["👍"]

    async def others_see_it():
        return await texts(control, one, group) == [(two, "good morning, too"), (three, "")] and await texts(
            control, three, group
        ) == [(one, "good evening"), (two, "good morning, too")]

    await until(others_see_it)

    async def read():
        receipts = (await control.get(f"/contacts/{one}/receipts")).json()["receipts"]
        return [item for item in receipts if (item["state"], item["chat"]) == ("read", group)]

    await until(read)

    async def typed():
        presence = (await control.get(f"/contacts/{one}/presence")).json()["presence"]
        return [item for item in presence if (item["state"], item["chat"]) == ("composing", group)]

    await until(typed)
    assert not (await control.get("/frames", params={"to": group, "errors": ""})).json()["frames"]


async def test_many_at_once_lose_nothing(contacts, control, until):
    """Three who write to each other at the same moment, in the group and beside it."""
    import asyncio  # noqa: PLC0415

    group = await make(control, contacts[0], contacts[1:])

    async def write(number: str, to: str, text: str):
        answer = await control.post(f"/contacts/{number}/send", json={"to": to, "text": text})
        assert answer.status_code == 200, answer.text

    async with asyncio.TaskGroup() as tasks:
        for index in range(10):
            for number in contacts:
                tasks.create_task(write(number, group, f"{number} {index}"))
            tasks.create_task(write(contacts[0], contacts[1], f"beside {index}"))
    for number in contacts:
        wanted = sorted((other, f"{other} {index}") for other in contacts if other != number for index in range(10))

        async def arrived(number: str = number, wanted: list = wanted):
            return sorted(await texts(control, number, group)) == wanted

        await until(arrived)


async def test_the_owner_of_a_phone_acts(contacts, control):
    """What is done on the phone is what the server holds; what is refused is 409 with WhatsApp's code."""
    one, two, three = contacts
    group = await make(control, one, [two], approval=True, adminsAdd=True, announce=True)

    async def act(number: str, what: str, **body):
        return await control.post(f"/contacts/{number}/groups/{group}/{what}", json=body)

    assert (await act(two, "add", participants=[three])).json() == {"error": "forbidden", "code": 403}
    assert (await act(three, "join")).json() == {"joined": False}
    assert (await control.get(f"/groups/{group}")).json()["requests"][0]["number"] == three
    assert (await act(one, "reject", participants=[three])).json()["results"] == [{"number": three, "code": 0}]
    assert (await act(one, "approve", participants=[three])).json()["results"] == [{"number": three, "code": 404}]
    await act(three, "join")
    assert (await act(one, "approve", participants=[three])).json()["results"] == [{"number": three, "code": 0}]
    for what, body in (
        ("subject", {"text": "Crew"}),
        ("description", {"text": "About"}),
        ("announce", {"off": True}),
        ("admins-add", {"off": True}),
        ("approval", {"off": True}),
        ("locked", {}),
        ("timer", {"seconds": 604_800}),
        ("promote", {"participants": [two]}),
        ("demote", {"participants": [two]}),
        ("remove", {"participants": [two]}),
    ):
        answer = await act(one, what, **body)
        assert answer.status_code == 200, (what, answer.text)
    shown = (await control.get(f"/groups/{group}")).json()
    assert {member["number"]: member["role"] for member in shown.pop("members")} == {
        one: "superadmin",
        three: "member",
    }
    assert {name: shown[name] for name in ("name", "description", "announce", "adminsAdd", "approval")} == {
        "name": "Crew", "description": "About", "announce": False, "adminsAdd": False, "approval": False,
    }  # fmt: skip
    assert (shown["locked"], shown["seconds"], shown["requests"]) == (True, 604_800, [])
    assert (await act(one, "revoke-link")).json() != (await act(one, "leave")).json()
    assert (await control.get(f"/groups/{group}")).json()["members"][0] | {"lid": ""} == {
        "number": three, "lid": "", "role": "admin",
    }  # fmt: skip
    assert (await control.get("/groups/120363999999999999@g.us")).status_code == 404


async def test_groups_are_there_after_a_restart(run_sandbox, tmp_path, new_number):
    """With --data, all of a group is kept."""
    one, two = new_number(), new_number()
    data = ("--data", str(tmp_path / "kept"))
    with run_sandbox(*data) as first:
        async with httpx.AsyncClient(base_url=first.control, timeout=90) as control:
            for number in (one, two):
                await control.post("/phones", json={"number": number})
            made = await control.post(f"/phones/{one}/groups", json={"name": "Team", "participants": [two]})
            group = made.json()["groupJid"]
            await control.post(f"/phones/{two}/groups/{group}/description", json={"text": "kept"})
            before = (await control.get("/groups")).json()
    with run_sandbox(*data) as second:
        async with httpx.AsyncClient(base_url=second.control, timeout=90) as control:
            assert (await control.get("/groups")).json() == before
            another = await control.post(f"/phones/{one}/groups", json={"name": "Other"})
            assert another.json()["groupJid"] != group

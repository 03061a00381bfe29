"""The settings of a phone, read and written by a second, independent client: Baileys."""

from tests.sandbox.baileys.driver import pair


async def post(control, phone: str, action: str, **said) -> None:
    answer = await control.post(f"/phones/{phone}/{action}", json=said)
    assert answer.status_code == 200, answer.text


async def said_of(control, number: str, collection: str) -> list[list[str]]:
    collections = (await control.get(f"/phones/{number}/settings")).json()["collections"]
    return [change["index"] for change in collections[collection]["said"]]


async def test_it_is_told_what_is_set_on_the_phone(baileys, control, new_number) -> None:
    """Name, contacts, muted, pinned and archived chats, labels: what was set before it was linked, and after."""
    number, friend = new_number(), new_number()
    jid = f"{friend}@s.whatsapp.net"
    await control.post("/phones", json={"number": number, "name": "Carla"})
    await post(control, number, "contacts", number=friend, name="Dora Dent")
    await pair(control, baileys, number)
    await baileys.hear("key")
    await baileys.do("sync")
    await baileys.hear("named", lambda line: line["name"] == "Carla")
    await baileys.hear("contact", lambda line: (line["id"], line["name"]) == (jid, "Dora Dent"))

    await post(control, number, "mute", chat=friend)
    await baileys.hear("chat", lambda line: line["id"] == jid and line.get("muteEndTime") == -1)
    await post(control, number, "pin", chat=friend)
    await baileys.hear("chat", lambda line: line["id"] == jid and bool(line.get("pinned")))
    await post(control, number, "archive", chat=friend)
    await baileys.hear("chat", lambda line: line["id"] == jid and line.get("archived") is True)
    await post(control, number, "label", label="7", name="Orders", color=3)
    await baileys.hear("label", lambda line: (line["id"], line["name"]) == ("7", "Orders"))
    await post(control, number, "label-chat", label="7", chat=friend)
    await baileys.hear("labelled", lambda line: (line["chat"], line["label"]) == (jid, "7"))
    await post(control, number, "rename", name="Carla C")
    await baileys.hear("named", lambda line: line["name"] == "Carla C")


async def test_the_phone_takes_what_it_sets(baileys, control, new_number, until) -> None:
    """Its patches open on the phone, are authentic, and make the next version."""
    number, friend = new_number(), new_number()
    jid = f"{friend}@s.whatsapp.net"
    await control.post("/phones", json={"number": number, "name": "Carla"})
    await pair(control, baileys, number)
    await baileys.hear("key")
    await baileys.do("modify", to=friend, change={"mute": 8 * 3600 * 1000})
    await baileys.do("modify", to=friend, change={"pin": True})
    await baileys.do("rename", name="Carla by Baileys")

    async def all_there() -> bool:
        return (
            ["mute", jid] in await said_of(control, number, "regular_high")
            and ["pin_v1", jid] in await said_of(control, number, "regular_low")
            and (await control.get(f"/phones/{number}")).json()["name"] == "Carla by Baileys"
        )

    await until(all_there)

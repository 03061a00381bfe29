"""Messages in groups, between unmodified neonize clients: whoever is in gets them, and nobody else."""

import asyncio


async def group_of(*clients):
    """Return the JID of a new group of these clients, made by the first, once all have heard of it."""
    first, *others = clients
    made = await first.do("create_group", name="Team", people=[client.number for client in others])
    for client in clients:
        await client.hear("JoinedGroup", lambda event: event["jid"] == made["jid"])
    return made["jid"]


async def frames_with_errors(control, *clients):
    frames = (await control.get("/frames", params={"errors": ""})).json()["frames"]
    return [frame for frame in frames if frame["from"] in {client.number for client in clients}]


async def test_a_message_reaches_every_device_of_every_member(link, control, about):
    """Each decrypts it once, the writer's other device as its own; the writer learns who has and who read it."""
    anna, ben = await link(), await link()
    cleo, annas_laptop = await link(), await link(anna.number)
    group = await group_of(anna, ben, cleo)

    sent = await anna.do("send", to=group, text="to all")

    for client in (ben, cleo):
        got = await client.hear("Message", about("to all"))
        assert (got["id"], got["chat"], got["mine"]) == (sent["id"], group, False)
    assert (await annas_laptop.hear("Message", about("to all")))["mine"]
    await anna.hear("Receipt", lambda event: sent["id"] in event["ids"])
    assert "error" not in await ben.do("read_in_group", group=group, sender=got["sender"], message=sent["id"])
    await anna.hear("Receipt", lambda event: sent["id"] in event["ids"] and event["type"] == 4)
    assert not [event for event in ben.heard("Message") if event["text"]]
    assert await frames_with_errors(control, anna, ben, cleo) == []


async def test_who_comes_later_reads_what_comes_after_and_who_was_removed_reads_nothing(link, control, about):
    """The server goes by who is in at the moment of the send; a client's next message has the key for the new one."""
    anna, ben, cleo = await link(), await link(), await link()
    group = await group_of(anna, ben)
    await anna.do("send", to=group, text="before")
    await ben.hear("Message", about("before"))

    await anna.do("change", group=group, action="add", people=[cleo.number])
    joined = await cleo.hear("JoinedGroup")
    assert set(joined["people"]) == {anna.number, ben.number, cleo.number}
    await anna.do("send", to=group, text="with Cleo")
    await cleo.hear("Message", about("with Cleo"))
    await ben.hear("Message", about("with Cleo"))

    await anna.do("change", group=group, action="remove", people=[ben.number])
    await ben.hear("GroupInfo", lambda event: "leave" in event)
    sent = await anna.do("send", to=group, text="without Ben")
    await cleo.hear("Message", about("without Ben"))
    deliveries = (await control.get("/deliveries", params={"id": sent["id"]})).json()["deliveries"]
    assert {delivery["to"] for delivery in deliveries} == {cleo.number}
    assert "403" in (await ben.do("send", to=group, text="am I still in?"))["error"]
    assert not [event for event in cleo.heard("Message") if event["text"]]


async def test_what_waits_for_who_is_away_comes_in_order(link, until, control, about):
    """Messages and changes of the group, as they happened, and nothing is left unacknowledged."""
    anna, ben = await link(), await link()
    group = await group_of(anna, ben)
    await anna.do("send", to=group, text="0")
    await ben.hear("Message", about("0"))

    async def waiting():
        return (await control.get(f"/phones/{ben.number}")).json()["devices"][0]["waiting"]

    async def nothing_waits():
        return await waiting() == 0

    await until(nothing_waits)
    await ben.kill()
    for text in ("1", "2", "3"):
        await anna.do("send", to=group, text=text)
    await anna.do("set_subject", group=group, name="Crew")

    await ben.restart()

    assert [(await ben.hear("Message", lambda event: event["text"]))["text"] for _ in range(3)] == ["1", "2", "3"]
    assert (await ben.hear("GroupInfo"))["subject"] == "Crew"
    await until(nothing_waits)


async def test_a_damaged_message_is_asked_for_again_by_the_one_it_was_damaged_for(link, control, about):
    """In both directions: it goes once more to that device alone, with the key, and the other sees it once."""
    anna, ben, cleo = await link(), await link(), await link()
    group = await group_of(anna, ben, cleo)
    for writer, others in ((anna, (ben, cleo)), (ben, (anna, cleo))):
        hurt, whole = others
        await control.post("/faults", json={"kind": "corrupt", "target": hurt.number})

        sent = await writer.do("send", to=group, text=f"from {writer.number}")

        got = await hurt.hear("Message", about(f"from {writer.number}"))
        assert (got["id"], got["chat"]) == (sent["id"], group)
        await whole.hear("Message", about(f"from {writer.number}"))
        frames = (await control.get("/frames", params={"id": sent["id"]})).json()["frames"]
        assert [(frame["retry"], frame["to"], frame["errors"]) for frame in frames] == [
            (False, group, []),
            (True, group, []),
        ]
        to = [item["to"] for item in (await control.get("/deliveries", params={"id": sent["id"]})).json()["deliveries"]]
        assert sorted(to) == sorted([hurt.number, hurt.number, whole.number])
        assert not [event for event in whole.heard("Message") if event["text"]]


async def test_a_new_device_of_a_member_gets_messages_too(link, about, caught_up):
    """Who wrote before is told that there is one more, and hands it the key."""
    anna, ben = await link(), await link()
    group = await group_of(anna, ben)
    await anna.do("send", to=group, text="first")
    await ben.hear("Message", about("first"))
    laptop = await link(ben.number)
    await caught_up(anna)

    await anna.do("send", to=group, text="second")

    await asyncio.gather(ben.hear("Message", about("second")), laptop.hear("Message", about("second")))


async def test_in_an_announcement_group_only_admins_write(link, about):
    """Others are refused with 420; who was made an admin may."""
    anna, ben = await link(), await link()
    group = await group_of(anna, ben)
    await anna.do("set_announce", group=group, on=True)
    assert (await ben.hear("GroupInfo", lambda event: "announce" in event))["announce"]

    assert "420" in (await ben.do("send", to=group, text="may I?"))["error"]
    await anna.do("change", group=group, action="promote", people=[ben.number])
    await ben.do("send", to=group, text="now I may")

    await anna.hear("Message", about("now I may"))

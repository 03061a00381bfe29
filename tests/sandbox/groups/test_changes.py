"""What neonize asks of groups and does to them, what the members are told, and what is refused."""


async def test_making_one(link, new_number):
    """All devices of all members hear of it, its maker's included; who is nobody is in the answer with 404."""
    anna, ben, nobody = await link(), await link(), new_number()
    laptop = await link(anna.number)

    made = await anna.do("create_group", name="Team", people=[ben.number, nobody])

    assert made["name"] == "Team"
    assert made["people"][anna.number]["role"] == "superadmin"
    assert made["people"][ben.number]["role"] == "member"
    assert [person["error"] for person in made["people"].values() if person["error"]] == [404]
    for client in (anna, laptop, ben):
        joined = await client.hear("JoinedGroup")
        assert (joined["jid"], joined["name"], joined["type"]) == (made["jid"], "Team", "new")
        assert set(joined["people"]) == {anna.number, ben.number}
    assert [group["jid"] for group in (await ben.do("groups"))["groups"]] == [made["jid"]]
    assert (await ben.do("group_info", group=made["jid"]))["people"] == joined["people"]


async def test_changing_who_is_in(link, new_number, shown):
    """Each person has a result of its own; all are told, also who was removed."""
    anna, ben, cleo, nobody = await link(), await link(), await link(), new_number()
    group = (await anna.do("create_group", name="Team", people=[ben.number]))["jid"]
    await ben.hear("JoinedGroup")

    added = await anna.do("change", group=group, action="add", people=[cleo.number, ben.number, nobody])
    assert (added["people"][cleo.number]["error"], added["people"][ben.number]["error"]) == (0, 409)
    assert sorted(person["error"] for person in added["people"].values()) == [0, 404, 409]
    (came,) = (await ben.hear("GroupInfo"))["join"]
    assert not (await cleo.hear("JoinedGroup"))["type"]

    await anna.do("change", group=group, action="promote", people=[cleo.number])
    assert (await ben.hear("GroupInfo"))["promote"] == [came]
    assert (await anna.do("change", group=group, action="demote", people=[cleo.number, nobody]))["people"][cleo.number][
        "error"
    ] == 0
    assert (await ben.hear("GroupInfo"))["demote"] == [came]

    await anna.do("change", group=group, action="remove", people=[cleo.number])
    for client in (ben, cleo):
        assert (await client.hear("GroupInfo", lambda event: "leave" in event))["leave"] == [came]
    await ben.do("leave", group=group)
    assert "leave" in await anna.hear("GroupInfo", lambda event: "leave" in event and event["leave"] != [came])
    assert [person["number"] for person in (await shown(group))["members"]] == [anna.number]


async def test_changing_what_it_says_of_itself(link, shown):
    """Name, description, who may write, who may change it, the timer: everybody is told."""
    anna, ben = await link(), await link()
    group = (await anna.do("create_group", name="Team", people=[ben.number]))["jid"]
    await ben.hear("JoinedGroup")

    for command, arguments, said in (
        ("set_subject", {"name": "Crew ✓"}, {"subject": "Crew ✓"}),
        ("set_topic", {"topic": "What we do"}, {"topic": "What we do"}),
        ("set_topic", {"topic": "What else"}, {"topic": "What else"}),
        ("set_announce", {"on": True}, {"announce": True}),
        ("set_announce", {"on": False}, {"announce": False}),
        ("set_locked", {"on": True}, {"locked": True}),
        ("set_group_timer", {"seconds": 86_400}, {"timer": 86_400}),
    ):
        assert "error" not in await anna.do(command, group=group, **arguments), command
        event = await ben.hear("GroupInfo")
        assert {name: event.get(name) for name in said} == said

    info = await ben.do("group_info", group=group)
    assert (info["name"], info["topic"], info["locked"], info["timer"]) == ("Crew ✓", "What else", True, 86_400)
    assert "error" not in await anna.do("set_topic", group=group, topic="")
    assert (await shown(group))["description"] == ""
    assert "403" in (await ben.do("set_subject", group=group, name="mine"))["error"]
    assert "403" in (await ben.do("set_announce", group=group, on=True))["error"]
    assert "409" in (await anna.do("set_topic", group=group, topic="late", previous="0123"))["error"]
    assert "406" in (await anna.do("set_subject", group=group, name="x" * 101))["error"]


async def test_the_link(link):
    """One looks and joins by it; a revoked one leads nowhere; only admins have it; an admin may have to say yes."""
    anna, ben = await link(), await link()
    group = (await anna.do("create_group", name="Team", people=[]))["jid"]
    old = (await anna.do("link", group=group))["link"]
    looked = await ben.do("look_at_link", link=old)
    assert (looked["jid"], looked["name"]) == (group, "Team")
    new = (await anna.do("link", group=group, revoke=True))["link"]
    assert (await anna.hear("GroupInfo", lambda event: "link" in event))["link"] == new
    assert "revoked" in (await ben.do("look_at_link", link=old))["error"]
    assert "revoked" in (await ben.do("join", link=old))["error"]
    assert "not valid" in (await ben.do("join", link="https://chat.whatsapp.com/nothing"))["error"]

    assert (await ben.do("join", link=new))["jid"] == group

    assert (await ben.hear("JoinedGroup"))["reason"] == "invite"
    assert "join" in await anna.hear("GroupInfo", lambda event: "join" in event)
    assert "409" in (await ben.do("join", link=new))["error"]
    assert "permission" in (await ben.do("link", group=group))["error"]
    await anna.do("change", group=group, action="remove", people=[ben.number])
    assert "401" in (await ben.do("join", link=new))["error"]


async def test_what_is_not_ones_own(link):
    """A group that isn't there is 404; one that one isn't in is 403, whatever one asks."""
    anna, ben = await link(), await link()
    group = (await anna.do("create_group", name="Team", people=[]))["jid"]

    assert "does not exist" in (await ben.do("group_info", group="120363999999999999@g.us"))["error"]
    assert "not participating" in (await ben.do("group_info", group=group))["error"]
    assert "403" in (await ben.do("change", group=group, action="add", people=[ben.number]))["error"]
    assert "403" in (await ben.do("leave", group=group))["error"]
    assert "does not exist" in (await ben.do("send", to="120363999999999999@g.us", text="hello?"))["error"]

"""Communities, as unmodified neonize clients make, fill and leave them."""


async def test_a_community_has_a_group_where_its_admins_announce_things(link, shown, about):
    """Made with it; who comes into one of its groups is in the community, and reads what is announced."""
    anna, ben = await link(), await link()
    made = await anna.do("create_community", name="Village")
    community = made["jid"]
    assert made["community"]
    ((announcements, is_default),) = (await anna.do("sub_groups", group=community))["groups"].values()
    assert is_default

    garden = await anna.do("create_in_community", name="Garden", people=[ben.number], parent=community)

    assert garden["parent"] == community
    joined = {}
    for _ in range(3):
        event = await ben.hear("JoinedGroup")
        joined[event["jid"]] = event
    assert set(joined) == {community, announcements, garden["jid"]}
    assert joined[announcements]["announcements"]
    assert joined[announcements]["announce"]
    assert joined[community]["community"]
    assert set((await ben.do("sub_groups", group=community))["groups"]) == {"Village", "Garden"}
    people = (await ben.do("community_people", group=community))["people"]
    assert sorted(people) == sorted(member["lid"] for member in (await shown(community))["members"])
    assert len(people) == 2
    await anna.do("send", to=announcements, text="welcome")
    await ben.hear("Message", about("welcome"))
    assert "420" in (await ben.do("send", to=announcements, text="thanks"))["error"]
    assert "405" in (await anna.do("send", to=community, text="anybody?"))["error"]


async def test_a_group_is_linked_and_unlinked(link, shown):
    """Both groups are told, by those who are in them; its members come along, and stay when it leaves."""
    anna, ben = await link(), await link()
    community = (await anna.do("create_community", name="Village"))["jid"]
    team = (await anna.do("create_group", name="Team", people=[ben.number]))["jid"]
    await ben.hear("JoinedGroup", lambda event: event["jid"] == team)

    assert "error" not in await anna.do("link_group", parent=community, group=team)

    assert (await ben.hear("GroupInfo", lambda event: event["jid"] == team))["linked"] == "parent_group"
    assert (await anna.hear("GroupInfo", lambda event: event["jid"] == community))["linked"] == "sub_group"
    await ben.hear("JoinedGroup", lambda event: event["jid"] == community)
    assert (await ben.do("group_info", group=team))["parent"] == community
    assert "409" in (await anna.do("link_group", parent=community, group=team))["error"]

    assert "403" in (await ben.do("unlink_group", parent=community, group=team))["error"]
    assert "error" not in await anna.do("unlink_group", parent=community, group=team)

    assert (await ben.hear("GroupInfo", lambda event: "unlinked" in event and event["jid"] == team))["unlinked"]
    assert not (await ben.do("group_info", group=team))["parent"]
    assert ben.number in {member["number"] for member in (await shown(community))["members"]}
    assert "404" in (await anna.do("unlink_group", parent=community, group=team))["error"]


async def test_what_is_refused(link):
    """A group of others cannot be taken in, a group is no community, and only admins make groups in one."""
    anna, ben = await link(), await link()
    community = (await anna.do("create_community", name="Village"))["jid"]
    ((announcements, _),) = (await anna.do("sub_groups", group=community))["groups"].values()
    team = (await ben.do("create_group", name="Team", people=[anna.number]))["jid"]
    await anna.hear("JoinedGroup", lambda event: event["jid"] == team)

    assert "403" in (await anna.do("link_group", parent=community, group=team))["error"]
    assert "404" in (await anna.do("link_group", parent=community, group="120363999999999999@g.us"))["error"]
    assert "403" in (await anna.do("unlink_group", parent=community, group=announcements))["error"]
    assert "400" in (await ben.do("sub_groups", group=team))["error"]
    inside = {"name": "Mine", "people": [], "parent": community}
    assert "403" in (await ben.do("create_in_community", **inside))["error"]
    assert "400" in (await ben.do("create_in_community", **inside | {"parent": team}))["error"]


async def test_the_phone_makes_a_community_and_who_leaves_it_leaves_its_groups(link, control, shown):
    """By the control API: made, filled, admins made for both halves, left, and nobody stays in a part of it."""
    anna, ben = await link(), await link()
    phone = f"/phones/{anna.number}/groups"
    made = (await control.post(phone, json={"name": "Village", "community": True})).json()
    community, announcements = made["groupJid"], made["announcementsJid"]
    inside = {"name": "Garden", "participants": [ben.number], "parent": community}
    garden = (await control.post(phone, json=inside)).json()["groupJid"]
    team = (await control.post(phone, json={"name": "Team"})).json()["groupJid"]
    answer = await control.post(f"{phone}/{community}/link-groups", json={"groups": [team, garden]})
    assert answer.json()["results"] == [{"groupJid": team, "code": 0}, {"groupJid": garden, "code": 409}]
    assert (await shown(community))["groups"] == [announcements, garden, team]
    await control.post(f"{phone}/{community}/promote", json={"participants": [ben.number]})
    roles = {member["number"]: member["role"] for member in (await shown(announcements))["members"]}
    assert roles == {anna.number: "superadmin", ben.number: "admin"}
    assert (await control.post(f"{phone}/{announcements}/announce", json={"off": True})).json()["code"] == 403
    await control.post(f"{phone}/{community}/unlink-groups", json={"groups": [team]})

    assert "error" not in await ben.do("leave", group=announcements)

    for group in (community, announcements, garden):
        assert [member["number"] for member in (await shown(group))["members"]] == [anna.number]
    assert (await shown(team))["parent"] is None

"""Newsletters through unmodified neonize clients."""

import base64

from tests.sandbox.stanzas.test_people import jpeg


async def ask(client, call: str, jid: str | None = None, *values) -> object:
    """What a method of neonize's client answers."""
    answer = await client.do("ask_client", call=call, jids=[jid] if jid else [], values=list(values))
    assert "error" not in answer, answer
    return answer["answer"]


async def newsletter(control, jid: str) -> dict:
    return (await control.get(f"/newsletters/{jid}")).json()


async def test_a_newsletter_is_made_found_followed_and_left(link, control):
    """By its address and its link; roles, muting and followers are told; an unknown one is an error."""
    anna, ben = await link(), await link()
    wanted = {"name": "Sea", "description": "waves"}
    made = (await control.post(f"/phones/{anna.number}/newsletters", json=wanted)).json()
    jid = made["jid"]
    seen = await ask(ben, "get_newsletter_info", jid)
    assert seen["ThreadMeta"]["Name"]["Text"] == "Sea"
    assert seen["ViewerMeta"]["Role"] == "GUEST"
    by_link = await ask(ben, "get_newsletter_info_with_invite", None, made["inviteLink"])
    assert by_link["ID"] == seen["ID"]
    await ask(ben, "follow_newsletter", jid)
    await ask(ben, "newsletter_toggle_mute", jid, True)  # noqa: FBT003 - neonize's own
    [followed] = await ask(ben, "get_subscribed_newletters")
    assert (followed["ViewerMeta"]["Role"], followed["ViewerMeta"]["Mute"]) == ("SUBSCRIBER", "ON")
    assert (await newsletter(control, jid))["followers"] == [{"number": ben.number, "muted": True}]
    await ask(ben, "unfollow_newsletter", jid)
    assert await ask(ben, "get_subscribed_newletters") == []
    [own] = await ask(anna, "get_subscribed_newletters")
    assert own["ViewerMeta"]["Role"] == "OWNER"
    missing = await ben.do("ask_client", call="get_newsletter_info", jids=["120363999999999999@newsletter"])
    assert "404" in missing["error"]


async def test_what_is_posted_reaches_who_follows(link, control):
    """Followers get a post with its number; others may not post; a reaction is counted."""
    anna, ben, carl = await link(), await link(), await link()
    picture = base64.b64encode(jpeg("blue")).decode()
    made = await anna.do("make_newsletter", name="Sea", description="", picture=picture)
    jid = made["jid"]
    await ask(ben, "follow_newsletter", jid)
    sent = await anna.do("send", to=jid, text="high tide")
    assert "error" not in sent, sent
    heard = await ben.hear("Message")
    assert (heard["id"], heard["text"], heard["chat"]) == (sent["id"], "high tide", jid)
    assert "403" in (await carl.do("send", to=jid, text="me too"))["error"]
    [post] = (await newsletter(control, jid))["posts"]
    await ask(ben, "newsletter_send_reaction", jid, post["serverId"], "🌊", "")
    posts = await ask(ben, "get_newsletter_messages", jid, 10, 0)
    assert [each["Message"]["conversation"] for each in posts] == ["high tide"]
    assert [each["count"] for each in posts[0]["ReactionCounts"]] == ["1"]
    assert (await newsletter(control, jid))["posts"][0]["reactions"] == {ben.number: "🌊"}
    await control.post(f"/phones/{anna.number}/newsletters/{jid}/post", json={"text": "low tide"})
    assert (await ben.hear("Message"))["text"] == "low tide"

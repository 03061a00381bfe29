"""Newsletters as a second, independent client finds, follows, reads and leaves them: Baileys."""

from tests.sandbox.baileys.driver import pair


async def test_it_follows_one_and_reads_what_is_posted(baileys, control, new_number) -> None:
    """Found by its link, followed, muted and not; a post comes, a reaction goes; then it is left."""
    number, owner = new_number(), new_number()
    await control.post("/phones", json={"number": owner})
    made = await control.post(f"/phones/{owner}/newsletters", json={"name": "Sea", "description": "waves"})
    jid = made.json()["jid"]
    await pair(control, baileys, number)

    async def call(name: str, *args):
        return (await baileys.do("group", call=name, args=list(args)))["result"]

    async def held() -> dict:
        return (await control.get(f"/newsletters/{jid}")).json()

    code = made.json()["inviteLink"].rsplit("/", 1)[1]
    assert (await call("newsletterMetadata", "invite", code))["id"] == jid
    await call("newsletterFollow", jid)
    await call("newsletterMute", jid)
    assert (await held())["followers"] == [{"number": number, "muted": True}]
    await call("newsletterUnmute", jid)
    posted = await control.post(f"/phones/{owner}/newsletters/{jid}/post", json={"text": "high tide"})
    assert posted.status_code < 300, posted.text
    heard = await baileys.hear("message", lambda line: line.get("text") == "high tide")
    assert heard["from"] == jid
    (post,) = (await held())["posts"]
    await call("newsletterReactMessage", jid, str(post["serverId"]), "🌊")
    shown = await held()
    assert shown["followers"] == [{"number": number, "muted": False}]
    assert shown["posts"][0]["reactions"] == {number: "🌊"}
    await call("newsletterUnfollow", jid)
    assert (await held())["followers"] == []

"""Calls, as unmodified neonize clients see them."""


async def test_a_call_rings_and_is_rejected(link, control, until):
    """The called one hears how it ends: rejected, hung up, answered on the phone. Who is blocked rings nowhere."""
    anna, ben = await link(), await link()

    async def states() -> list[str]:
        return [call["state"] for call in (await control.get(f"/phones/{ben.number}/calls")).json()["calls"]]

    async def is_rejected() -> bool:
        return await states() == ["rejected"]

    calls = f"/phones/{anna.number}/calls"
    made = (await control.post(calls, json={"to": ben.number, "video": True})).json()
    assert (await ben.hear("CallOffer"))["call"] == made["id"]
    caller = (await control.get(f"/phones/{anna.number}")).json()["lid"]
    await ben.do("ask_client", call="reject_call", jids=[f"{caller}@lid"], values=[made["id"]])
    await until(is_rejected)

    again = (await control.post(calls, json={"to": ben.number})).json()
    assert (await ben.hear("CallOffer"))["call"] == again["id"]
    await control.post(f"{calls}/{again['id']}/end")
    assert (await ben.hear("CallTerminate"))["call"] == again["id"]

    for answer in ("accept", "reject"):
        rings = (await control.post(calls, json={"to": ben.number})).json()
        assert (await ben.hear("CallOffer"))["call"] == rings["id"]
        await control.post(f"/phones/{ben.number}/calls/{rings['id']}/{answer}")
        ended = await ben.hear("CallTerminate")
        assert (ended["call"], ended["reason"]) == (rings["id"], f"{answer}ed_elsewhere")

    await control.post(f"/phones/{ben.number}/block", json={"number": anna.number})
    await control.post(calls, json={"to": ben.number})
    assert await states() == ["rejected", "ended", "accepted", "rejected", "ringing"]
    assert ben.heard("CallOffer") == []

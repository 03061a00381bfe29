"""What people say of themselves, hide and block, through unmodified neonize clients."""

import base64
import io
import ssl

import httpx
from PIL import Image


def jpeg(color: str) -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (64, 64), color).save(picture, "JPEG")
    return picture.getvalue()


async def person(control, number: str) -> dict:
    return (await control.get(f"/phones/{number}/profile")).json()


async def user_info(client, number: str) -> dict:
    answer = await client.do("ask_client", call="get_user_info", jids=[f"{number}@s.whatsapp.net"])
    [found] = answer["answer"]
    return found["UserInfo"]


async def test_what_somebody_says_is_seen_by_whom_they_let(link, control, addresses, new_number):
    """About, picture (fetched at its address), business name; nothing once hidden. Others are told."""
    anna, ben = await link(), await link()
    assert "error" not in await anna.do("send", to=ben.number, text="so that Ben is told")
    assert "error" not in await anna.do("ask_client", call="set_status_message", values=["at the sea"])
    shown = await anna.do("set_picture", base64_=base64.b64encode(jpeg("red")).decode())
    assert "error" not in shown, shown
    assert not (await ben.hear("Picture"))["Remove"]
    await control.post(f"/phones/{anna.number}/profile", json={"business": {"name": "Anna's Sea"}})

    seen = await user_info(ben, anna.number)
    assert (seen["Status"], seen["PictureID"]) == ("at the sea", shown["id"])
    [registered] = (await ben.do("ask_client", call="is_on_whatsapp", values=[f"+{anna.number}"]))["answer"]
    assert registered["VerifiedName"]["Details"]["verifiedName"] == "Anna's Sea"
    found = await ben.do("picture", number=anna.number)
    assert found["id"] == shown["id"]
    trust = ssl.create_default_context(cafile=str(addresses.ca_file))
    async with httpx.AsyncClient(proxy=addresses.proxy, verify=trust, timeout=90) as outside:
        assert (await outside.get(found["url"])).content == jpeg("red")
        assert (await outside.get(found["url"].replace("_n.jpg", "x_n.jpg"))).status_code == 404

    await control.post(f"/phones/{anna.number}/privacy", json={"profile": "contacts", "status": "none"})
    hidden = await user_info(ben, anna.number)
    assert (hidden.get("Status", ""), hidden.get("PictureID", "")) == ("", "")
    assert "hidden" in (await ben.do("picture", number=anna.number))["error"]
    await control.post(f"/phones/{anna.number}/privacy", json={"contacts": [ben.number]})
    assert (await ben.do("picture", number=anna.number))["id"] == shown["id"]
    assert "error" in await anna.do("set_picture", base64_=base64.b64encode(b"no JPEG").decode())
    assert (await user_info(ben, new_number())).get("Status", "") == ""


async def test_a_blocked_one_reaches_nobody_and_sees_nothing(link, control):
    """Messages are acknowledged and go nowhere, pictures are hidden; the list comes back, and other devices hear."""
    anna, ben = await link(), await link()
    second = await link(anna.number)
    lid = (await person(control, ben.number))["lid"]
    await control.put(f"/phones/{anna.number}/picture", json={"id": "1"})
    answer = await anna.do("set_block", jid=f"{ben.number}@s.whatsapp.net", block=True)
    assert [jid["User"] for jid in answer["answer"]["JIDs"]] == [lid]
    await second.hear("BlocklistEvent")
    assert (await person(control, anna.number))["blocked"] == [ben.number]

    assert "error" not in await ben.do("send", to=anna.number, text="do you hear me?")
    assert "hidden" in (await ben.do("picture", number=anna.number))["error"]
    again = await anna.do("set_block", jid=f"{lid}@lid", block=False)
    assert again["answer"].get("JIDs", []) == []
    assert "error" not in await ben.do("send", to=anna.number, text="and now?")
    assert (await anna.hear("Message"))["text"] == "and now?"
    assert anna.heard("Message") == []
    nobody = await anna.do("set_block", jid="900000099999999@lid", block=True)
    assert "404" in nobody["error"]


async def test_settings_are_kept_and_other_devices_told(link, control):
    """Privacy, the timer of new chats, the link; a value that there is not is refused."""
    anna, ben = await link(), await link()
    second = await link(anna.number)
    assert "error" not in await anna.do("set_privacy", name="last", value="contacts")
    await second.hear("privacySettingsEvent")
    assert (await person(control, anna.number))["privacy"]["last"] == "contacts"
    assert "400" in (await anna.do("set_privacy", name="online", value="none"))["error"]

    week = 604_800
    answer = await anna.do("ask_client", call="set_default_disappearing_timer", values=[week * 10**9])
    assert "error" not in answer, answer
    assert (await person(control, anna.number))["timer"] == week

    async def link_of(*values):
        return (await anna.do("ask_client", call="get_contact_qr_link", values=values))["answer"]

    code = await link_of(0)
    found = await ben.do("ask_client", call="resolve_contact_qr_link", values=[code])
    assert found["answer"]["JID"]["User"] == anna.number
    assert await link_of(1) != code
    assert "error" in await ben.do("ask_client", call="resolve_contact_qr_link", values=[code])

    await control.post(f"/phones/{anna.number}/privacy", json={"audience": "blacklist", "audienceList": [ben.number]})
    [audience] = (await anna.do("ask_client", call="get_status_privacy"))["answer"]
    assert (audience["Type"], [jid["User"] for jid in audience["List"]]) == ("BLACKLIST", [ben.number])


async def test_a_contact_looks_at_somebody(control, new_number):
    """What its client is told of them, also of a business, and what it is not."""
    contact, number = new_number(), new_number()
    await control.post("/contacts", json={"number": contact})
    await control.post("/phones", json={"number": number, "name": "Shop"})
    await control.post(f"/phones/{number}/profile", json={"about": "open", "business": {"name": "The Shop"}})
    await control.put(f"/phones/{number}/picture", json={"id": "77"})
    seen = (await control.get(f"/contacts/{contact}/people/{number}")).json()
    assert seen.pop("picture").startswith("https://pps.whatsapp.net/")
    assert seen == {"about": "open", "pictureId": "77", "verifiedName": "The Shop", "hidden": False}
    await control.post(f"/phones/{number}/block", json={"number": contact})
    seen = (await control.get(f"/contacts/{contact}/people/{number}")).json()
    assert (seen["about"], seen["pictureId"], seen["picture"], seen["hidden"]) == ("", None, None, True)

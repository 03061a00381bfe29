"""The picture of a group, as unmodified neonize clients set and see it."""

import base64
import io

import pytest
from PIL import Image


@pytest.fixture
def jpeg(tmp_path):
    """A small JPEG, as a file and as bytes."""
    picture = io.BytesIO()
    Image.new("RGB", (32, 32), (200, 30, 30)).save(picture, "JPEG")
    path = tmp_path / "group.jpg"
    path.write_bytes(picture.getvalue())
    return path


async def test_members_are_told_of_a_picture_and_see_it(link, shown, jpeg):
    """Whoever set it hears of it too; a member is told where it is, somebody else is not."""
    anna, ben, cleo = await link(), await link(), await link()
    group = (await anna.do("create_group", name="Team", people=[ben.number]))["jid"]
    await ben.hear("JoinedGroup")
    assert "does not have a profile picture" in (await ben.do("picture", number=group))["error"]

    id_ = (await ben.do("set_group_photo", group=group, path=str(jpeg)))["id"]

    for client in (anna, ben):
        heard = await client.hear("Picture")
        assert (heard["jid"], heard["Remove"]) == (group, False)
    assert (await shown(group))["picture"] | {"url": ""} == {"id": id_, "url": "", "size": len(jpeg.read_bytes())}
    found = await anna.do("picture", number=group)
    assert (found["id"], found["url"]) == (id_, (await shown(group))["picture"]["url"])
    assert "hidden" in (await cleo.do("picture", number=group))["error"]


async def test_who_may_not_change_the_group_may_not_change_its_picture(link, control, shown, jpeg):
    """In a locked group only admins, nobody from outside, and only a JPEG; the phone sets and removes it as well."""
    anna, ben = await link(), await link()
    group = (await anna.do("create_group", name="Team", people=[ben.number]))["jid"]
    other = (await anna.do("create_group", name="Other", people=[]))["jid"]
    await anna.do("set_locked", group=group, on=True)
    assert "403" in (await ben.do("set_group_photo", group=group, path=str(jpeg)))["error"]
    assert "403" in (await ben.do("set_group_photo", group=other, path=str(jpeg)))["error"]
    assert "404" in (await ben.do("set_group_photo", group="120363999999999999@g.us", path=str(jpeg)))["error"]
    assert "valid image" in (await anna.do("set_group_photo", group=group, path=__file__))["error"]
    assert (await shown(group))["picture"] is None

    picture = f"/phones/{anna.number}/groups/{group}/picture"
    said = {"base64": base64.b64encode(jpeg.read_bytes()).decode(), "id": "1777"}
    assert (await control.put(picture, json=said)).json()["picture"]["id"] == "1777"
    assert not (await ben.hear("Picture"))["Remove"]
    assert (await control.delete(picture)).json()["picture"] is None
    assert (await ben.hear("Picture"))["Remove"]
    refused = await control.put(f"/phones/{ben.number}/groups/{group}/picture", json={})
    assert (refused.status_code, refused.json()) == (409, {"error": "forbidden", "code": 403})

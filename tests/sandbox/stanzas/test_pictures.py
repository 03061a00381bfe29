"""Profile pictures, asked for by an unmodified neonize client."""


async def test_a_picture_is_where_its_owner_lets_it_be_seen(link, control, new_number):
    """Its address and its number; an error for one that is hidden, and for who has none."""
    anna, number = await link(), new_number()
    await control.post("/phones", json={"number": number})
    assert "does not have a profile picture" in (await anna.do("picture", number=number))["error"]

    assert (await control.put(f"/phones/{number}/picture", json={"id": "1766"})).status_code == 200
    found = await anna.do("picture", number=number)
    assert (found["id"], found["url"].startswith("https://")) == ("1766", True)

    await control.put(f"/phones/{number}/picture", json={"id": "1766", "hidden": True})
    assert "hidden their profile picture" in (await anna.do("picture", number=number))["error"]

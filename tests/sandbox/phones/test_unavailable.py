"""A message that is to be seen once, which linked devices are told of and never given."""


async def test_a_device_is_told_and_the_connection_goes_on(link, control, until):
    """The client learns that there is such a message, acknowledges it, and gets what comes after it."""
    anna, ben = await link(), await link()
    told = {"from": ben.number, "id": "3EB0ONCE"}
    answer = await control.post(f"/phones/{anna.number}/devices/1/unavailable", json=told)
    assert answer.status_code == 201, answer.text
    heard = await anna.hear("Undecryptable")
    assert (heard["id"], heard["unavailable"]) == ("3EB0ONCE", True)
    await ben.do("send", to=anna.number, text="after it")
    assert (await anna.hear("Message"))["text"] == "after it"

    async def acknowledged():
        (delivery,) = (await control.get("/deliveries", params={"id": "3EB0ONCE"})).json()["deliveries"]
        return delivery["acked"] and delivery

    delivery = await until(acknowledged)
    assert (delivery["from"], delivery["to"]) == (ben.number, anna.number)


async def test_who_is_not_there_is_not_told(control, new_number):
    """A device that the phone has not got is an error."""
    number = new_number()
    await control.post("/phones", json={"number": number})
    told = {"from": number, "id": "3EB0ONCE"}
    assert (await control.post(f"/phones/{number}/devices/1/unavailable", json=told)).status_code == 404

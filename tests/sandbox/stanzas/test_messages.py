"""Messages between unmodified neonize clients, through the sandbox, end to end encrypted."""


def about(text):
    return lambda event: event["text"] == text


async def test_a_text_each_way_with_receipts(link):
    """Each side decrypts what the other wrote, and the writer learns that it was delivered."""
    anna, ben = await link(), await link()

    sent = await anna.do("send", to=ben.number, text="Moin")
    got = await ben.hear("Message", about("Moin"))
    answered = await ben.do("send", to=anna.number, text="Selber Moin")

    assert got["id"] == sent["id"]
    assert not got["mine"]
    assert (await anna.hear("Message", about("Selber Moin")))["id"] == answered["id"]
    await anna.hear("Receipt", lambda event: sent["id"] in event["ids"])


async def test_a_read_receipt_reaches_the_writer(link):
    """Marking a message read asks for privacy settings first, and then tells the writer."""
    anna, ben = await link(), await link()
    sent = await anna.do("send", to=ben.number, text="read me")
    got = await ben.hear("Message")
    await anna.hear("Receipt", lambda event: sent["id"] in event["ids"])

    assert "error" not in await ben.do("read", chat=got["chat"], message=got["id"])

    read = 4  # neonize's number for it
    await anna.hear("Receipt", lambda event: sent["id"] in event["ids"] and event["type"] == read)


async def test_a_sink_counts_what_arrives(link, control):
    """A sink's keys satisfy neonize, every message is one frame, and the sink counts it."""
    anna = await link()
    (sink,) = (await control.post("/sinks", json={"count": 1})).json()["numbers"]

    sent = [await anna.do("send", to=sink, text=f"number {index}") for index in range(3)]

    assert (await control.get(f"/sinks/{sink}")).json()["received"] == 3
    frames = (await control.get("/frames", params={"from": anna.number, "to": sink})).json()["frames"]
    assert [frame["id"] for frame in frames] == [answer["id"] for answer in sent]
    assert all(frame["acked"] and frame["delivered"] and not frame["duplicate"] for frame in frames)


async def test_a_sink_with_receipts_says_delivered(link, control):
    """A sink made with receipts answers as a phone would."""
    anna = await link()
    (sink,) = (await control.post("/sinks", json={"count": 1, "receipts": True})).json()["numbers"]
    sent = await anna.do("send", to=sink, text="well?")
    await anna.hear("Receipt", lambda event: sent["id"] in event["ids"])


async def test_every_device_of_both_numbers_gets_a_message(link):
    """The receiver's two devices get it, and so does the writer's other device, as its own message."""
    ben_phone = await link()
    ben_laptop = await link(ben_phone.number)
    anna = await link()
    anna_laptop = await link(anna.number)

    await anna.do("send", to=ben_phone.number, text="to all")

    assert not (await ben_phone.hear("Message", about("to all")))["mine"]
    assert not (await ben_laptop.hear("Message", about("to all")))["mine"]
    copy = await anna_laptop.hear("Message", about("to all"))
    assert copy["mine"]
    assert copy["chat"].endswith("@lid")


async def test_a_device_linked_later_gets_messages_too(link, caught_up):
    """Who wrote to a number before is told that its devices changed, and writes to the new one as well."""
    ben, anna = await link(), await link()
    await anna.do("send", to=ben.number, text="first")
    await ben.hear("Message", about("first"))
    laptop = await link(ben.number)
    await caught_up(anna)

    await anna.do("send", to=ben.number, text="second")

    await ben.hear("Message", about("second"))
    await laptop.hear("Message", about("second"))


async def test_a_damaged_message_is_asked_for_again(link, control):
    """A ciphertext changed on the way does not decrypt; the receiver asks, the writer encrypts it anew, once."""
    ben, anna = await link(), await link()
    await anna.do("send", to=ben.number, text="whole")
    await ben.hear("Message", about("whole"))
    fault = await control.post("/faults", json={"kind": "corrupt", "target": ben.number})
    assert fault.status_code == 201

    sent = await anna.do("send", to=ben.number, text="damaged")

    got = await ben.hear("Message", about("damaged"))
    assert got["id"] == sent["id"]
    frames = (await control.get("/frames", params={"id": sent["id"]})).json()["frames"]
    assert [frame["retry"] for frame in frames] == [False, True]
    assert not any(frame["duplicate"] for frame in frames)


async def test_who_is_on_whatsapp(link, control, new_number):
    """A number of the sandbox is there, one that nobody has is not, and sending to that fails at once."""
    anna, nobody = await link(), new_number()
    (sink,) = (await control.post("/sinks", json={"count": 1})).json()["numbers"]

    assert (await anna.do("check", number=f"+{sink}"))["is_in"]
    assert not (await anna.do("check", number=f"+{nobody}"))["is_in"]
    assert "no LID found" in (await anna.do("send", to=nobody, text="hello?"))["error"]


async def test_a_number_may_be_written_differently(link, control, new_number):
    """Looking an alias up gives the account behind it; a message goes to the account's own number only."""
    anna, alias = await link(), new_number()
    (sink,) = (await control.post("/sinks", json={"count": 1})).json()["numbers"]
    await control.post("/aliases", json={"alias": alias, "number": sink})

    lid = (await control.get(f"/sinks/{sink}")).json()["lid"]
    checked = await anna.do("check", number=f"+{alias}")
    assert (checked["is_in"], checked["jid"], checked["query"]) == (True, f"{lid}@lid", f"+{alias}")
    assert "no LID found" in (await anna.do("send", to=alias, text="hello?"))["error"]
    assert "id" in await anna.do("send", to=sink, text="hello")
    assert (await control.get("/aliases")).json()["aliases"][alias] == sink


async def test_lookups_are_refused_or_not_answered(link, control, until):
    """What WhatsApp does to whoever looks up many numbers; messages go on meanwhile."""
    anna = await link()
    (sink,) = (await control.post("/sinks", json={"count": 1})).json()["numbers"]
    fault = (await control.post("/faults", json={"kind": "refuse_lookups", "target": anna.number})).json()
    assert "429: rate-overlimit" in (await anna.do("check", number=f"+{sink}"))["error"]
    assert "id" in await anna.do("send", to=sink, text="hello")
    await control.delete(f"/faults/{fault['id']}")
    fault = (await control.post("/faults", json={"kind": "ignore_lookups", "target": anna.number})).json()
    asked = await anna.ask("check", number=f"+{sink}")

    async def struck():
        standing = {each["id"]: each for each in (await control.get("/faults")).json()["faults"]}
        return standing[fault["id"]]["struck"]

    await until(struck)
    await control.delete(f"/faults/{fault['id']}")
    assert (await anna.do("check", number=f"+{sink}"))["is_in"]
    assert all(answer["command"] != asked for answer in anna.heard("Answer"))


async def test_a_one_time_key_is_used_once(link, control):
    """A new writer uses up one of the receiver's keys, and none any more once they know each other."""
    ben, anna = await link(), await link()

    async def keys():
        return (await control.get(f"/phones/{ben.number}")).json()["devices"][0]["preKeys"]

    before = await keys()
    await anna.do("send", to=ben.number, text="uses one")
    await anna.do("send", to=ben.number, text="uses none")
    assert await keys() == before - 1


async def test_typing_is_seen(link, until):
    """Who is written to and available sees the typing; who follows a number learns that it is away."""
    anna, ben = await link(), await link()
    await anna.do("send", to=ben.number, text="my address")
    annas = (await ben.hear("Message"))["chat"]
    await ben.do("send", to=anna.number, text="mine")
    bens = (await anna.hear("Message"))["chat"]

    async def available():
        return "error" not in await ben.do("available")

    await until(available)
    assert "error" not in await ben.do("follow", to=annas)
    assert (await ben.hear("Presence"))["Unavailable"]
    assert "error" not in await anna.do("type_to", to=bens)
    await ben.hear("ChatPresence")

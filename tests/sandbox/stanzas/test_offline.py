"""Nothing is lost or doubled when connections break."""

import asyncio

import httpx


def about(text):
    return lambda event: event["text"] == text


async def nothing_waits(control, link):
    return (await control.get(f"/phones/{link.number}")).json()["devices"][0]["waiting"] == 0


async def test_messages_wait_for_a_device_that_crashed(link, control, until):
    """What is written to a device that is away comes in order when it is back, and is then not kept any more."""
    ben, anna = await link(), await link()
    await anna.do("send", to=ben.number, text="before")
    await ben.hear("Message", about("before"))
    await until(lambda: nothing_waits(control, ben))  # it is shown before it is acknowledged, at times
    await ben.kill()
    texts = [f"while away {index}" for index in range(20)]
    for text in texts:
        await anna.do("send", to=ben.number, text=text)

    await ben.restart()

    assert (await ben.hear("OfflineSyncCompleted"))["Count"] == 20
    assert [(await ben.hear("Message"))["text"] for _ in texts] == texts


async def test_an_unacknowledged_message_comes_again(link, control, until):
    """Messages on the wire when the receiver crashes are delivered again; none of fifty is lost."""
    ben, anna = await link(), await link()
    texts = {f"burst {index}" for index in range(50)}

    async def write():
        for text in sorted(texts):
            await anna.do("send", to=ben.number, text=text)

    writing = asyncio.create_task(write())
    for _ in range(10):
        await ben.hear("Message")
    await ben.kill()
    await ben.restart()
    await writing

    await until(lambda: nothing_waits(control, ben))
    deliveries = (await control.get("/deliveries", params={"to": ben.number})).json()["deliveries"]
    assert len({delivery["id"] for delivery in deliveries}) == 50
    assert all(delivery["acked"] for delivery in deliveries)


async def test_a_frame_sent_again_after_a_reconnect_is_dropped(link, control):
    """A message whose acknowledgement was lost is sent again with its id: acknowledged then, delivered once."""
    ben, anna = await link(), await link()
    fault = {"kind": "drop_acks", "target": anna.number, "deliver": True, "count": 1}
    await control.post("/faults", json=fault)

    command = await anna.ask("send", to=ben.number, text="only once")
    got = await ben.hear("Message", about("only once"))
    await control.post("/faults", json={"kind": "close", "target": anna.number})
    answer = await anna.hear("Answer", lambda line: line["command"] == command)

    assert answer["id"] == got["id"]
    frames = (await control.get("/frames", params={"id": got["id"]})).json()["frames"]
    assert [(frame["duplicate"], frame["acked"], frame["delivered"]) for frame in frames] == [
        (False, False, True),
        (True, True, False),
    ]
    assert len((await control.get("/deliveries", params={"id": got["id"]})).json()["deliveries"]) == 1
    assert ben.heard("Message") == []


async def test_a_frame_that_was_swallowed_is_delivered_when_it_comes_again(link, control, until):
    """A message taken without acknowledgement and without delivery gets through by the second frame."""
    ben, anna = await link(), await link()
    await control.post("/faults", json={"kind": "drop_acks", "target": anna.number, "count": 1})

    command = await anna.ask("send", to=ben.number, text="second try")

    async def swallowed():
        return (await control.get("/frames", params={"from": anna.number})).json()["frames"]

    await until(swallowed)
    await control.post("/faults", json={"kind": "close", "target": anna.number})
    await anna.hear("Answer", lambda line: line["command"] == command)
    await ben.hear("Message", about("second try"))


async def test_everything_is_there_after_a_restart_of_the_server(run_sandbox, link, tmp_path):
    """With --data, linked devices log in to the restarted server, trust it, and get what waited for them."""
    data = ("--data", str(tmp_path / "kept"))
    with run_sandbox(*data) as first:
        ben, anna = await link(at=first), await link(at=first)
        await anna.do("send", to=ben.number, text="before")
        await ben.hear("Message", about("before"))
        await ben.kill()
        await anna.do("send", to=ben.number, text="in between")
        await anna.kill()
    with run_sandbox(*data) as second:
        assert second.root_key == first.root_key
        ben.addresses = anna.addresses = second
        await ben.restart()
        await ben.hear("Message", about("in between"))
        await anna.restart()
        await anna.do("send", to=ben.number, text="after")
        await ben.hear("Message", about("after"))
        async with httpx.AsyncClient(base_url=second.control, timeout=90) as control:
            phones = (await control.get("/phones")).json()["phones"]
        assert {phone["number"] for phone in phones} == {ben.number, anna.number}

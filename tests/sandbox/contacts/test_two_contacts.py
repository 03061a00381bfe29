"""Two contacts, each a real neonize device, text each other through the sandbox."""

import asyncio
import signal
from collections.abc import Callable

import httpx
import psutil
import pytest

DELIVERED = 1  # neonize.Receipt.ReceiptType.DELIVERED
READ = 4  # neonize.Receipt.ReceiptType.READ
WANTED = [f"message {index}" for index in range(50)]


async def texts(control: httpx.AsyncClient, number: str, sender: str) -> list[str]:
    """Return what `number` received from `sender`, in the order of its mailbox."""
    answer = await control.get(f"/contacts/{number}/messages")
    return [message["text"] for message in answer.json()["messages"] if message["fromNumber"] == sender]


async def send(control: httpx.AsyncClient, number: str, to: str, text: str) -> httpx.Response:
    return await control.post(f"/contacts/{number}/send", json={"to": to, "text": text})


async def two(control: httpx.AsyncClient, new_number, **manner) -> tuple[str, str]:
    numbers = new_number(), new_number()
    for number in numbers:
        answer = await control.post("/contacts", json={"number": number, **manner})
        assert answer.status_code == 201, answer.text
    return numbers


@pytest.fixture
def received(control, until):
    """Wait until a contact has so many texts from another, and return them; a send waits 2 s for that and no longer."""

    async def wait(number: str, sender: str, count: int) -> list[str]:
        async def there() -> list[str] | None:
            found = await texts(control, number, sender)
            return found if len(found) >= count else None

        return await until(there)

    return wait


class Sender:
    """A contact that sends all texts one after the other, and what became of them."""

    def __init__(self, control: httpx.AsyncClient, number: str, to: str) -> None:
        self.control, self.number, self.to = control, number, to
        self.acknowledged: list[str] = []
        self.doubtful: list[str] = []

    async def send_all(self, after_some: Callable[[], None] = lambda: None) -> None:
        for text in WANTED:
            answer = await send(self.control, self.number, self.to, text)
            (self.acknowledged if answer.status_code == 200 else self.doubtful).append(text)
            if answer.status_code == 200 and len(self.acknowledged) == len(WANTED) // 3:
                after_some()


def contacts_process(addresses) -> psutil.Process:
    """Return the process that the contacts of this sandbox live in."""
    [process] = [child for child in psutil.Process(addresses.pid).children() if "sandbox.contacts" in child.cmdline()]
    return process


async def test_fifty_messages_each_way_arrive_once_and_in_order(control, new_number, received) -> None:
    """Both text at the same time; each receives the other's, none twice, none lost, none out of order."""
    one, other = await two(control, new_number)
    senders = Sender(control, one, other), Sender(control, other, one)
    await asyncio.gather(*(sender.send_all() for sender in senders))
    for sender in senders:
        assert (sender.acknowledged, sender.doubtful) == (WANTED, [])
        assert await received(sender.to, sender.number, len(WANTED)) == WANTED


async def test_a_burst_in_both_directions_loses_nothing(control, new_number, received) -> None:
    """A hundred sends asked for at once: every message arrives once, though neither side waits for the other."""
    one, other = await two(control, new_number)
    answers = await asyncio.gather(
        *(send(control, sender, to, text) for text in WANTED for sender, to in ((one, other), (other, one)))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(await received(other, one, len(WANTED))) == sorted(WANTED)
    assert sorted(await received(one, other, len(WANTED))) == sorted(WANTED)


async def test_an_abort_of_their_process_loses_nothing_that_was_acknowledged(
    addresses, control, new_number, until
) -> None:
    """It dies of SIGABRT, as Go's runtime lets it, while both send; it comes back by itself and they go on."""
    one, other = await two(control, new_number)
    process = contacts_process(addresses)
    senders = Sender(control, one, other), Sender(control, other, one)
    async with asyncio.timeout(100):
        await asyncio.gather(senders[0].send_all(lambda: process.send_signal(signal.SIGABRT)), senders[1].send_all())
    assert contacts_process(addresses).pid != process.pid
    for sender in senders:
        assert len(sender.doubtful) <= 1, "one send of each was under way when the process died"

        async def all_there(sender: Sender = sender) -> list[str] | None:
            found = await texts(control, sender.to, sender.number)
            return found if set(sender.acknowledged) <= set(found) else None

        arrived = await until(all_there)
        assert [text for text in arrived if text in sender.acknowledged] == sender.acknowledged
        assert len(arrived) == len(set(arrived))
        assert set(arrived) <= {*sender.acknowledged, *sender.doubtful}


@pytest.mark.parametrize("reads", [True, False])
async def test_a_contact_answers_by_itself_and_reads_if_it_is_to(control, new_number, link, reads) -> None:
    """It answers an unmodified neonize once. It says that it got the message, and if it reads it, before the answer."""
    contact = new_number()
    await control.post("/contacts", json={"number": contact, "reads": reads, "reply": "I am a contact"})
    client = await link()
    answer = await client.do("send", to=contact, text="hello")
    assert "error" not in answer, answer
    heard = await client.hear("Message")
    assert heard["text"] == "I am a contact"
    delivered = await client.hear("Receipt", lambda receipt: receipt["type"] == DELIVERED)
    assert delivered["ids"] == [answer["id"]]
    receipts = [receipt for receipt in client.heard("Receipt") if receipt["type"] == READ]
    assert [receipt["ids"] for receipt in receipts] == ([[answer["id"]]] if reads else [])
    assert await texts(control, contact, client.number) == ["hello"]


async def test_two_that_answer_do_not_answer_each_other_for_ever(control, new_number, received) -> None:
    """An answer quotes what it answers, and what quotes is not answered."""
    one, other = await two(control, new_number, reply="and you?")
    for text in ("first", "second", "third"):
        await send(control, one, other, text)
    await received(one, other, 3)
    await send(control, one, other, "fourth")  # in order behind what an answer of an answer would have been
    assert await received(other, one, 4) == ["first", "second", "third", "fourth"]


async def test_a_contact_sends_any_message(control, new_number, received) -> None:
    """Given as the JSON of its protobuf; what the protobuf does not have is refused in words, and so is no message."""
    one, other = await two(control, new_number)

    async def sends(**said) -> httpx.Response:
        return await control.post(f"/contacts/{one}/send", json={"to": other, **said})

    caption = {"imageMessage": {"caption": "look", "fileSHA256": "q80="}}
    assert (await sends(message=caption)).status_code == 200
    assert await received(other, one, 1) == ["look"]
    refused = await sends(message={"hologram": {}})
    assert refused.status_code == 409
    assert "hologram" in refused.json()["error"]
    assert (await sends()).status_code == 400
    assert (await sends(message=caption, text="both")).status_code == 400


async def test_a_removed_contact_is_unlinked_and_forgotten(control, new_number, received) -> None:
    """Its device is gone from its phone, its messages are gone, and it may be added anew."""
    one, other = await two(control, new_number)
    await send(control, one, other, "before")
    assert (await control.delete(f"/contacts/{other}")).status_code == 200
    assert (await control.get(f"/phones/{other}")).json()["devices"] == []
    assert (await control.get(f"/contacts/{other}/messages")).status_code == 409
    await control.post("/contacts", json={"number": other})
    await send(control, one, other, "after")
    assert await received(other, one, 1) == ["after"]


async def test_a_message_of_any_kind_is_sent_and_shown_whole(control, new_number, until) -> None:
    """As protobuf's JSON, under the protobuf's own names, without the secret that goes with it."""
    one, other = await two(control, new_number)
    place = {"locationMessage": {"degreesLatitude": -6.2, "degreesLongitude": 106.8, "name": "Monas"}}
    assert (await control.post(f"/contacts/{one}/send", json={"to": other, "message": place})).status_code == 200

    async def received() -> bool:
        messages = (await control.get(f"/contacts/{other}/messages")).json()["messages"]
        return [message["message"] for message in messages] == [place]

    await until(received)

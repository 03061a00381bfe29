"""The contacts' process from its parent's side: what it answers, how it ends, what it keeps."""

import asyncio
import os
import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from sandbox.contacts.adapter import NeonizeContacts
from sandbox.contacts.errors import ContactsTimeoutError, MalformedRequestError, UnknownContactError
from sandbox.contacts.process import Launch
from sandbox.control.draft import Draft


@pytest.fixture
def launch(addresses, tmp_path) -> Launch:
    return Launch(
        root_key=bytes.fromhex(addresses.root_key),
        proxy=addresses.proxy,
        authority=addresses.ca_file,
        control=addresses.control,
        data=tmp_path / "a folder? 100% odd #1",
        environment=os.environ,
    )


@pytest.fixture
async def contacts(launch):
    contacts = NeonizeContacts(launch)
    yield contacts
    await contacts.close()


async def test_no_process_before_the_first_contact_and_none_after_closing(launch, new_number) -> None:
    """It starts with the first request and ends by itself when its channel is closed."""
    contacts = NeonizeContacts(launch)
    assert contacts.process.pid is None
    assert not launch.data.exists()
    await contacts.add(new_number())
    pid = contacts.process.pid
    assert pid is not None
    await contacts.close()
    assert contacts.process.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_what_is_asked_of_nobody_is_an_error_of_its_own(contacts, new_number) -> None:
    """Messages, sends and removals of a number that is no contact."""
    number = new_number()
    with pytest.raises(UnknownContactError, match=number):
        await contacts.messages(number)
    with pytest.raises(UnknownContactError, match=number):
        await contacts.send(number, new_number(), Draft(text="hello"))
    with pytest.raises(UnknownContactError, match=number):
        await contacts.remove(number)


async def test_a_malformed_request_is_answered_and_harms_nobody(contacts, new_number) -> None:
    """The process lives on, and says what was wrong."""
    number = new_number()
    await contacts.add(number)
    pid = contacts.process.pid
    with pytest.raises(MalformedRequestError, match="number"):
        await contacts.add("not a number")
    with pytest.raises(MalformedRequestError, match="text"):
        await contacts.send(number, new_number(), Draft.model_construct(text="x" * 65_537))
    assert await contacts.messages(number) == []
    assert contacts.process.pid == pid


async def test_a_process_that_cannot_start_says_where_its_words_are(launch) -> None:
    """Without the CA file sandbox.trust refuses: the error has the exit code and names the log, which says why."""
    contacts = NeonizeContacts(replace(launch, authority=Path("/nowhere/ca.pem")))
    words = "not started yet"
    async with asyncio.timeout(60):
        while "not started yet" in words:
            with pytest.raises(ContactsTimeoutError) as refused:
                await contacts.process.ask({"do": "messages", "number": "491710000000"}, 1, repeatable=True)
            words = str(refused.value)
    assert re.search(r"ended with 2, see .*contacts\.log", words)
    await contacts.close()
    assert "SSL_CERT_FILE names no file" in (launch.data / "contacts.log").read_text()


async def test_contacts_of_an_earlier_run_come_back(launch, control, new_number, until) -> None:
    """A new process in the same folder: no new device, the old messages, and what was sent to it meanwhile."""
    number, sender = new_number(), new_number()
    earlier = NeonizeContacts(launch)
    await earlier.add(number)
    await control.post("/contacts", json={"number": sender})
    await control.post(f"/contacts/{sender}/send", json={"to": number, "text": "before"})
    await until(lambda: _texts(earlier, number))
    await earlier.close()
    await control.post(f"/contacts/{sender}/send", json={"to": number, "text": "meanwhile"})

    later = NeonizeContacts(launch)
    later.resume()

    async def both() -> bool:
        return await _texts(later, number) == ["before", "meanwhile"]

    await until(both)
    assert len((await control.get(f"/phones/{number}")).json()["devices"]) == 1
    await later.close()


async def test_one_that_whatsapp_logs_out_says_so(control, new_number, until) -> None:
    """Unlinked by its phone a contact stays away, and a send from it is refused with the reason."""
    number = new_number()
    await control.post("/contacts", json={"number": number})
    [device] = (await control.get(f"/phones/{number}")).json()["devices"]
    await control.delete(f"/phones/{number}/devices/{device['device']}")

    async def refused() -> httpx.Response | None:
        answer = await control.post(f"/contacts/{number}/send", json={"to": number, "text": "anybody?"})
        told = answer.status_code == 409 and "LoggedOut" in answer.json()["error"]
        return answer if told else None  # in the first moment only the library knows, which says it in its own words

    await until(refused)


async def _texts(contacts: NeonizeContacts, number: str) -> list[str]:
    return [message["text"] for message in await contacts.messages(number)]

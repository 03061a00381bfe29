"""What is said about a message, both its own and theirs: as a contact of the sandbox decrypts it."""

import base64
import hashlib

import pytest

from benchmarks.gateway import Gateway
from tests.e2e.talking import Talk
from tests.shared_gateway import fresh_number

THIRD = fresh_number()


@pytest.fixture
async def talk(gateway: Gateway) -> Talk:
    return await Talk.begin(gateway, reads=False)


@pytest.mark.proves("out", "neonize", "reaction", "edit", "revoke", "pin", "unpin")
async def test_reactions_edits_pins_and_deletes(talk: Talk):
    """Of an own message; each is a message with one send for one key, whose row tells its type."""
    sent = await talk.send("/api/send-message", message="first")
    first = sent["messageId"]
    await talk.got(sent)
    key = {"Idempotency-Key": "smile"}
    smile = await talk.send("/api/react-message", messageId=first, emoji="\U0001f600", headers=key)
    again = await talk.send("/api/react-message", messageId=first, emoji="\U0001f600", headers=key)
    assert again["messageId"] == smile["messageId"]
    assert (await talk.got(smile))["reaction"] == {"messageId": first, "emoji": "\U0001f600"}
    await talk.send("/api/react-message", messageId=sent["id"], emoji="")
    await talk.seen(first, lambda message: "reactions" not in message)

    edit = await talk.send("/api/edit-message", messageId=sent["id"], text="second")
    assert (await talk.got(edit))["messageId"] == first
    assert (await talk.seen(first, lambda message: message.get("edited")))["text"] == "second"
    assert (await talk.gateway.call("GET", f"/api/messages/{edit['id']}"))["type"] == "edit"

    pin = await talk.got(await talk.send("/api/pin-message", messageId=first, duration=86_400))
    assert (pin["type"], pin["messageId"]) == ("pin", first)
    await talk.seen(first, lambda message: message.get("pinned"))
    await talk.got(await talk.send("/api/unpin-message", messageId=first))
    await talk.seen(first, lambda message: not message.get("pinned"))
    deleted = await talk.send("/api/delete-message", messageId=first, forEveryone=True)
    assert (await talk.got(deleted))["type"] == "revoke"
    await talk.seen(first, lambda message: message.get("deleted"))


async def test_of_theirs(talk: Talk):
    """A reaction and an answer; what is theirs is neither edited nor deleted."""
    theirs = (await talk.say(text="are you there?"))["id"]
    await talk.inbox(1)
    await talk.got(await talk.send("/api/react-message", messageId=theirs, emoji="\U0001f44d"))
    reacted = await talk.seen(theirs, lambda message: "reactions" in message)
    assert [reaction["emoji"] for reaction in reacted["reactions"]] == ["\U0001f44d"]
    reply = await talk.got(await talk.send("/api/reply-message", messageId=theirs, text="yes"))
    assert (reply["text"], reply["quoted"]["id"], reply["quoted"]["text"]) == ("yes", theirs, "are you there?")
    for path, said in (("edit", {"text": "x"}), ("delete", {})):
        with pytest.raises(RuntimeError, match="TARGET_NOT_OWN"):
            await talk.send(f"/api/{path}-message", messageId=theirs, **said)
    place = await talk.send("/api/send-location", latitude=1, longitude=2)
    with pytest.raises(RuntimeError, match="TARGET_UNFIT"):
        await talk.send("/api/edit-message", messageId=place["id"], text="x")
    with pytest.raises(RuntimeError, match="TARGET_NOT_FOUND"):
        await talk.send("/api/react-message", messageId="3EB0NEVER", emoji="x")
    with pytest.raises(RuntimeError, match="BAD_REQUEST"):
        await talk.send("/api/delete-message", messageId=place["id"], forEveryone=False)


@pytest.mark.proves("out", "neonize", "vote")
@pytest.mark.proves("in", "neonize", "poll")
async def test_votes(talk: Talk):
    """In their poll and in our own, opened and counted by the contact; options that it has not are refused."""
    poll = (await talk.say(type="poll", question="When?", options=["now", "later"]))["id"]
    await talk.inbox(1)
    vote = await talk.got(await talk.send("/api/vote", messageId=poll, options=["later"]))
    assert vote["vote"] == {"messageId": poll, "options": ["later"]}
    counted = await talk.seen(poll, lambda message: "results" in message["poll"])
    assert [result["votes"] for result in counted["poll"]["results"]] == [0, 1]
    assert (await talk.got(await talk.send("/api/vote", messageId=poll, options=[])))["vote"]["options"] == []
    ours = await talk.send("/api/send-poll", question="Who?", options=["you", "me"])
    await talk.got(ours)
    own = await talk.got(await talk.send("/api/vote", messageId=ours["id"], options=["me"]))
    assert own["vote"] == {"messageId": ours["messageId"], "options": ["me"]}
    for wrong in (["never"], ["now", "later"]):
        with pytest.raises(RuntimeError, match="TARGET_UNFIT"):
            await talk.send("/api/vote", messageId=poll, options=wrong)


@pytest.mark.proves("out", "neonize", "forward")
@pytest.mark.proves("in", "neonize", "document")
@pytest.mark.covers("POST /api/forward-message", client="neonize")
async def test_forwards(talk: Talk):
    """What was sent, what came, and a file that came, by its keys: nothing is uploaded for it."""
    gateway = talk.gateway
    await gateway.control_post("/contacts", number=THIRD)
    content = b"a document that is passed on" * 100
    file = {"base64": base64.b64encode(content).decode(), "fileName": "plan.pdf"}
    came = [
        (await talk.say(text="pass this on"))["id"],
        (await talk.say(type="document", text="read this", **file))["id"],
    ]
    await talk.inbox(2)
    ours = await talk.send("/api/send-location", latitude=1, longitude=2, name="Monas")
    third = Talk(gateway, talk.number, THIRD)
    uploads = await count_uploads(gateway)
    got = []
    for id_ in (*came, ours["id"], ours["messageId"]):
        body = {"toNumber": THIRD, "fromNumber": talk.other, "messageId": id_}
        got.append(await third.got(await gateway.call("POST", "/api/forward-message", json=body)))
    text, file, place, again = got
    assert (text["text"], text["type"]) == ("pass this on", "text")
    assert (place["location"]["name"], again["location"]["name"]) == ("Monas", "Monas")
    assert (file["text"], file["media"]["fileName"]) == ("read this", "plan.pdf")
    assert all(message["forwarded"] for message in got)
    kept = await third.seen(file["id"], lambda message: message["media"]["state"] == "stored")
    assert kept["media"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert await count_uploads(gateway) == uploads
    smile = await talk.send("/api/react-message", messageId=came[0], emoji="x")
    body = {"toNumber": THIRD, "fromNumber": talk.other, "messageId": smile["id"]}
    with pytest.raises(RuntimeError, match="TARGET_UNFIT"):
        await gateway.call("POST", "/api/forward-message", json=body)


async def count_uploads(gateway: Gateway) -> int:
    async with gateway.http.get(f"{gateway.control}/media/requests") as answer:
        return sum(request["what"] == "upload" for request in (await answer.json())["requests"])


@pytest.mark.covers("POST /api/mark-as-read", client="neonize")
async def test_messages_are_marked_as_read(talk: Talk):
    """And as played; the contact is told."""
    ids = [(await talk.say(text=text))["id"] for text in ("one", "two")]
    await talk.inbox(2)
    body = {"number": talk.other, "messageIds": ids}
    await talk.gateway.call("POST", "/api/mark-as-read", json=body)
    assert set(ids) <= await talk.told("read", len(ids))
    await talk.gateway.call(
        "POST", "/api/mark-as-read", json={"number": talk.other, "messageId": ids[0], "played": True}
    )
    assert await talk.told("played", 1) == {ids[0]}
    with pytest.raises(RuntimeError, match="BAD_REQUEST"):
        await talk.gateway.call("POST", "/api/mark-as-read", json={"number": talk.other})

"""Contact cards, polls and live locations: what a contact of the sandbox gets of ours, and what we show of theirs."""

from typing import Any

import pytest

from benchmarks.gateway import Gateway
from tests.e2e.talking import Talk

ANI = {"contactName": "Ani, Toko", "contactNumber": "+62 812-3456-789"}
WHERE = {"latitude": -6.2, "longitude": 106.8, "accuracy": 5, "speed": 1.5, "heading": 90, "caption": "here"}
POLL = {"question": "When?", "options": ["now", "later"]}


@pytest.mark.proves("out", "neonize", "contact")
@pytest.mark.proves("in", "neonize", "contact")
async def test_contact_cards(gateway: Gateway):
    """One as a card, several as a list; a card of one's own as it is; theirs are shown."""
    talk = await Talk.begin(gateway)
    got = await talk.got(await talk.send("/api/send-contact", **ANI))
    assert (got["type"], got["message"]["contactMessage"]["displayName"]) == ("contact", "Ani, Toko")
    assert "FN:Ani\\, Toko\nTEL;type=CELL;type=VOICE;waid=628123456789:+628123456789" in got["contacts"][0]["vcard"]
    cards = [{"name": "Budi", "number": "628111000002"}, {"name": "Cici", "vcard": "BEGIN:VCARD\nFN:Cici\nEND:VCARD"}]
    several = await talk.got(await talk.send("/api/send-contact", contacts=cards))
    assert [card["name"] for card in several["contacts"]] == ["Budi", "Cici"]
    assert several["contacts"][1]["vcard"] == cards[1]["vcard"]

    await talk.say(type="contact", contacts=[{"name": "Dodi", "number": "628111000004"}])
    (shown,) = await talk.inbox(1)
    assert (shown["type"], shown["contacts"][0]["numbers"]) == ("contact", ["628111000004"])
    for wrong in ({}, {"contactName": "x"}, ANI | {"contacts": cards}, {"contactName": "x", "contactNumber": "abc"}):
        with pytest.raises(RuntimeError, match="BAD_REQUEST"):
            await talk.send("/api/send-contact", **wrong)


@pytest.mark.proves("out", "neonize", "poll")
@pytest.mark.proves("in", "neonize", "vote")
async def test_polls_and_votes(gateway: Gateway):
    """The contact votes in ours and we see it; limits are those of phones."""
    talk = await Talk.begin(gateway)
    sent = await talk.send("/api/send-poll", **POLL)
    got = await talk.got(sent)
    assert got["poll"] == {**POLL, "multiple": False}
    several = await talk.got(await talk.send("/api/send-poll", **POLL, multiple=True))
    assert several["poll"]["multiple"]
    await talk.say("vote", messageId=sent["messageId"], options=["later"])
    (vote,) = await talk.inbox(1)
    assert (vote["type"], vote["vote"]["messageId"]) == ("vote", sent["messageId"])
    for wrong in ({"options": ["one"]}, {"options": ["same", "same"]}, {"options": ["x" * 101, "y"]},
                  {"options": [str(number) for number in range(13)]}, {"question": "x" * 256}):  # fmt: skip
        with pytest.raises(RuntimeError, match="BAD_REQUEST"):
            await talk.send("/api/send-poll", **POLL | wrong)


@pytest.mark.proves("in", "neonize", "poll_option")
async def test_an_option_is_added_to_somebodys_poll(gateway: Gateway):
    """It is told, the poll shows it, and it can be voted for; one that does not take any keeps its own."""
    talk = await Talk.begin(gateway)
    asked = {"name": "When?", "options": [{"optionName": "now"}, {"optionName": "later"}], "selectableOptionsCount": 1}
    secret = {"messageSecret": "c2VjcmV0" * 4}
    for open_ in (True, False):
        poll = {"pollCreationMessage": asked | {"allowAddOption": open_}, "messageContextInfo": secret}
        id_ = (await talk.say(message=poll))["id"]
        key = {"remoteJID": f"{talk.number}@s.whatsapp.net", "fromMe": True, "ID": id_}
        await talk.say(
            message={"pollAddOptionMessage": {"pollCreationMessageKey": key, "addOption": {"optionName": "never"}}}
        )
        options = ["now", "later", "never"][: 3 if open_ else 2]

        def is_told(rows: list[dict[str, Any]], id_: str = id_, options: list[str] = options) -> bool:
            """The row is there a moment before the poll shows it."""
            option, poll, *_ = rows
            return option.get("messageId") == id_ and poll["poll"]["options"] == options

        option, shown, *_ = await talk.inbox(2, is_told)
        assert (option["type"], option["message"], shown["id"]) == ("poll_option", "never", id_)
        vote = {"messageId": id_, "options": ["never"]}
        if open_:
            await talk.send("/api/vote", **vote)
        else:
            with pytest.raises(RuntimeError, match="TARGET_UNFIT"):
                await talk.send("/api/vote", **vote)


@pytest.mark.proves("out", "neonize", "live_location")
@pytest.mark.proves("in", "neonize", "live_location")
async def test_live_locations(gateway: Gateway):
    """Whole, both ways."""
    talk = await Talk.begin(gateway)
    got = await talk.got(await talk.send("/api/send-live-location", **WHERE))
    said = got["message"]["liveLocationMessage"]
    assert (got["type"], said["accuracyInMeters"], said["speedInMps"], said["caption"]) == (
        "live_location",
        5,
        1.5,
        "here",
    )
    assert said["degreesClockwiseFromMagneticNorth"] == 90
    await talk.say(type="live_location", latitude=-6.2, longitude=106.8)
    (shown,) = await talk.inbox(1)
    assert (shown["type"], shown["location"]["live"]) == ("live_location", True)

"""What every send has beside its content: a quote, mentions, what its sender calls it."""

import pytest

from benchmarks.gateway import Gateway
from tests.e2e.talking import Talk

QUOTED = {"quotedId": "3EB0NEVER"}


@pytest.mark.proves("out", "neonize", "text")
@pytest.mark.proves("in", "neonize", "text")
async def test_an_answer_quotes_what_came_or_was_sent(gateway: Gateway):
    """By WhatsApp's id of it, and of what was sent by the gateway's; the contact sees whose it is and what it says."""
    talk = await Talk.begin(gateway)
    await talk.say(text="are you there?")
    (asked,) = await talk.inbox(1)
    first = await talk.send("/api/send-message", message="what I said")
    ours = first["messageId"], "what I said", talk.number
    for quoted, (id_, text, author) in {
        asked["id"]: (asked["id"], "are you there?", talk.other),
        first["id"]: ours,
        first["messageId"]: ours,
    }.items():
        got = await talk.got(await talk.send("/api/send-message", message="yes", quotedId=quoted))
        assert got["quoted"] == {"id": id_, "text": text, "from": f"{author}@s.whatsapp.net"}
    place = await talk.send("/api/send-location", latitude=1, longitude=2, quotedId=asked["id"])
    assert (await talk.got(place))["quoted"]["id"] == asked["id"]


async def test_mentions_and_a_name_of_ones_own(gateway: Gateway):
    """Mentions go along as addresses; `clientRef` is told again, and is another request under one Idempotency-Key."""
    talk = await Talk.begin(gateway)
    said = {"message": f"hi @{talk.other}", "mentions": [f"+{talk.other}"], "clientRef": "order 7"}
    sent = await talk.send("/api/send-message", **said, headers={"Idempotency-Key": "k"})
    assert (await talk.got(sent))["mentions"] == [f"{talk.other}@s.whatsapp.net"]
    assert (await gateway.call("GET", f"/api/messages/{sent['id']}"))["clientRef"] == "order 7"
    with pytest.raises(RuntimeError, match="IDEMPOTENCY_KEY_REUSED"):
        await talk.send("/api/send-message", **said | {"clientRef": "8"}, headers={"Idempotency-Key": "k"})


async def test_what_is_quoted_has_to_be_there(gateway: Gateway):
    """Else nothing is sent, and the row says why; also when the message waits for its session."""
    talk = await Talk.begin(gateway)
    with pytest.raises(RuntimeError, match="TARGET_NOT_FOUND"):
        await talk.send("/api/send-message", message="yes", **QUOTED)
    await gateway.call("POST", "/api/sessions/default/stop")
    waiting = await talk.send("/api/send-message", message="later", queue=True, **QUOTED)
    kept = await talk.send("/api/send-message", message="kept", queue=True, clientRef="mine")
    await gateway.call("POST", "/api/sessions/default/start")
    sent = await talk.until_sent(kept)
    assert sent["clientRef"] == "mine"
    await talk.got(sent)
    failed = await talk.row(waiting, lambda row: row["status"] == "failed")
    assert failed["failure"]["code"] == "TARGET_NOT_FOUND"
    assert [message["text"] for message in await talk.got_all()] == ["kept"]

import asyncio

from benchmarks.gateway import Gateway
from tests.shared_gateway import fresh_number


async def test_a_session_name_comes_from_path_body_query_or_header(gateway: Gateway):
    """Each way of naming a session reaches that session, and no name means `default`."""
    named = {name: fresh_number() for name in ("sales", "support", "care", "default")}
    for name, number in named.items():
        await gateway.log_in(name, number)
    [sink] = await gateway.sinks(1)
    message = {"number": sink, "message": "hello"}
    answers = [
        await gateway.call("POST", "/api/send-message", json={"sessionId": "sales", **message}),
        await gateway.call("POST", "/api/send-message", params={"sessionId": "support"}, json=message),
        await gateway.call("POST", "/api/send-message", headers={"X-Session-Id": "care"}, json=message),
        await gateway.call("POST", "/api/send-message", json=message),
    ]
    assert [answer["sessionId"] for answer in answers] == list(named)
    for answer, number in zip(answers, named.values(), strict=True):
        assert await gateway.senders_of(answer["messageId"]) == [number]
    restarted = await gateway.call("POST", "/api/sessions/support/restart")
    assert restarted["sessionId"] == "support"
    listed = await gateway.call("GET", "/api/sessions")
    assert {session["sessionId"] for session in listed["sessions"]} == set(named)


async def test_two_keys_with_one_session_name_do_not_see_each_other(gateway: Gateway):
    """The tenant comes from the key alone: the same name is another session, with an inbox of its own."""
    first, second = gateway.key, await gateway.make_key("another company")
    ours, theirs, contact = fresh_number(), fresh_number(), fresh_number()
    await gateway.log_in("sales", ours)
    gateway.key = second
    await gateway.log_in("sales", theirs)
    await gateway.control_post("/contacts", number=contact)
    await gateway.control_post(f"/contacts/{contact}/send", to=ours, text="for the first")
    await gateway.control_post(f"/contacts/{contact}/send", to=theirs, text="for the second")
    assert await gateway.until_shown("sales", 1) == ["for the second"]
    gateway.key = first
    assert await gateway.until_shown("sales", 1) == ["for the first"]
    status = await gateway.call("GET", "/api/status", params={"sessionId": "sales"})
    assert status["number"] == ours


async def test_thirty_sessions_on_one_key_each_receive_their_own(gateway: Gateway):
    """Thirty numbers on one key are connected at once, and a message to one shows in that one's inbox only."""
    sessions = {f"number-{place:02d}": fresh_number() for place in range(30)}
    for name, number in sessions.items():
        await gateway.log_in(name, number)
    listed = await gateway.call("GET", "/api/sessions")
    assert [session["status"] for session in listed["sessions"]] == ["connected"] * 30
    contact = fresh_number()
    await gateway.control_post("/contacts", number=contact)
    for name, number in sessions.items():
        await gateway.control_post(f"/contacts/{contact}/send", to=number, text=f"to {name}")
    shown = await asyncio.gather(*(gateway.until_shown(name, 1) for name in sessions))
    assert shown == [[f"to {name}"] for name in sessions]

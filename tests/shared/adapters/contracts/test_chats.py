"""What every adapter of `shared.chats.ports.Chats` does, with the inbox and the messages that it reads."""

from collections.abc import Sequence
from dataclasses import replace

from shared.adapters.stores import Stores
from shared.chats.model import Chat, ChatFacts, place_at, place_of
from shared.chats.on_phone import OnPhone
from shared.ids import now_ms
from shared.messages.model import MessageState, OutboundMessage
from shared.messages.received import InboundMessage, history_position
from tests.shared.adapters.contracts.samples import DAY, a_change, a_message, an_arrival

ANI, BUDI, GROUP = "628111@s.whatsapp.net", "628222@s.whatsapp.net", "120363000000000001@g.us"
UID = "ses_1"


async def sent(stores: Stores, to: str, **fields: object) -> OutboundMessage:
    message = a_message(UID, to=to, **fields)
    return (await stores.messages.accept(message)).message


async def nothing_dropped(files: Sequence[str]) -> None:
    assert not files


def a_history(hours: int, **fields: object) -> InboundMessage:
    """What was said so many hours before yesterday, when the session was paired."""
    said_at = (now_ms() - DAY) // 1000 - hours * 3600
    message = an_arrival(hours, id=f"OLD{hours}", timestamp=said_at)
    return replace(message, position=history_position(said_at, message.id), **fields)


async def all_chats(stores: Stores, limit: int, search: str | None = None) -> list[Chat]:
    """Every page of them."""
    found: list[Chat] = []
    before = None
    while True:
        page = await stores.chats.page(UID, limit=limit, before=before, search=search)
        found += page.chats
        if page.next is None:
            return found
        assert len(page.chats) == limit
        before = page.next


async def test_a_chat_has_what_arrived_and_what_was_sent_by_time(stores: Stores) -> None:
    """Newest first, in pages without gap or double; another chat and another session have none of it."""
    arrived = [an_arrival(number) for number in range(4)]
    await stores.inbox.append([*arrived, an_arrival(9, chat=BUDI), an_arrival(9, "ses_2")])
    ours = [await sent(stores, ANI) for _ in range(3)]
    await sent(stores, BUDI)
    expected = [*ours[::-1], *arrived[::-1]]
    seen: list[InboundMessage | OutboundMessage] = []
    before = None
    while True:
        page = await stores.chats.messages(UID, ANI, limit=2, before=before)
        seen += page.entries
        if (before := page.next) is None:
            break
    assert [entry.id for entry in seen] == [entry.id for entry in expected]
    assert [place_of(entry) for entry in seen] == sorted((place_of(entry) for entry in expected), reverse=True)


async def test_chats_come_by_their_last_message(stores: Stores) -> None:
    """Each once, with its newest message and how many are unread; status updates are in no list."""
    await stores.inbox.append(
        [
            an_arrival(1, push_name="Ani"), an_arrival(2, chat=GROUP, from_number="628222", push_name="Budi"),
            an_arrival(3, push_name="Ani"), an_arrival(4, chat="status@broadcast"),
            an_arrival(5, chat=BUDI, from_number="628222", push_name="Budi"),
        ]
    )  # fmt: skip
    chats = await all_chats(stores, 2)
    assert [chat.chat for chat in chats] == [BUDI, ANI, GROUP]
    assert [chat.name for chat in chats] == ["Budi", "Ani", None]
    assert [chat.unread for chat in chats] == [1, 2, 1]
    assert [chat.last.id for chat in chats] == [an_arrival(number).id for number in (5, 3, 2)]
    assert (await stores.chats.page("ses_2", limit=9)).chats == ()


async def test_names_that_are_told_win_over_those_people_give_themselves(stores: Stores) -> None:
    """And are searched, as numbers are; nobody's silence takes one away."""
    await stores.inbox.append([an_arrival(1, push_name="ani"), an_arrival(2, chat=GROUP)])
    await stores.chats.learn(UID, [ChatFacts(ANI, name="Ani Toko"), ChatFacts(GROUP, name="Arisan")])
    await stores.chats.learn(UID, [ChatFacts(ANI), ChatFacts(BUDI, name="Budi, who never wrote")])
    await stores.inbox.append([an_arrival(3, push_name="someone else")])
    assert {chat.chat: chat.name for chat in await all_chats(stores, 9)} == {ANI: "Ani Toko", GROUP: "Arisan"}
    assert [chat.chat for chat in await all_chats(stores, 9, "TOKO")] == [ANI]
    assert [chat.chat for chat in await all_chats(stores, 9, "628111")] == [ANI]
    assert await all_chats(stores, 9, "nobody") == []


async def test_how_the_phone_has_a_chat_stays_until_it_is_told_anew(stores: Stores) -> None:
    """With the chat, by either address; it goes with its messages, and with its names."""
    pinned = OnPhone(unread=3, pinned=True, muted=True, muted_until=1_900_000_000_000)
    await stores.inbox.append([an_arrival(1, from_lid="77@lid"), an_arrival(2, chat=BUDI)])
    await stores.chats.learn(UID, [ChatFacts(ANI, on_phone=OnPhone(archived=True)), ChatFacts(BUDI, name="Budi")])
    await stores.chats.learn(UID, [ChatFacts(ANI, on_phone=pinned)])
    await stores.chats.learn(UID, [ChatFacts(ANI, name="Ani")])
    assert {chat.chat: chat.on_phone for chat in await all_chats(stores, 9)} == {ANI: pinned, BUDI: None}
    by_lid = await stores.chats.get(UID, "77@lid")
    assert by_lid is not None
    assert by_lid.on_phone == pinned
    await stores.chats.remove(UID, ANI, an_arrival(1).position, nothing_dropped)
    await stores.inbox.append([an_arrival(3)])
    assert [chat.on_phone for chat in await all_chats(stores, 9)] == [None, None]


async def test_a_person_has_one_chat_by_number_and_by_lid(stores: Stores) -> None:
    """Rows under both are one chat from the moment on that a message names both, whichever is asked for."""
    await stores.inbox.append([an_arrival(1, chat="77@lid", from_number=None, from_lid="77@lid")])
    assert [chat.chat for chat in await all_chats(stores, 9)] == ["77@lid"]
    by_lid = await sent(stores, "77@lid")
    await stores.inbox.append([an_arrival(2, from_lid="77@lid")])
    (chat,) = await all_chats(stores, 9)
    assert (chat.chat, chat.lid) == (ANI, "77@lid")
    for name in (ANI, "77@lid"):
        page = await stores.chats.messages(UID, name, limit=9)
        assert [entry.id for entry in page.entries] == [by_lid.id, an_arrival(2).id, an_arrival(1).id]
        assert await stores.chats.addresses(UID, name) == (ANI, "77@lid")
    assert {getattr(entry, "chat", None) or getattr(entry, "to", None) for entry in page.entries} == {ANI}


async def test_what_was_written_or_marked_is_read(stores: Stores) -> None:
    """Unread is what came since; what is said about other messages does not count."""
    await stores.inbox.append([an_arrival(1), an_arrival(2), an_arrival(3, type="reaction"), an_arrival(4)])
    assert [message.id for message in await stores.chats.unread(UID, ANI)] == [
        an_arrival(4).id, an_arrival(2).id, an_arrival(1).id,
    ]  # fmt: skip
    await stores.chats.mark_read(UID, ANI, an_arrival(2).position)
    await stores.chats.mark_read(UID, ANI, an_arrival(1).position)
    assert [message.id for message in await stores.chats.unread(UID, ANI)] == [an_arrival(4).id]
    await stores.inbox.append([an_arrival(5, from_me=True), an_arrival(6)])  # the phone has answered in between
    assert [message.id for message in await stores.chats.unread(UID, ANI)] == [an_arrival(6).id]
    await sent(stores, ANI)
    chat = await stores.chats.get(UID, ANI)
    assert chat is not None
    assert chat.unread == 0
    assert await stores.chats.get(UID, BUDI) is None


async def test_history_is_in_its_chat_and_never_new(stores: Stores) -> None:
    """By its own time; it counts as unread nowhere, and being told again changes nothing."""
    old = [a_history(30, push_name="Ani before"), a_history(20)]
    await stores.inbox.append([an_arrival(1, push_name="Ani")])
    await stores.inbox.append(old)
    await stores.inbox.append([replace(old[0], content={"message": "again"})])
    page = await stores.chats.messages(UID, ANI, limit=9)
    assert page.entries == (a_live := an_arrival(1, push_name="Ani"), old[1], old[0])
    assert (await stores.inbox.newest(UID, limit=9)).messages == (a_live,)
    (chat,) = await all_chats(stores, 9)
    assert (chat.unread, chat.name) == (1, "Ani")
    await stores.inbox.change([a_change(old[0], "reaction", 9, emoji="x")])
    found = await stores.inbox.get(UID, ANI, old[0].id, from_me=False)
    assert found is not None
    assert found.shown["reactions"]


async def test_a_live_copy_takes_the_place_of_history(stores: Stores) -> None:
    """And keeps what was said about it; what this gateway has sent itself is not taken from the phone again."""
    told = a_history(20)
    await stores.inbox.append([told])
    await stores.inbox.change([a_change(told, "reaction", 9, emoji="x")])
    live = an_arrival(7, id=told.id)
    await stores.inbox.append([live])
    await stores.inbox.append([told])
    (found,) = (await stores.inbox.newest(UID, limit=9)).messages
    assert (found.position, found.content) == (live.position, live.content)
    assert found.shown["reactions"]
    ours = await sent(stores, ANI, state=MessageState.SENDING, epoch=1)
    await stores.messages.advance(ours.id, MessageState.SENT, now=now_ms(), wa_id="3EBOURS")
    await stores.inbox.append([a_history(21, id="3EBOURS", from_me=True), a_history(22, from_me=True)])
    page = await stores.chats.messages(UID, ANI, limit=9)
    assert [entry.id for entry in page.entries] == [ours.id, live.id, "OLD22"]


async def test_a_chat_is_removed_up_to_a_moment(stores: Stores) -> None:
    """What arrived is gone, with its files; what was sent is not shown, but its row is there; what comes later is."""
    await stores.inbox.append(
        [an_arrival(1, push_name="Ani", content={"media": {"id": "med_1"}}), a_history(20), an_arrival(2, chat=BUDI)]
    )
    ours = await sent(stores, ANI)
    dropped: list[str] = []

    async def drop(files: Sequence[str]) -> None:
        dropped.extend(files)

    for _ in range(2):
        await stores.chats.remove(UID, ANI, place_at(now_ms() + 1), drop)
    assert dropped == ["med_1"]
    assert [chat.chat for chat in await all_chats(stores, 9)] == [BUDI]
    assert (await stores.chats.messages(UID, ANI, limit=9)).entries == ()
    assert await stores.inbox.get(UID, ANI, an_arrival(1).id, from_me=False) is None
    assert await stores.messages.get(ours.id) == ours
    await stores.chats.clear(UID)
    later = an_arrival(3, position=f"{now_ms() + 1000:013d}-{3:012d}")
    await stores.inbox.append([later])
    assert (await stores.chats.messages(UID, ANI, limit=9)).entries == (later,)
    (ani,) = (chat for chat in await all_chats(stores, 9) if chat.chat == ANI)
    assert ani.name is None


async def test_a_cleared_inbox_takes_names_and_history_with_it(stores: Stores) -> None:
    """Of one session; and a deleted session leaves nothing."""
    for uid in (UID, "ses_2"):
        await stores.inbox.append([an_arrival(1, uid), replace(a_history(20), session_uid=uid)])
        await stores.chats.learn(uid, [ChatFacts(ANI, name="Ani")])
    await stores.inbox.clear(UID)
    await stores.chats.clear(UID)
    assert (await stores.chats.page(UID, limit=9)).chats == ()
    assert [chat.name for chat in (await stores.chats.page("ses_2", limit=9)).chats] == ["Ani"]
    await stores.inbox.append([an_arrival(2)])
    (chat,) = await all_chats(stores, 9)
    assert chat.name is None
    await stores.chats.remove(UID, ANI, place_at(now_ms()), nothing_dropped)
    await stores.chats.delete_of(UID)
    await stores.inbox.append([an_arrival(3)])
    assert len(await all_chats(stores, 9)) == 1


async def test_history_is_cut_by_its_own_number_and_age(stores: Stores) -> None:
    """It takes no room from what arrives."""
    old = [a_history(hours) for hours in (24 * 40, 30, 20)]
    await stores.inbox.append([*old, an_arrival(1), an_arrival(2)])
    assert await stores.inbox.trim(UID, keep=2) == 1
    page = await stores.chats.messages(UID, ANI, limit=9)
    assert [entry.id for entry in page.entries] == [an_arrival(2).id, an_arrival(1).id, old[2].id, old[1].id]
    removed = await stores.inbox.purge(before=now_ms() - DAY - 25 * 3_600_000)
    if removed:  # DynamoDB does it by itself
        assert removed == 1
        assert [entry.id for entry in (await stores.chats.messages(UID, ANI, limit=9)).entries][2:] == [old[2].id]


async def test_a_message_that_goes_to_another_address_is_in_that_chat(stores: Stores) -> None:
    """WhatsApp has some numbers under other digits than they are called by."""
    message = await sent(stores, BUDI)
    await stores.messages.advance(message.id, MessageState.SENDING, now=now_ms(), epoch=1, recipient=ANI)
    assert (await stores.chats.messages(UID, BUDI, limit=9)).entries == ()
    assert [entry.id for entry in (await stores.chats.messages(UID, ANI, limit=9)).entries] == [message.id]

"""The log of sends: pages of several sessions, in the order they were made, of those that are meant."""

from __future__ import annotations

from collections.abc import Sequence

from functions.messages.log import Wanted, sends_of
from shared.adapters.stores import Stores
from shared.messages.model import MessageState, OutboundMessage
from tests.functions.conftest import Api
from tests.shared.adapters.contracts.samples import a_message


async def made(stores: Stores, count: int) -> list[OutboundMessage]:
    """Of three sessions in turns; each fifth one failed."""
    rows = [a_message(f"ses_{number % 3}", to=f"62{number:04d}@s.whatsapp.net") for number in range(count)]
    for number, row in enumerate(rows):
        await stores.messages.accept(row)
        if number % 5 == 0:
            await stores.messages.advance(row.id, MessageState.FAILED, now=2)
    return rows


async def every(stores: Stores, uids: Sequence[str], wanted: Wanted, limit: int) -> list[str]:
    """All pages."""
    page = await sends_of(stores.send_log, uids, wanted, limit=limit)
    found = list(page.messages)
    while page.next is not None:
        page = await sends_of(stores.send_log, uids, wanted, limit=limit, before=page.next)
        assert len(page.messages) <= limit
        found += page.messages
    return [message.id for message in found]


async def test_pages_of_several_sessions_are_one_log(api: Api) -> None:
    """Nothing twice, nothing missing, the newest first, whatever the size of a page."""
    rows = await made(api.stores, 31)
    newest = sorted((row.id for row in rows), reverse=True)
    for limit in (1, 7, 50):
        assert await every(api.stores, ["ses_0", "ses_1", "ses_2"], Wanted(), limit) == newest
    of_one = sorted((row.id for row in rows if row.session_uid == "ses_1"), reverse=True)
    assert await every(api.stores, ["ses_1"], Wanted(), 4) == of_one


async def test_only_those_that_are_meant_are_in_it(api: Api) -> None:
    """By state, and by digits of whom they are for."""
    rows = await made(api.stores, 30)
    uids = ["ses_0", "ses_1", "ses_2"]
    failed = sorted((row.id for row in rows[::5]), reverse=True)
    assert await every(api.stores, uids, Wanted({MessageState.FAILED}), 4) == failed
    assert await every(api.stores, uids, Wanted(digits="620007"), 4) == [rows[7].id]

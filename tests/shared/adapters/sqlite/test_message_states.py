"""Whatever steps are tried, in whatever order, a message in SQLite follows its state machine."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.adapters.sqlite.database import Database
from shared.adapters.sqlite.messages import SqliteMessages
from shared.messages.model import NEXT, MessageState
from tests.shared.adapters.contracts.samples import a_message

READ = {MessageState.READ, MessageState.PLAYED}
"""Who has read a message has got it."""
STATES = st.sampled_from(list(MessageState))
STEPS = st.tuples(STATES, st.none() | st.frozensets(STATES, max_size=4), st.booleans())


async def follow(steps: list[tuple[MessageState, frozenset[MessageState] | None, bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(Path(folder) / "wagate.db", "NORMAL")
        messages = SqliteMessages(database)
        message = a_message(wa_id="WA")
        expected, times = MessageState.ACCEPTED, {MessageState.ACCEPTED: message.created_at}
        await messages.accept(message)
        for now, (to, only_from, receipt) in enumerate(steps):
            allowed = to in NEXT[expected] and (receipt or only_from is None or expected in only_from)
            if receipt:
                moved = await messages.settle("ses_1", "WA", to, now=now)
            else:
                moved = await messages.advance(message.id, to, now=now, only_from=only_from) is not None
            assert moved == allowed
            if allowed:
                got = {MessageState.DELIVERED: now} if receipt and to in READ else {}
                expected, times = to, got | times | {to: now}
            row = await messages.get(message.id)
            assert row is not None
            assert (row.state, row.times) == (expected, times)
        await database.close()


@settings(max_examples=40, deadline=None)
@given(st.lists(STEPS, max_size=12))
def test_a_message_moves_only_as_its_state_machine_says(
    steps: list[tuple[MessageState, frozenset[MessageState] | None, bool]],
) -> None:
    """Steps and receipts, bound to a source or not: the row equals the model after each."""
    asyncio.run(follow(steps))

"""What a held session sends with: its outbox, put together."""

from __future__ import annotations

import asyncio
from functools import partial

from session_host.outbound.outbox import Outbox
from session_host.outbound.preparing import Preparing
from session_host.outbound.references import References
from session_host.outbound.rows import Rows
from session_host.outbound.steps import Steps
from session_host.ownership.surroundings import Surroundings
from session_host.session.live_session import LiveSession
from session_host.session.lookups import Lookups
from session_host.session.presence import Presence
from session_host.session.signs import SignsOfLife
from shared.messages.model import MessageState
from shared.sessions.model import Session


def outbox_of(  # noqa: PLR0913, PLR0917 - what it sends with
    row: Session,
    live: LiveSession,
    lookups: Lookups,
    presence: Presence,
    signs: SignsOfLife,
    undisturbed: asyncio.Lock,
    shared: Surroundings,
) -> Outbox:
    """The outbox of a session under the epoch of its row. It hands nothing over while others hold `undisturbed`."""
    rows = Rows(shared.messages, row.epoch, shared.clock, shared.telling.of(row.uid))
    steps = Steps(
        session=live,
        rows=rows,
        lookups=lookups,
        may_begin=shared.may_begin,
        clock=shared.clock,
        timer_of=lambda chat: shared.timers.of(row.uid, live.report.number, chat),
        references=References(row.uid, shared.messages, shared.inbox, live.secret_of),
        undisturbed=undisturbed,
        on_sent=partial(shared.offers.sent, row.uid),
    )
    preparing = Preparing(live, rows, shared.readying, shared.clock, presence.write_first)

    def on_outcome(state: MessageState, seconds: float) -> None:
        signs.sent(state, shared.clock())
        shared.on_send(state, seconds)

    return Outbox(row.uid, steps, shared.clock, preparing, on_outcome)

"""When the sessions of a shard last showed that they live, in both directions; kept in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.contracts.signs import LastSigns
from shared.ids import now_ms
from shared.messages.model import MessageState


@dataclass(slots=True)
class SignsOfLife:
    """Of one session; milliseconds since 1970.

    Attributes:
        acknowledged_at: when WhatsApp last acknowledged a message.
        unacknowledged_at: when it last did not, in time.
        heard_at: when something last came by itself: a message, a receipt, …
        unheard_at: when nothing had come that should have (`session_host.session.probe`).
    """

    acknowledged_at: int | None = None
    unacknowledged_at: int | None = None
    heard_at: int | None = None
    unheard_at: int | None = None

    def sent(self, state: MessageState, now: int) -> None:
        """What became of a message that was handed to WhatsApp."""
        if state is MessageState.SENT:
            self.acknowledged_at = now
        elif state is MessageState.UNKNOWN:
            self.unacknowledged_at = now


class Signs:
    """Those of every session that a shard holds. Noted on any thread."""

    def __init__(self, clock: Callable[[], int] = now_ms) -> None:
        self._clock = clock
        self._of: dict[str, SignsOfLife] = {}

    def add(self, session_uid: str) -> SignsOfLife:
        """A session is held; what is noted of it from now on."""
        signs = self._of[session_uid] = SignsOfLife()
        return signs

    def forget(self, session_uid: str, signs: SignsOfLife) -> None:
        """It is held no more."""
        if self._of.get(session_uid) is signs:
            del self._of[session_uid]

    def told(self) -> dict[str, LastSigns]:
        """What was noted of each session, for people who look at a list of them."""
        return {uid: LastSigns(each.heard_at, each.acknowledged_at) for uid, each in list(self._of.items())}

    def heard(self, session_uid: str) -> None:
        """Something came from WhatsApp."""
        signs = self._of.get(session_uid)
        if signs is not None:
            signs.heard_at = self._clock()

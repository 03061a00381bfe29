"""What the library has said of a client: whom it belongs to, whether it is connected, what it shows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from session_host.whatsapp import signals
from session_host.whatsapp.client import Account, Connected, OnSignal, Paired, QrCode, Signal
from session_host.whatsapp.freeing import Life
from shared.ids import now_ms

FIRST_CODE_MS, OTHER_CODES_MS = 60_000, 20_000


class ClientState:
    """Told on the event loop (`session_host.whatsapp.callbacks.Told`)."""

    def __init__(self, say: OnSignal) -> None:
        """`say` is told what happens."""
        self.say = say
        self.life = Life()
        self.settled = asyncio.Event()
        """It said how the first attempt to connect went."""
        self.account: Account | None = None
        self.connected = False
        self.closed = False
        """Nobody wants to know any more."""
        self._began = False
        self._codes = 0

    def show_code(self, text: str) -> None:
        """A code to show."""
        self._begin()
        self.life.shows_codes = True
        self.settled.set()
        lifetime = OTHER_CODES_MS if self._codes else FIRST_CODE_MS
        self._codes += 1
        self.say(QrCode(text, now_ms() + lifetime))

    def is_me(self, account: Account) -> None:
        """Whom the pairing belongs to."""
        self._begin()
        if not self.closed:
            self.account = account

    def codes_ended(self, go_on: Callable[[], None]) -> None:
        """No more codes are shown."""
        self.life.codes_ended(go_on)

    def is_connected(self) -> None:
        """Logged in."""
        self.life.shows_codes = False
        self.settled.set()
        if self.account is not None and not self.closed:
            self.connected = True
            self.say(Connected(self.account))

    def is_ended(self, error: str) -> None:
        """The library let go of the client."""
        self.life.ended.set()
        self.life.sign.set()
        if not self.closed:
            self.take(signals.of_end(error or "the library ended the client", began=self._began))

    def take(self, signal: Signal) -> None:
        """Something happened to the connection."""
        self.settled.set()
        if isinstance(signal, Paired):
            self.life.shows_codes = False
        else:
            self.connected = False
        self.say(signal)

    def close(self) -> None:
        """Nobody wants to know any more; nothing is sent."""
        self.closed, self.connected = True, False

    def _begin(self) -> None:
        self._began = True
        self.life.sign.set()

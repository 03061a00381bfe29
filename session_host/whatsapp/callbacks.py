"""What the library calls, on a client's own thread: events go to the journal first, signals to the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol

import structlog

from session_host.whatsapp import from_whatsapp, signals
from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.client import Account, Arrival, OnEvent, Paired, Signal
from session_host.whatsapp.echo import Echo
from session_host.whatsapp.hearing import READERS
from session_host.whatsapp.library.event_numbers import EventNumber
from session_host.whatsapp.library.neonize_client import protobufs
from session_host.whatsapp.own_reads import own_read
from session_host.whatsapp.past.announced import announced_piece
from session_host.whatsapp.recent_sends import RecentSends
from shared.contracts.events import ResendAsked, TimerSet
from shared.contracts.kinds import modules_of
from shared.ids import now_ms

_log = structlog.get_logger(__name__)

EVENTS = modules_of("session_host.whatsapp.events")

_MOST_TIMERS = 5_000
"""Chats whose timer a client remembers having told."""


class Told(Protocol):
    """Who is told on the event loop."""

    def show_code(self, text: str) -> None:
        """A code to show."""
        ...

    def is_me(self, account: Account) -> None:
        """Whom the pairing belongs to."""
        ...

    def is_connected(self) -> None:
        """Logged in."""
        ...

    def take(self, signal: Signal) -> None:
        """Something happened to the connection."""
        ...

    def codes_ended(self, go_on: Callable[[], None]) -> None:
        """No more codes are shown; the library's thread waits until `go_on` is called, which may be from any thread."""
        ...

    def is_ended(self, error: str) -> None:
        """The library let go of the client."""
        ...


class Callbacks:
    """The `Listener` of one client.

    WhatsApp counts a message as received before `on_event` is called, so what is not in the journal yet is lost when
    the process dies. Measured on 2 CPUs with 560 sends/s in the same process, from the call to the journal: median
    32 µs, 99 % 0.25 ms, longest of 300 0.8 ms; before it up to one switch interval (0.5 ms) for the interpreter.
    """

    def __init__(  # noqa: PLR0913 - who is told
        self,
        loop: asyncio.AbstractEventLoop,
        journal: OnEvent,
        told: Told,
        people: Acquaintances,
        recent: RecentSends,
        *,
        cut: Callable[[], object],
        on_silence: Callable[[], None],
        on_early_request: Callable[[ResendAsked], None],
        history: bool = False,
    ) -> None:
        """Tell them what a client does.

        Args:
            loop: on which the rest are told.
            journal: takes events, on the client's thread.
            told: what happens to the client.
            people: who is who, as messages tell it.
            recent: what the library itself answers for when it is asked for again.
            cut: ends the client's connection at once; called on its thread.
            on_silence: WhatsApp does not answer keep-alives.
            on_early_request: a message is asked for again that may be one still under way.
            history: whether it is told what was said before.
        """
        self.wanted = self.WANTED_WITH_HISTORY if history else self.ALWAYS_WANTED
        self._cut = cut
        self._on_silence = on_silence
        self._on_early_request = on_early_request
        self._loop = loop
        self._journal = journal
        self._told = told
        self._people = people
        self._recent = recent
        self._unknown: set[int] = set()
        self._timers: OrderedDict[tuple[str, ...], tuple[int, int]] = OrderedDict()
        """By chat: seconds, and when they were set."""

    def on_qr(self, text: str) -> None:
        """A code to show."""
        self._later(self._told.show_code, text)

    def on_login_status(self, status: str) -> None:
        """How showing codes ended.

        Without a pairing the library would poll for one ten times a second for ever, and cannot be told to stop:
        its thread waits here until that would end at once (`stand_in`).
        """
        signal = signals.of_login_status(status)
        self._later(self._told.take, signal or Paired())
        if signal is not None:
            going_on = threading.Event()
            self._later(self._told.codes_ended, going_on.set)
            going_on.wait()

    def on_event(self, kind: int, payload: bytes) -> None:
        """An event. What the modules of `events` read of one is in the journal when this returns, as messages are."""
        receive = self._OWN.get(kind)
        if receive is not None:
            receive(self, payload)
            return
        reader = READERS.get(kind)
        if reader is not None:
            event = reader.protobuf.FromString(payload)
            self._note_unknown(kind, event)
            arrival = reader.read(event, now_ms(), self._people)
            if arrival is not None:
                self._journal(arrival)
        elif (signal := signals.of_event(kind, payload, now_ms())) is not None:
            self._later(self._told.take, signal)

    def on_broken(self) -> None:
        """Nothing is shown any more: WhatsApp shall keep what it has, and not wait for the library's own good-bye."""
        self._cut()

    def on_end(self, error: str) -> None:
        """The library let go of the client."""
        self._later(self._told.is_ended, error)

    def _receive_message(self, payload: bytes) -> None:
        event = protobufs.Message.FromString(payload)
        if (announced := announced_piece(event, now_ms())) is not None:
            self._journal(announced)
        message = from_whatsapp.message(event, now_ms(), self._people)
        if message is not None:
            self._journal(message)
        timer = from_whatsapp.timer(event, now_ms(), self._people)
        if timer is not None and self._is_news(timer):
            self._journal(Arrival(timer))

    def _is_news(self, timer: TimerSet) -> bool:
        seconds, set_at = self._timers.get(timer.chats, (-1, 0))
        if timer.seconds == seconds or timer.set_at < set_at:
            return False
        self._timers[timer.chats] = timer.seconds, timer.set_at
        self._timers.move_to_end(timer.chats)
        if len(self._timers) > _MOST_TIMERS:
            self._timers.popitem(last=False)
        return True

    def _receive_receipt(self, payload: bytes) -> None:
        receipt = protobufs.Receipt.FromString(payload)
        self._note_unknown(EventNumber.RECEIPT, receipt)
        arrival = from_whatsapp.receipt(receipt, now_ms(), self._people) or own_read(receipt, now_ms(), self._people)
        if arrival is not None:
            self._journal(arrival)
            return
        asked = from_whatsapp.resend_asked(receipt, now_ms(), self._people)
        if asked is None:
            self._journal(Arrival(Echo(at=now_ms())))
            return
        answered = self._recent.has(asked.id)
        if answered is None:
            self._later(self._on_early_request, asked)
        elif not answered:
            self._journal(Arrival(asked))

    def _note_unknown(self, kind: int, event: Any) -> None:  # noqa: ANN401 - a protobuf
        """Say of each kind once that WhatsApp told of it what the library has no value for."""
        if kind in self._unknown or isinstance(event, bytes) or event.IsInitialized():
            return
        self._unknown.add(kind)
        empty = event.FindInitializationErrors()
        _log.warning("unknown_to_library", kind=EventNumber(kind).name.lower(), empty=empty)

    def _learn_account(self, payload: bytes) -> None:
        account = signals.account(protobufs.Device.FromString(payload))
        self._people.is_my_account(account.number, account.lid)
        self._later(self._told.is_me, account)

    def _note_login(self, _: bytes) -> None:
        self._later(self._told.is_connected)

    def _note_silence(self, _: bytes) -> None:
        # One is enough. It is asked every 20 to 30 s and has 10 s to answer, and a session that is dead is to be back
        # within a minute. A new connection costs a second, and loses nothing.
        self._later(self._on_silence)

    def _later(self, do: Callable[..., None], *arguments: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(do, *arguments)

    _OWN: ClassVar[Mapping[int, Callable[[Any, bytes], None]]] = {
        EventNumber.MESSAGE: _receive_message,
        EventNumber.RECEIPT: _receive_receipt,
        EventNumber.ME: _learn_account,
        EventNumber.CONNECTED: _note_login,
        EventNumber.KEEP_ALIVE_TIMEOUT: _note_silence,
    }
    """What is more than something to write down, and messages, which are the most."""
    WANTED_WITH_HISTORY: ClassVar[bytes] = bytes({EventNumber.PAIR_STATUS, *_OWN, *READERS, *signals.KINDS})
    """The numbers of the events that are read."""
    ALWAYS_WANTED: ClassVar[bytes] = bytes(set(WANTED_WITH_HISTORY) - {EventNumber.HISTORY_SYNC})
    """What is not asked for the library does not write anew: a piece of history may be tens of megabytes."""

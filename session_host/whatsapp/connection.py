"""One client: the port `WhatsAppClient` over the Go library."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from session_host.whatsapp import signals, sockets
from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.asking import ask
from session_host.whatsapp.call_threads import Around
from session_host.whatsapp.callbacks import Callbacks
from session_host.whatsapp.client import (
    Account,
    Arrival,
    Connected,
    Ended,
    InDoubt,
    Lost,
    NotBegun,
    NotLookedUp,
    NotSent,
    NumberCheck,
    OnEvent,
    OnSignal,
    Paired,
    QrCode,
    Sent,
    Signal,
)
from session_host.whatsapp.client_socket import ClientSocket
from session_host.whatsapp.freeing import Life, free
from session_host.whatsapp.healing import heal
from session_host.whatsapp.library.neonize_client import NeonizeClient
from session_host.whatsapp.looking_up import known_numbers, look_up, met
from session_host.whatsapp.patience import within
from session_host.whatsapp.recent_sends import RecentSends
from session_host.whatsapp.secret_log import device_of, message_id_of, opened_by_library
from session_host.whatsapp.send_errors import explain, refusal_code
from session_host.whatsapp.shared_parts import Shared
from session_host.whatsapp.to_whatsapp import serialise
from shared.contracts.commands.command import Question, R
from shared.contracts.content.kind import Content
from shared.contracts.events import ResendAsked
from shared.ids import now_ms
from shared.jids import Jid
from shared.messages.model import ChatTimer

FIRST_CODE_MS, OTHER_CODES_MS = 60_000, 20_000
_LOGIN_WITHIN = 20.0
_RECONNECT_WITHIN = 3.0
"""Seconds in which the library tries twice by itself, at once and 2 s later; then it waits 2 s longer each time."""
_RECONNECT_WITH_SENDS_WITHIN = 20.0
"""The same while sends wait in the library: it writes their frames again, a new client cannot."""
_MAP_READ_WITHIN = 5.0
_LOOKED_UP_WITHIN = 90.0
_DEVICES_WITHIN = 20.0
"""Seconds; the library gives up after 75 when WhatsApp does not answer."""
_LOGOUT_WITHIN = 5.0
_PAIR_CODE_WITHIN = 15.0
_CLOSE_WITHIN = 6.0


class Connection:
    """A device of a number. See `WhatsAppClient`; all of it runs on the event loop."""

    def __init__(
        self, database: str, shared: Shared, *, on_signal: OnSignal, on_event: OnEvent, tenant: str = ""
    ) -> None:
        self._database = database
        self._tenant = tenant
        self._shared = shared
        self._on_signal = on_signal
        self._loop = asyncio.get_running_loop()
        self._people = Acquaintances()
        self._on_event = on_event
        self._recent = RecentSends()
        self._asked_early: list[ResendAsked] = []
        callbacks = Callbacks(self._loop, on_event, self, self._people, self._recent)
        self._client = NeonizeClient(database, shared.options, shared.gate, callbacks)
        self._account: Account | None = None
        self._connected = False
        self._closed = False
        self._began = False
        self._codes = 0
        self._socket = ClientSocket(self._client, shared)
        self._healing = False
        self._life = Life()
        self._settled = asyncio.Event()
        self._thread: threading.Thread | None = None
        self._unanswered: set[asyncio.Future[Any]] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._watch: asyncio.Task[None] | None = None
        self._freeing: asyncio.Task[None] | None = None

    async def account(self) -> Account | None:
        """Whose pairing the auth database holds; None when there is none."""
        found = await asyncio.to_thread(device_of, self._database)
        return None if found is None else Account(*found, push_name=None)

    async def open(self) -> None:
        """Begin to connect; what happens comes as signals."""
        self._own(self._connect(), "connect")

    async def request_pair_code(self, number: str) -> str:
        """The code to type on the phone. Raises NotSent with WhatsApp's or the library's words."""
        answer = await self._shared.call(lambda: self._client.pair_phone(number), _PAIR_CODE_WITHIN)
        if answer.Error:
            raise NotSent(answer.Error, refused=True, code=refusal_code(answer.Error))
        return answer.Code

    async def send(
        self,
        to: Jid,
        content: Content,
        *,
        secret: bytes,
        timer: ChatTimer | None = None,
        around: Around[Sent] | None = None,
    ) -> Sent:
        """Send and wait for the acknowledgement; see the port."""
        if not self._connected:
            raise NotSent("The connection is down.")
        self._recent.begin()
        wa_id, left = None, True
        try:
            sent = await self._send(to, serialise(content, secret, timer), secret, around)
            wa_id = sent.wa_id
        except InDoubt as error:
            wa_id = error.wa_id
            raise
        except NotSent:
            left = False
            raise
        else:
            return sent
        finally:
            self._recent.end(wa_id, left=left)
            self._decide()

    async def _send(self, to: Jid, payload: bytes, secret: bytes, around: Around[Sent] | None) -> Sent:
        call = self._shared.calls.begin(lambda: self._hand_over(to, payload, secret), around)
        self._unanswered.add(call.future)
        call.future.add_done_callback(self._unanswered.discard)
        deadlines, silent = self._shared.deadlines, NotBegun("The store did not answer.")
        if not await call.over_within(deadlines.reset, silent):
            self._heal(call.future)
            if not await call.over_within(deadlines.after_reset, silent) and not call.cut():
                wa_id = await asyncio.to_thread(message_id_of, self._database, secret)
                raise InDoubt("WhatsApp did not acknowledge the message", wa_id=wa_id)
        return call.future.result()

    def _hand_over(self, to: Jid, payload: bytes, secret: bytes) -> Sent:
        """On a thread: WhatsApp's acknowledgement. Raises NotSent and InDoubt."""
        answer = self._client.send(to, payload)
        if answer.Error:
            raise explain(answer.Error, lambda: message_id_of(self._database, secret))
        return Sent(answer.SendResponse.ID, answer.SendResponse.Timestamp)

    async def check_number(self, number: str) -> NumberCheck:
        """Ask WhatsApp; see the port."""
        if not self._connected:
            raise NotSent("The connection is down.")
        call = self._shared.lookups.run(look_up, self._client, number)
        await asyncio.wait({call}, timeout=_LOOKED_UP_WITHIN)
        if not call.done():
            raise NotLookedUp("the library does not return")
        found = call.result()
        if found.jid is not None and found.lid is not None:
            self._people.learn(str(found.lid), found.jid.user)
        return found

    async def acquainted(self, number: str) -> NumberCheck | None:
        """What the library's own map of people says of a number; see the port."""
        if not self._connected:
            raise NotSent("The connection is down.")
        return await self._shared.call(lambda: met(self._client, number), _MAP_READ_WITHIN, self._shared.lookups)

    async def numbers_of(self, lids: frozenset[str]) -> Mapping[str, str]:
        """The phone numbers that the library knows of people named by LID. Raises NotSent when it did not answer."""
        if not self._connected:
            raise NotSent("The connection is down.")
        read = self._shared.call(lambda: known_numbers(self._client, lids), _MAP_READ_WITHIN, self._shared.lookups)
        numbers = await read
        self._people.learn_all(lids, numbers)
        return numbers

    async def devices_of(self, jid: Jid) -> int:
        """Ask WhatsApp. Raises NotSent when it did not answer."""
        if not self._connected:
            raise NotSent("The connection is down.")
        answer = await self._shared.call(lambda: self._client.devices_of(jid), _DEVICES_WITHIN, self._shared.lookups)
        if answer.Error:
            raise NotSent(answer.Error)
        return len(answer.JID)

    async def ask(self, question: Question[R]) -> R:
        """Ask WhatsApp; see the port."""
        if not self._connected:
            raise NotSent("The connection is down.")
        call = self._shared.questions.run(ask, self._client, question)
        await asyncio.wait({call}, timeout=_LOOKED_UP_WITHIN)
        if not call.done():
            raise NotLookedUp("the library does not return")
        return call.result()

    async def logout(self) -> None:
        """Unlink from the phone. Raises NotSent when it is not certain that it was."""
        error = await self._shared.call(self._client.logout, _LOGOUT_WITHIN)
        if error:
            raise NotSent(f"The device is not unlinked: {error}")

    async def close(self) -> None:
        """Disconnect and free everything; returns within some 7 s, what hangs longer is freed when it lets go."""
        self._closed = True
        self._connected = False
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._thread is None:
            return
        if self._freeing is None:
            self._freeing = asyncio.create_task(self._free(), name=f"free {self._database}")
            self._shared.closing[self._database] = self._freeing
        await asyncio.wait({self._freeing}, timeout=_CLOSE_WITHIN + 1)

    # Connecting

    async def _connect(self) -> None:
        predecessor = self._shared.closing.get(self._database)
        if predecessor is not None:
            await asyncio.wait({predecessor})
        await self._shared.reachability.wait(self._tell_unreachable)
        async with self._shared.gate.alone(self._tenant):
            before = sockets.descriptors()
            opened_by_library(self._database)
            self._thread = self._client.start()
            await self._socket.wait_for(self._life, before)
        await self._login_in_time()

    async def _login_in_time(self) -> None:
        await within(self._settled.wait(), _LOGIN_WITHIN)
        if not self._settled.is_set():
            self._say(Ended("WhatsApp did not answer the login", reason="wa_unreachable"))

    def _tell_unreachable(self, detail: str, next_try: int) -> None:
        self._say(Lost("wa_unreachable", next_try=next_try, detail=detail))

    async def _see_it_reconnect(self) -> None:
        """End a client that is not back soon: the next one connects as soon as the network lets it."""
        self._shared.reachability.doubt()
        await asyncio.sleep(_RECONNECT_WITHIN)
        if self._unanswered:
            await asyncio.wait(set(self._unanswered), timeout=_RECONNECT_WITH_SENDS_WITHIN - _RECONNECT_WITHIN)
        await self._socket.end_attempts()
        self._say(Ended("the library did not reconnect in time", reason="connection_lost"))

    # What the library says, brought to the loop

    def show_code(self, text: str) -> None:
        """A code to show."""
        self._begin()
        self._life.shows_codes = True
        self._settled.set()
        lifetime = OTHER_CODES_MS if self._codes else FIRST_CODE_MS
        self._codes += 1
        self._say(QrCode(text, now_ms() + lifetime))

    def is_me(self, account: Account) -> None:
        """Whom the pairing belongs to."""
        self._begin()
        if not self._closed:
            self._account = account

    def codes_ended(self, go_on: Callable[[], None]) -> None:
        """No more codes are shown."""
        self._life.codes_ended(go_on)

    def _begin(self) -> None:
        self._began = True
        self._life.sign.set()

    def is_connected(self) -> None:
        """Logged in."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        self._healing = False
        self._life.shows_codes = False
        self._settled.set()
        if self._account is not None and not self._closed:
            self._connected = True
            self._say(Connected(self._account))

    def is_ended(self, error: str) -> None:
        """The library let go of the client."""
        self._life.ended.set()
        self._life.sign.set()
        if not self._closed:
            self.take(signals.of_end(error or "the library ended the client", began=self._began))

    def take(self, signal: Signal) -> None:
        """Something happened to the connection."""
        self._settled.set()
        if isinstance(signal, Paired):
            self._life.shows_codes = False
            self._say(signal)
            return
        self._connected = False
        if isinstance(signal, Lost):
            self._socket.inode = None
            if self._watch is None and not self._closed:
                self._watch = self._own(self._see_it_reconnect(), "reconnect")
            signal = Lost("healing" if self._healing else signal.reason, detail=signal.detail)
        self._say(signal)

    def _say(self, signal: Signal) -> None:
        if not self._closed:
            self._on_signal(signal)

    def asked_too_early(self, asked: ResendAsked) -> None:
        """Kept until it is known whether it is one of those under way, which the library answers for."""
        self._asked_early.append(asked)
        self._decide()

    def _decide(self) -> None:
        asked, self._asked_early = self._asked_early, []
        for each in asked:
            answered = self._recent.has(each.id)
            if answered is None:
                self._asked_early.append(each)
            elif not answered:
                self._shared.calls.run(self._on_event, Arrival(each))  # it is written to the disk

    # Healing

    def _heal(self, call: asyncio.Future[Any]) -> None:
        if not self._healing and not self._closed:
            self._healing = True
            self._own(heal(call, self._shared.deadlines, self._reset, self._give_up), "heal")

    def keep_alives_missed(self) -> None:
        """WhatsApp does not answer keep-alives; the library itself waits three minutes for them."""
        if not self._healing and not self._closed:
            self._healing = True
            self._own(self._reset(), "heal")

    async def _reset(self) -> bool:
        """Shut the client's socket down; False when it could not be told apart."""
        return await self._socket.shut_down(self._account.number if self._account else "")

    async def _give_up(self) -> None:
        """Disconnect: calls that wait return with an error; the session makes a new client."""
        self._connected = False
        disconnecting = self._shared.calls.run(self._client.disconnect)
        await asyncio.wait({disconnecting}, timeout=self._shared.deadlines.answer)
        self._say(Ended("WhatsApp acknowledges nothing"))

    async def _free(self) -> None:
        await free(self._client, self._shared, self._life, self._database, self._socket.inode, self._tenant)
        if self._shared.closing.get(self._database) is asyncio.current_task():
            del self._shared.closing[self._database]

    def _own(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        task = asyncio.create_task(work, name=f"{name} {self._database}")
        self._tasks.add(task)
        task.add_done_callback(self._is_done)
        return task

    def _is_done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._say(Ended(f"{task.get_name()}: {error!r}"))

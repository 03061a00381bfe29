"""One client: the port `WhatsAppClient` over the Go library."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from pathlib import Path

from session_host.whatsapp import sockets
from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.asking import ask
from session_host.whatsapp.beside import Beside
from session_host.whatsapp.call_threads import Around
from session_host.whatsapp.callbacks import Callbacks
from session_host.whatsapp.client import (
    Account,
    Arrival,
    Connected,
    InDoubt,
    Lost,
    NotBegun,
    NotLookedUp,
    NotSent,
    NumberCheck,
    OnEvent,
    OnSignal,
    Sent,
    Signal,
)
from session_host.whatsapp.client_options import ClientOptions
from session_host.whatsapp.client_socket import ClientSocket
from session_host.whatsapp.client_state import ClientState
from session_host.whatsapp.content.ready import Uploaded
from session_host.whatsapp.early_requests import EarlyRequests
from session_host.whatsapp.freeing import free
from session_host.whatsapp.library.neonize_client import NeonizeClient, device_words
from session_host.whatsapp.logging_in import login_settled
from session_host.whatsapp.looking_up import known_numbers, look_up, met
from session_host.whatsapp.recent_sends import RecentSends
from session_host.whatsapp.recovery import Recovery
from session_host.whatsapp.secret_log import device_of, message_id_of, opened_by_library
from session_host.whatsapp.send_errors import explain, refusal_code
from session_host.whatsapp.shared_parts import Shared
from session_host.whatsapp.to_whatsapp import serialise
from shared.contracts.commands.command import Question, R
from shared.contracts.content.kind import Content
from shared.jids import Jid

_LOGIN_WITHIN = 20.0
_MAP_READ_WITHIN = 5.0
_LOOKED_UP_WITHIN = 90.0
_DEVICES_WITHIN = 20.0
"""Seconds; the library gives up after 75 when WhatsApp does not answer."""
_LOGOUT_WITHIN = 5.0
_PAIR_CODE_WITHIN = 15.0
_CLOSE_WITHIN = 6.0


class Connection:
    """A device of a number. See `WhatsAppClient`; all of it runs on the event loop."""

    def __init__(  # noqa: PLR0913 - whose it is, and how it connects
        self,
        database: str,
        shared: Shared,
        options: ClientOptions,
        *,
        on_signal: OnSignal,
        on_event: OnEvent,
        tenant: str = "",
    ) -> None:
        self._database = database
        self._reachability = shared.reachabilities.of(options)
        self._words = device_words(options.device_name, options.history_days)
        self._tenant = tenant
        self._shared = shared
        self._on_signal = on_signal
        self._state = ClientState(self._hear)
        self._people = Acquaintances()
        self._recent = RecentSends()
        # What is told then is written to the disk: on a thread.
        self._early = EarlyRequests(self._recent, lambda asked: shared.calls.run(on_event, Arrival(asked)))
        callbacks = Callbacks(
            asyncio.get_running_loop(),
            on_event,
            self._state,
            self._people,
            self._recent,
            cut=lambda: self._socket.cut(),  # noqa: PLW0108 - it is made below
            on_silence=lambda: self._recovery.nothing_comes(),  # noqa: PLW0108 - it is made below
            on_early_request=self._early.add,
            history=options.history_days > 0,
        )
        self._client = NeonizeClient(database, shared.gate, callbacks)
        self._socket = ClientSocket(self._client, shared, self._reachability.way.port)
        self._recovery = Recovery(self._client, self._socket, self._state, shared, self._reachability)
        self._thread: threading.Thread | None = None
        self._freeing: asyncio.Task[None] | None = None

    async def account(self) -> Account | None:
        """Whose pairing the auth database holds; None when there is none."""
        found = await asyncio.to_thread(device_of, self._database)
        if found is not None:
            self._words = b""  # it is registered
        return None if found is None else Account(*found, push_name=None)

    async def open(self) -> None:
        """Begin to connect; what happens comes as signals."""
        self._recovery.own(self._connect(), "connect")

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
        beside: Beside | None = None,
        around: Around[Sent] | None = None,
    ) -> Sent:
        """Send and wait for the acknowledgement; see the port."""
        if not self._state.connected:
            raise NotSent("The connection is down.")
        self._recent.begin()
        wa_id, left = None, True
        try:
            sent = await self._send(to, serialise(content, secret, beside), secret, around)
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
            self._early.decide()

    async def _send(self, to: Jid, payload: bytes, secret: bytes, around: Around[Sent] | None) -> Sent:
        call = self._shared.calls.begin(lambda: self._hand_over(to, payload, secret), around)
        self._recovery.unanswered.add(call.future)
        call.future.add_done_callback(self._recovery.unanswered.discard)
        deadlines, silent = self._shared.deadlines, NotBegun("The store did not answer.")
        if not await call.over_within(deadlines.reset, silent):
            self._recovery.heal(call.future)
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

    async def upload(self, file: Path, size: int, kind: str, *, plain: bool = False) -> Uploaded:
        """Bring a file to WhatsApp's media server; see the port."""
        if not self._state.connected:
            raise NotSent("The connection is down.")
        return await self._shared.uploads.upload(self._client, file, size, kind, plain=plain)

    async def check_number(self, number: str) -> NumberCheck:
        """Ask WhatsApp; see the port."""
        if not self._state.connected:
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
        if not self._state.connected:
            raise NotSent("The connection is down.")
        return await self._shared.call(lambda: met(self._client, number), _MAP_READ_WITHIN, self._shared.lookups)

    async def numbers_of(self, lids: frozenset[str]) -> Mapping[str, str]:
        """The phone numbers that the library knows of people named by LID. Raises NotSent when it did not answer."""
        if not self._state.connected:
            raise NotSent("The connection is down.")
        read = self._shared.call(lambda: known_numbers(self._client, lids), _MAP_READ_WITHIN, self._shared.lookups)
        numbers = await read
        self._people.learn_all(lids, numbers)
        return numbers

    async def devices_of(self, jid: Jid) -> int:
        """Ask WhatsApp. Raises NotSent when it did not answer."""
        if not self._state.connected:
            raise NotSent("The connection is down.")
        answer = await self._shared.call(lambda: self._client.devices_of(jid), _DEVICES_WITHIN, self._shared.lookups)
        if answer.Error:
            raise NotSent(answer.Error)
        return len(answer.JID)

    async def ask(self, question: Question[R]) -> R:
        """Ask WhatsApp; see the port."""
        if not self._state.connected:
            raise NotSent("The connection is down.")
        call = self._shared.questions.run(ask, self._client, question)
        await asyncio.wait({call}, timeout=_LOOKED_UP_WITHIN)
        if not call.done():
            raise NotLookedUp("the library does not return")
        return call.result()

    def reset(self) -> None:
        """Have it connect anew; see the port."""
        self._recovery.nothing_comes()

    async def logout(self) -> None:
        """Unlink from the phone. Raises NotSent when it is not certain that it was."""
        error = await self._shared.call(self._client.logout, _LOGOUT_WITHIN)
        if error:
            raise NotSent(f"The device is not unlinked: {error}")

    async def close(self) -> None:
        """Disconnect and free everything; returns within some 7 s, what hangs longer is freed when it lets go."""
        self._state.close()
        await self._recovery.close()
        if self._thread is None:
            return
        if self._freeing is None:
            self._freeing = asyncio.create_task(self._free(), name=f"free {self._database}")
            self._shared.closing[self._database] = self._freeing
        await asyncio.wait({self._freeing}, timeout=_CLOSE_WITHIN + 1)

    async def _connect(self) -> None:
        predecessor = self._shared.closing.get(self._database)
        if predecessor is not None:
            await asyncio.wait({predecessor})
        await self._reachability.wait(self._tell_unreachable)
        while self._thread is None:
            await self._shared.registering.turn(self._words)
            async with self._shared.gate.alone(self._tenant):
                if self._shared.registering.begin(self._words, self._state.life.sign):
                    await self._start()
        await self._login_in_time()

    async def _start(self) -> None:
        """The gate is ours alone."""
        before = sockets.descriptors()
        opened_by_library(self._database)
        self._thread = self._client.start(self._reachability.way.url, self._words)
        await self._socket.wait_for(self._state.life, before)

    async def _login_in_time(self) -> None:
        ended = await login_settled(self._state.settled, self._socket, _LOGIN_WITHIN)
        if ended is not None:
            self._state.say(ended)

    def _tell_unreachable(self, detail: str, next_try: int) -> None:
        self._tell(Lost(self._reachability.way.reason, next_try=next_try, detail=detail))

    def _hear(self, signal: Signal) -> None:
        """What happened to the client, on its way to the session."""
        if isinstance(signal, Connected):
            self._recovery.connected()
        elif isinstance(signal, Lost):
            signal = self._recovery.lost(signal)
        self._tell(signal)

    def _tell(self, signal: Signal) -> None:
        if not self._state.closed:
            self._on_signal(signal)

    async def _free(self) -> None:
        await free(self._client, self._shared, self._state.life, self._database, self._socket.inode, self._tenant)
        if self._shared.closing.get(self._database) is asyncio.current_task():
            del self._shared.closing[self._database]

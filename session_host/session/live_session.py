"""One session: a WhatsApp number's client, kept in the state that is wanted and recovered from what happens to it.

Everything that changes a session, signals of its client and calls of its owner, goes through one queue and is
handled one at a time by one task (`course`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from session_host.disk.session_files import DATABASE, KEY_FILE, delete_file, delete_folder
from session_host.session.course import QR_ROUND_MS, Course
from session_host.session.message_secret import MessageSecrets
from session_host.session.report import SessionReports
from session_host.session.rest import must_rest
from session_host.session.settings import SessionSettings
from session_host.session.states import LIVE, RESTING, UNPAIRED
from session_host.session.unlinking import DONE, NOTHING_THERE, Unlinking, UnlinkingClient
from session_host.session.work_queue import QueueEnded
from session_host.whatsapp.beside import Beside
from session_host.whatsapp.call_threads import Around
from session_host.whatsapp.client import (
    MakeClient,
    NotSent,
    NumberCheck,
    OnEvent,
    OnSignal,
    QrCode,
    Sent,
    WhatsAppClient,
)
from shared.contracts.answers import NotBegun
from shared.contracts.content.kind import Content
from shared.errors import SessionAlreadyConnected
from shared.ids import now_ms
from shared.jids import Jid
from shared.sessions.model import UNLINK_PENDING, SessionReport, SessionStatus

T = TypeVar("T")


class LiveSession:
    """A session this shard holds. Made and used on one event loop; `close` ends it.

    Args:
        uid: the session's id, for the log.
        auth_dir: the folder of its auth database, made when missing.
        clients: makes WhatsApp clients.
        journal_append: called with each event on the library's thread; durable when it returns.
        on_report: called on the event loop with each new report.
        settings: durations.
        clock: milliseconds since 1970.
        first: what it does until it is asked to do something.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a session is made of
        self,
        uid: str,
        auth_dir: Path,
        clients: MakeClient,
        journal_append: OnEvent,
        on_report: Callable[[SessionReport], None],
        settings: SessionSettings | None = None,
        clock: Callable[[], int] = now_ms,
        first: SessionStatus = SessionStatus.STOPPED,
    ) -> None:
        self.uid = uid
        self._auth_dir = auth_dir
        self._clients = clients
        self._journal_append = journal_append
        self._clock = clock
        self._reports = SessionReports(on_report, clock, first)
        self._course = Course(uid, self._make_client, self._reports, settings or SessionSettings(), clock)
        self._secrets: MessageSecrets | None = None
        self._unlinking: UnlinkingClient | None = None

    # What it is

    @property
    def report(self) -> SessionReport:
        """What the session does now."""
        return self._reports.now

    @property
    def connected(self) -> bool:
        """Whether it is logged in and can send."""
        return self.report.status is SessionStatus.CONNECTED and self._course.client.now is not None

    @property
    def qr(self) -> QrCode | None:
        """The code to scan now, None when there is none."""
        code = self._course.qr
        return None if code is None or code.expires_at <= self._clock() else code

    @property
    def paired(self) -> bool | None:
        """Whether there is a pairing, as far as it is known."""
        return self._course.paired

    @property
    def round_ends_at(self) -> int:
        """When the codes (and a pairing code) of this round stop working; milliseconds since 1970."""
        return self._course.round_began + QR_ROUND_MS

    async def wait_for(self, met: Callable[[], bool], timeout: float) -> bool:  # noqa: ASYNC109 - answers False, never raises
        """Wait until a condition of this session is met; False after `timeout` seconds."""
        return await self._reports.wait_for(met, timeout)

    async def wait_connected(self, timeout: float) -> bool:  # noqa: ASYNC109 - answers False, never raises
        """Whether it is connected within `timeout` seconds; answers at once when it rests."""
        await self.wait_for(lambda: self.connected or self.report.status in RESTING, timeout)
        return self.connected

    def secret_of(self, message_id: str) -> bytes:
        """The message secret to send a message of ours with."""
        if self._secrets is None:
            self._secrets = MessageSecrets.load(self._auth_dir / KEY_FILE)
        return self._secrets.of(message_id)

    # What it is asked

    async def start(self, *, login: bool) -> None:
        """Connect, when it rests. Without a pairing: show codes when `login`, else rest as logged out."""
        await self._ask(lambda: self._start(login))

    async def resume(self, *, login: bool, previous: SessionReport) -> None:
        """Start as the first thing after a restart; a rest it had come to (replaced by another device, ban) is kept."""
        await self._ask(lambda: self._begin(login, previous))

    async def stop(self) -> None:
        """Disconnect and rest as stopped; the pairing is kept."""
        await self._ask(lambda: self._course.rest(SessionStatus.STOPPED, None))

    async def restart(self, *, login: bool = False) -> None:
        """Disconnect and connect again, whatever state it is in; `login` as in `start`."""
        await self._ask(lambda: self._restart(login))

    async def unlink(self, within: float) -> Unlinking:
        """Try to unlink from the phone, connecting for that where it is not; it has no client afterwards.

        Queued, since one that is let go must not be connected any more: `close` cuts it short.
        """
        return await self._ask(lambda: self._unlink(within))

    async def log_out(self) -> None:
        """Forget the pairing and rest as logged out."""
        await self._ask(self._log_out)

    async def rest_linked(self, next_try: int) -> None:
        """Rest as logged out although the phone still has the device; the pairing is kept for the next try."""
        await self._ask(lambda: self._course.rest(SessionStatus.LOGGED_OUT, UNLINK_PENDING, next_try))

    async def begin_login(self) -> None:
        """Make it show codes if it is not paired, connect if it is; changes nothing where that is under way.

        A temporary ban is waited for all the same.
        """
        await self._ask(self._begin_login)

    async def fail(self, reason: str) -> None:
        """Disconnect and rest as failed for this reason."""
        await self._ask(lambda: self._course.rest(SessionStatus.FAILED, reason))

    async def request_pair_code(self, number: str) -> str:
        """The code to type on the phone with this number; only while QR codes are shown. Raises NotSent."""
        client = self._course.client.now
        if client is None or self.report.status is not SessionStatus.QR_READY:
            raise NotSent("You can get a pairing code only while the session waits to be paired.")
        return await client.request_pair_code(number)

    async def send(
        self,
        to: Jid,
        content: Content,
        secret: bytes,
        beside: Beside | None = None,
        around: Around[Sent] | None = None,
    ) -> Sent:
        """Send; see `WhatsAppClient.send` for what NotSent and InDoubt mean."""
        return await self.connected_client().send(to, content, secret=secret, beside=beside, around=around)

    async def check_number(self, number: str) -> NumberCheck:
        """Ask WhatsApp whether a number is registered; see `WhatsAppClient.check_number`."""
        return await self.connected_client().check_number(number)

    async def acquainted(self, number: str) -> NumberCheck | None:
        """What is known of a number without asking WhatsApp; see `WhatsAppClient.acquainted`."""
        return await self.connected_client().acquainted(number)

    def connected_client(self) -> WhatsAppClient:
        """The client that sends and asks now. Raises NotSent when none is connected."""
        client = self._course.client.now
        if client is None or not self.connected:
            raise NotSent(f"The session is {self.report.status}.")
        return client

    async def adopt(self, put: Callable[[], None]) -> None:
        """Go on with a pairing from elsewhere, which `put` writes into the auth folder: it is called in a thread.

        Raises:
            SessionAlreadyConnected: there is a pairing; nothing was changed.
        """
        await self._ask(lambda: self._adopt(put))

    async def erase(self) -> None:
        """End, and delete everything that is kept of the session on this disk. May be repeated."""
        await self.close()
        await asyncio.to_thread(delete_folder, self._auth_dir)

    async def close(self) -> None:
        """Disconnect and end, without a report: the session goes on elsewhere or later. May be repeated."""
        if self._unlinking is not None:
            self._unlinking.cut()
        with suppress(QueueEnded):
            await self._course.work.ask(self._course.drop_client)
        await self._course.work.end()

    # How it does it

    async def _ask(self, work: Callable[[], Awaitable[T]]) -> T:
        try:
            return await self._course.work.ask(work)
        except QueueEnded as error:
            raise NotBegun(retry_after=1) from error

    async def _start(self, login: bool) -> None:  # noqa: FBT001 - passed on
        if self.report.status not in LIVE:
            await self._begin(login)

    async def _begin(self, login: bool, previous: SessionReport | None = None) -> None:  # noqa: FBT001 - passed on
        course = self._course
        client = course.client.new()
        account = await client.account()
        paired = course.paired = account is not None
        course.account = (course.account or account) if paired else None
        if not paired:  # the secrets of a pairing end with it: `in_doubt` relies on it
            self._secrets = None
            await asyncio.to_thread(delete_file, self._auth_dir / KEY_FILE)
        if previous is not None and must_rest(previous, paired=paired, now=self._clock()):
            self._reports.show(previous)
            if previous.until is not None:
                course.reopen_at(previous.until)
            return
        if not paired and not login:
            reason = previous.reason if previous and previous.status is SessionStatus.LOGGED_OUT else "not_paired"
            self._course.enter(SessionStatus.LOGGED_OUT, reason)
            return
        # Before its first message is begun: a key that is younger than a message knows nothing of it.
        self._secrets = await asyncio.to_thread(MessageSecrets.load, self._auth_dir / KEY_FILE)
        await course.begin(client)

    async def _begin_login(self) -> None:
        banned = self.report.reason == "temporary_ban" and self._course.attempts.pending
        if self.report.status in RESTING and not banned:
            await self._begin(login=True)

    async def _restart(self, login: bool) -> None:  # noqa: FBT001 - passed on
        await self._course.drop_client()
        await self._begin(login)

    async def _unlink(self, within: float) -> Unlinking:
        client = self._course.client.now
        if client is not None and self.connected:
            with suppress(NotSent):
                await client.logout()
                await self._course.drop_client()
                return DONE
        await self._course.drop_client()
        if await self._course.client.new().account() is None:
            return NOTHING_THERE
        self._unlinking = UnlinkingClient()
        try:
            return await self._unlinking.run(self._make_client, within)
        finally:
            self._unlinking = None

    async def _log_out(self) -> None:
        await self._course.drop_client()
        self._course.forget_pairing()
        self._secrets = None
        await asyncio.to_thread(delete_file, self._auth_dir / DATABASE)
        self._course.enter(SessionStatus.LOGGED_OUT, "logged_out")

    async def _adopt(self, put: Callable[[], None]) -> None:
        unpaired = self.report.status in UNPAIRED
        if not unpaired and (self.report.status in LIVE or await self._course.client.new().account() is not None):
            raise SessionAlreadyConnected("The session has a pairing. " + SessionAlreadyConnected.remedy)
        await self._course.drop_client()
        self._secrets = None
        await asyncio.to_thread(put)
        await self._restart(login=False)

    def _make_client(self, on_signal: OnSignal) -> WhatsAppClient:
        self._auth_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._clients(str(self._auth_dir / DATABASE), on_signal=on_signal, on_event=self._journal_append)

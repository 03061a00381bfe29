"""What is needed of a session to send its messages."""

from __future__ import annotations

from typing import Protocol

from session_host.whatsapp.beside import Beside
from session_host.whatsapp.call_threads import Around
from session_host.whatsapp.client import QrCode, Sent
from session_host.whatsapp.media_client import MediaClient
from shared.contracts.content.kind import Content
from shared.jids import Jid
from shared.sessions.model import SessionReport


class SendingSession(Protocol):
    """`session_host.session.live_session.LiveSession`, as the outbox sees it."""

    @property
    def report(self) -> SessionReport:
        """What it is doing. May be read on any thread."""
        ...

    @property
    def qr(self) -> QrCode | None:
        """The code it shows at the moment."""
        ...

    async def wait_connected(self, timeout: float) -> bool:  # noqa: ASYNC109 - the session's own way to wait
        """Whether it is connected, at the latest after so many seconds."""
        ...

    def secret_of(self, message_id: str) -> bytes:
        """The message secret of a message of ours."""
        ...

    def connected_client(self) -> MediaClient:
        """What uploads now. Raises NotSent when nothing is connected."""
        ...

    async def send(
        self, to: Jid, content: Content, secret: bytes, beside: Beside | None, around: Around[Sent] | None
    ) -> Sent:
        """Hand it to WhatsApp; raises NotSent or InDoubt, or what is done `around` it raises NotBegun."""
        ...

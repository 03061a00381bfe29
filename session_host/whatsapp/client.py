"""The port to WhatsApp: what the session host needs of a client library, and what it is told.

Facts behind it: `docs/neonize.md`. Times are milliseconds since 1970 unless a name says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from session_host.whatsapp.beside import Beside
from session_host.whatsapp.call_threads import Around
from session_host.whatsapp.client_options import ClientOptions
from session_host.whatsapp.leftovers import Leftovers
from session_host.whatsapp.library.way_in import NotSent
from session_host.whatsapp.media_client import MediaClient
from shared.contracts.commands.command import Question, R
from shared.contracts.content.kind import Content
from shared.contracts.event import Event
from shared.ids import now_ms
from shared.jids import Jid

QUESTIONS_AT_ONCE = 4
"""Questions of one session that may be under way, each with a thread of its own."""
LOOKUPS_AT_ONCE = 8
"""Number checks of one session that may be under way: a library that hangs holds no more threads than these."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a paired client is."""

    number: str
    lid: str | None
    """`…@lid`"""
    push_name: str | None


@dataclass(frozen=True, slots=True)
class QrCode:
    """A code to show; another follows, or QrExhausted."""

    text: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class QrExhausted:
    """The last code of a round ran out, or the server closed while codes were shown; a new client shows more."""


@dataclass(frozen=True, slots=True)
class Paired:
    """The phone scanned or typed the code; a login follows by itself."""


@dataclass(frozen=True, slots=True)
class PairingFailed:
    """The phone answered and pairing broke (bad signature, passkey-protected account, …)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Connected:
    """Logged in and ready to send."""

    account: Account


@dataclass(frozen=True, slots=True)
class Lost:
    """There is no connection; it is tried again by itself."""

    reason: str
    """`connection_lost`, `wa_unreachable`, `proxy_unreachable` or `healing` (ended by us, for want of answers)."""
    next_try: int | None = None
    """When it is tried again, where that is known."""
    detail: str | None = None
    """What was seen, for people: `proxy 127.0.0.1:3128 refused the connection`."""


@dataclass(frozen=True, slots=True)
class Unlinked:
    """The phone (or WhatsApp) removed this device: the pairing is gone."""

    reason: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """Another socket of the same device took over."""


@dataclass(frozen=True, slots=True)
class Banned:
    """A temporary ban."""

    until: int | None
    code: int | None


@dataclass(frozen=True, slots=True)
class Refused:
    """WhatsApp refused the login with a code (405: client outdated)."""

    code: int | None


@dataclass(frozen=True, slots=True)
class Ended:
    """The client stopped working; a new one is needed."""

    error: str
    """What the library said, or what we saw, for the log."""
    reason: str = "healing"
    """`healing`, or `wa_unreachable` when WhatsApp could not be reached."""


Signal = (
    QrCode | QrExhausted | Paired | PairingFailed | Connected | Lost | Unlinked | Replaced | Banned | Refused | Ended
)
"""What happened to the connection, in order; handled on the event loop."""


@dataclass(frozen=True, slots=True)
class Sent:
    """WhatsApp acknowledged a message."""

    wa_id: str
    timestamp: int
    """Seconds since 1970, WhatsApp's."""


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """Whether a number is registered, and where."""

    exists: bool
    jid: Jid | None
    """WhatsApp's own: in some countries it has other digits than the number that was asked for."""
    lid: Jid | None
    at: int = field(default_factory=now_ms)
    """When WhatsApp said so; milliseconds since 1970."""


class NotBegun(NotSent):
    """Nothing was handed to the library, since what has to come before that was not done."""


class NotLookedUp(Exception):  # noqa: N818 - it says what is known
    """WhatsApp did not say what it was asked; `code` when it refused to."""

    def __init__(self, message: str, *, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class InDoubt(Exception):  # noqa: N818 - it says what is not known
    """The frame may have left and no acknowledgement came. `wa_id` when the library's log shows it."""

    def __init__(self, message: str, *, wa_id: str | None = None) -> None:
        super().__init__(message)
        self.wa_id = wa_id


class WhatsAppClient(MediaClient, Protocol):
    """One device of one number. Made for one connection: after `close` a new one is made."""

    async def open(self) -> None:
        """Begin to connect (or to show QR codes when there is no pairing). What happens comes as signals."""
        ...

    async def close(self) -> None:
        """Disconnect and free everything, within its deadline whatever the library does. May be repeated."""
        ...

    async def account(self) -> Account | None:
        """Whose pairing the auth database holds, as far as that says; None when there is none."""
        ...

    async def request_pair_code(self, number: str) -> str:
        """The code to type on the phone with this number, `ABCD-EFGH`. Only while QR codes are shown.

        Raises NotSent, with WhatsApp's code when it refuses.
        """
        ...

    async def send(
        self,
        to: Jid,
        content: Content,
        *,
        secret: bytes,
        beside: Beside | None = None,
        around: Around[Sent] | None = None,
    ) -> Sent:
        """Send and wait for WhatsApp's acknowledgement; heals a connection whose acknowledgements stay away.

        Args:
            to: whom.
            content: what.
            secret: the message secret derived from the command: after a crash the library's log of secrets tells
                whether the frame was ever written.
            beside: what goes with the content, None when nothing does.
            around: is given `Sent` after a call that succeeded; its errors before one are raised.

        Raises NotSent, NotBegun and InDoubt: see there.
        """
        ...

    async def check_number(self, number: str) -> NumberCheck:
        """Ask WhatsApp; returns when it answered or the library gave up, which takes more than a minute.

        Raises:
            NotSent: there is no connection.
            NotLookedUp: see there.
        """
        ...

    async def acquainted(self, number: str) -> NumberCheck | None:
        """What the library's own map of people says of a number, without asking WhatsApp; None when it is not there.

        Raises NotSent when it cannot be read now.
        """
        ...

    async def numbers_of(self, lids: frozenset[str]) -> Mapping[str, str]:
        """The phone numbers that the library knows of people named by LID. Raises NotSent when it did not answer."""
        ...

    async def devices_of(self, jid: Jid) -> int:
        """How many devices a person has, as WhatsApp says. Raises NotSent when it did not answer."""
        ...

    async def ask(self, question: Question[R]) -> R:
        """Ask WhatsApp; returns when it answered or the library gave up, which takes more than a minute.

        Raises:
            NotSent: there is no connection.
            NotLookedUp: see there.
        """
        ...

    def reset(self) -> None:
        """Have it connect anew, beside what is under way: it is open and brings nothing. WhatsApp keeps what it has."""
        ...

    async def logout(self) -> None:
        """Unlink from the phone, within its deadline. Raises NotSent when it is not certain that it was."""
        ...


OnSignal = Callable[[Signal], None]
"""Called on the event loop."""


class Arrival(NamedTuple):
    """An event on its way into the journal."""

    event: Event
    raw: bytes | None = None
    """The protobuf of a message, as it is kept."""
    held: bool = False
    """Whether something has to be looked up before it is applied and published (`session_host.inbound.completing`)."""


OnEvent = Callable[[Arrival], None]
"""Called on the library's callback thread, before the message counts as received: writes the journal, then returns."""


class MakeClient(Protocol):
    """Makes the clients of one session."""

    def __call__(self, auth_database: str, *, on_signal: OnSignal, on_event: OnEvent) -> WhatsAppClient:
        """A client of the auth database at this path (made when missing)."""
        ...


class ClientFactory(Protocol):
    """Makes clients; knows the process-wide limits of the library."""

    @property
    def leftovers(self) -> Leftovers:
        """What the library has kept of clients that are gone."""
        ...

    def __call__(
        self,
        auth_database: str,
        *,
        on_signal: OnSignal,
        on_event: OnEvent,
        tenant: str = "",
        options: ClientOptions | None = None,
    ) -> WhatsAppClient:
        """A client of the auth database at this path (made when missing); tenants connect in turns."""
        ...

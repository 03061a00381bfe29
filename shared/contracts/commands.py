"""The commands the API sends to the shard that holds a session, and their replies.

A command class carries its reply type: dispatch, replies and their documentation come from these classes.
Times are milliseconds since 1970; a command whose `deadline` has passed is not begun.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from shared.contracts.content import Content
from shared.discreet import Discreet


class Reply(Discreet):
    """Base of every reply."""

    model_config = ConfigDict(frozen=True)


class Done(Reply):
    """It was done."""


class StatusReply(Reply):
    """What the session is doing now; the fields of `shared.sessions.model.SessionReport`."""

    status: str
    reason: str | None = None
    since: int
    until: int | None = None
    next_try: int | None = None
    number: str | None = None
    lid: str | None = None
    push_name: str | None = None
    unlinked: bool | None = None
    """Whether the phone has forgotten the device, once that was asked for."""
    not_unlinked: str | None = None
    """Why it has not."""


class LoginReply(StatusReply):
    """A code to scan, or the status that made one needless or impossible."""

    qr: str | None = None
    qr_expires_at: int | None = None


class PairCodeReply(Reply):
    """A code to type on the phone."""

    code: str
    expires_at: int


class DispatchReply(Reply):
    """Where the message is after this attempt; a failure is answered as an error."""

    state: str
    wa_id: str | None = None
    timestamp: int | None = None
    """Seconds since 1970, WhatsApp's, when it was sent."""


class NumberReply(Reply):
    """Whether a number is on WhatsApp, and its addresses."""

    exists: bool
    jid: str | None = None
    lid: str | None = None
    checked_at: int | None = None
    """When WhatsApp said so; older hosts do not tell."""


FILE_PART = 512 * 1024
"""Bytes of a file that travel in one message: in base64, and beside a passphrase, NATS' 1 MiB holds no more."""


class AuthFileReply(Reply):
    """A pairing as an encrypted file, or the first part of one."""

    file: str
    """In base64."""
    token: str | None = None
    """Under which `ReadFilePart` gives the rest for a minute; None when this is all."""
    size: int | None = None
    """Bytes of the whole file, when there is a rest."""


class FilePartReply(Reply):
    """A part of a file."""

    data: str
    """In base64."""


class Command(Discreet):
    """Base of every command."""

    model_config = ConfigDict(frozen=True)

    reply: ClassVar[type[Reply]]


class Login(Command):
    """Give a QR code; begins a round of codes when none is running. Waits for the first one."""

    reply = LoginReply
    kind: Literal["login"] = "login"


class PairCode(Command):
    """Begin pairing by a code that is typed on the phone with this number."""

    reply = PairCodeReply
    kind: Literal["pair_code"] = "pair_code"
    number: str


class ReadStatus(Command):
    """Say what the session is doing."""

    reply = StatusReply
    kind: Literal["read_status"] = "read_status"


class Restart(Command):
    """Disconnect and connect again."""

    reply = StatusReply
    kind: Literal["restart"] = "restart"


class Logout(Command):
    """Unlink the device from its phone and forget the pairing. May be repeated."""

    reply = StatusReply
    kind: Literal["logout"] = "logout"
    by_row: bool = False
    """Whether the session's row says so: then that decides, and a request that comes late does nothing."""


class Reconsider(Command):
    """Read what is wanted of the session from the store and do it (start, stop, delete); answer when done."""

    reply = StatusReply
    kind: Literal["reconsider"] = "reconsider"


class Release(Command):
    """Give the session up: finish what is under way, disconnect, and let another shard have it.

    Answered when it is given up or certainly will be; that the other one has connected it is not waited for.
    """

    reply = Done
    kind: Literal["release"] = "release"
    to: str | None = None
    """The shard that is to have it; any that has room when it is None."""


class CheckNumber(Command):
    """Ask WhatsApp whether a number is registered."""

    reply = NumberReply
    kind: Literal["check_number"] = "check_number"
    number: str
    fresh: bool = False
    """Whether WhatsApp is asked although an answer is remembered; older hosts do not look at it."""


class Dispatch(Command):
    """Send a message whose row is in the store. May be repeated: the row decides whether anything is sent."""

    reply = DispatchReply
    kind: Literal["dispatch"] = "dispatch"
    message_id: str
    to: str
    content: Content
    queue: bool = False
    expires_at: int


class SameRequest(Discreet):
    """The fields of `shared.messages.model.Idempotency`."""

    model_config = ConfigDict(frozen=True)

    key: str
    body_hash: str
    expires_at: int


class Send(Command):
    """Put a message into the store as one that is being sent, and send it: one write less than a row and a `Dispatch`.

    Answered with the state `accepted` when the owner did not take it (an earlier request stands for it, or the owner
    is about to stop): then the asker puts it into the store and goes on with `Dispatch`. It may do so at any time under
    the same id, since the row decides; after the deadline of the request the owner puts nothing there by itself.
    """

    reply = DispatchReply
    kind: Literal["send"] = "send"
    message_id: str
    key_id: str
    to: str
    content: Content
    queue: bool = False
    created_at: int
    expires_at: int
    idempotency: SameRequest | None = None


class ExportAuth(Command):
    """Give the pairing as a file that the passphrase opens."""

    reply = AuthFileReply
    kind: Literal["export_auth"] = "export_auth"
    passphrase: str = Field(repr=False)
    in_parts: bool = False
    """Whether the asker can read a file in parts; older versions of the API do not say so."""


class ReadFilePart(Command):
    """Give the part of an exported file from this byte on."""

    reply = FilePartReply
    kind: Literal["read_file_part"] = "read_file_part"
    token: str
    offset: int = Field(ge=0)


class KeepFilePart(Command):
    """Keep a part of a file that is to be imported, for a minute; the same part again changes nothing."""

    reply = Done
    kind: Literal["keep_file_part"] = "keep_file_part"
    token: str = Field(min_length=16, max_length=64)
    offset: int = Field(ge=0)
    data: str = Field(repr=False)
    """In base64."""


class ImportAuth(Command):
    """Go on with an exported pairing; the session must have none."""

    reply = StatusReply
    kind: Literal["import_auth"] = "import_auth"
    passphrase: str = Field(repr=False)
    file: str = Field(repr=False)
    """In base64; empty when it was kept in parts."""
    token: str | None = None
    """Under which it was."""


AnyCommand = Annotated[
    Login
    | PairCode
    | ReadStatus
    | Restart
    | Logout
    | Reconsider
    | Release
    | CheckNumber
    | Dispatch
    | Send
    | ExportAuth
    | ImportAuth
    | ReadFilePart
    | KeepFilePart,
    Field(discriminator="kind"),
]


class Request(Discreet):
    """What travels to the shard."""

    model_config = ConfigDict(frozen=True)

    request_id: str
    deadline: int
    command: AnyCommand
    traceparent: str | None = None
    """The asker's part of a trace (`shared.observing.traces`); older versions neither send it nor look at it."""


class Problem(Discreet):
    """An error of the catalogue, travelling back."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str
    retry_after: float | None = None
    details: dict[str, Any] = Field(default_factory=dict[str, Any])

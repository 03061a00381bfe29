"""Link a session to a phone, and unlink it."""

from __future__ import annotations

from typing import Literal

from shared.contracts.commands.command import Command, Reply
from shared.contracts.commands.sessions import StatusReply


class LoginReply(StatusReply):
    """A code to scan, or the status that made one needless or impossible."""

    qr: str | None = None
    qr_expires_at: int | None = None


class PairCodeReply(Reply):
    """A code to type on the phone."""

    code: str
    expires_at: int


class Login(Command[LoginReply]):
    """Give a QR code; begins a round of codes when none is running. Waits for the first one."""

    kind: Literal["login"] = "login"


class PairCode(Command[PairCodeReply]):
    """Begin pairing by a code that is typed on the phone with this number."""

    kind: Literal["pair_code"] = "pair_code"
    number: str


class Logout(Command[StatusReply]):
    """Unlink the device from its phone and forget the pairing. May be repeated."""

    kind: Literal["logout"] = "logout"
    by_row: bool = False
    """Whether the session's row says so: then that decides, and a request that comes late does nothing."""

"""The steps of logging a number in, as the API tells them: codes that change, then a connected session."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cli.gateway.api import Gateway
from cli.login.session_states import explain
from cli.program.exit_codes import ExitCode
from cli.program.failure import Failure

_LOOK_EVERY = 1.0
_RETRY_EVERY = 3.0
"""Seconds between two attempts to get a code where there is none yet."""
_QR_SHOWN_AT_MOST = 20.0
"""Seconds after which a QR code is asked for again whatever its expiry says: the gateway's clock may be another."""
_PAIRING_CODE_SHOWN_AT_LEAST = 60.0
"""Seconds a person has to type a code, likewise."""
_TRY_AGAIN = {"WA_UNREACHABLE", "NO_HOST", "BUS_UNAVAILABLE", "STORE_UNAVAILABLE"}
_HOPELESS = {"passkey_required", "client_outdated", "connect_refused", "temporary_ban", "replaced"}
"""Reasons against which another code does not help."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code to scan or to type.

    Attributes:
        text: what it says.
        expires_at: milliseconds since 1970, by the gateway's clock.
        shown_for: seconds until it is to be asked for again.
    """

    text: str
    expires_at: int | None
    shown_for: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing to do but wait."""

    status: str
    words: str


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The end: the answer of GET /api/status."""

    state: dict[str, Any]


Step = Code | Waiting | LoggedIn
AskForCode = Callable[[Gateway, str], Code | None]
"""One way to log a session in: gives a code, or None when the session needs none or has none yet."""


def qr_code(gateway: Gateway, name: str) -> Code | None:
    """A code to scan."""
    answer = gateway.ask("GET", "/api/qr", session=name)
    if answer["qr"] is None:
        return None
    shown_for = min(max(_seconds_left(answer), _LOOK_EVERY), _QR_SHOWN_AT_MOST)
    return Code(answer["qrText"], answer.get("expiresAt"), shown_for)


def pairing_code(number: str) -> AskForCode:
    """Codes to type on the phone with this number."""

    def ask(gateway: Gateway, name: str) -> Code | None:
        try:
            answer = gateway.ask("POST", "/api/pair-code", body={"sessionId": name, "number": number})
        except Failure as failure:
            if failure.code == "SESSION_ALREADY_CONNECTED":
                return None
            raise
        return Code(answer["code"], answer.get("expiresAt"), max(_seconds_left(answer), _PAIRING_CODE_SHOWN_AT_LEAST))

    return ask


@dataclass(slots=True)
class Login:
    """One attempt to log a session in.

    Attributes:
        gateway: where.
        name: the session.
        ask_for_code: how.
        within: seconds until it is given up.
        clock: the monotonic clock, seconds.
        wait: how seconds pass.
    """

    gateway: Gateway
    name: str
    ask_for_code: AskForCode
    within: float
    clock: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep
    _asked: bool = False
    _ask_at: float = 0.0

    def steps(self) -> Iterator[Step]:
        """Everything there is to show, each when it changes; ends after `LoggedIn`.

        Raises:
            Failure: no key, no gateway, nobody scanned in time, or WhatsApp does not want it.
        """
        deadline = self.clock() + self.within
        shown: Step | None = None
        while self.clock() < deadline:
            step = self._step()
            if step is not None and step != shown:
                yield step
                shown = step
            if isinstance(step, LoggedIn):
                return
            self.wait(_LOOK_EVERY)
        raise Failure(
            f"'{self.name}' is not logged in after {self.within:g} s.",
            remedy=f"Run 'wagate sessions login {self.name}' again, with more --timeout if it takes you longer.",
            exit_code=ExitCode.NOT_CONNECTED,
            code="LOGIN_TIMEOUT",
        )

    def _step(self) -> Step | None:
        """What is to be shown now; None for what is shown already."""
        state = self.gateway.ask("GET", "/api/status", session=self.name)
        if state["connected"]:
            return LoggedIn(state)
        words = explain(self.name, state)
        if self._asked and state.get("reason") in _HOPELESS:
            raise Failure(
                f"'{self.name}' cannot be logged in: {words}.",
                exit_code=ExitCode.NOT_CONNECTED,
                code=str(state["reason"]).upper(),
                details=state,
            )
        if state["status"] == "pairing":
            return Waiting("pairing", "The phone has the code; logging in.")
        if state["status"] == "qr_ready" and self.clock() < self._ask_at:
            return None
        return self._code() or Waiting(state["status"], words)

    def _code(self) -> Step | None:
        if self.clock() < self._ask_at:
            return None
        self._ask_at = self.clock() + _RETRY_EVERY
        try:
            code = self.ask_for_code(self.gateway, self.name)
        except Failure as failure:
            if failure.code not in _TRY_AGAIN:
                raise
            return Waiting(failure.code, failure.message)
        self._asked = True
        if code is not None:
            self._ask_at = self.clock() + code.shown_for
        return code


def _seconds_left(answer: dict[str, Any]) -> float:
    expires_at = answer.get("expiresAt")
    return 0.0 if expires_at is None else expires_at / 1000 - time.time()

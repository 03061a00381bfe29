"""Who is told what a client does."""

from __future__ import annotations

from typing import Protocol


class Listener(Protocol):
    """Who is told what a client does; every method is called on the client's own thread."""

    wanted: bytes
    """The numbers of the events that it is told (`EventNumber`)."""

    def on_qr(self, text: str) -> None:
        """A code to show."""
        ...

    def on_login_status(self, status: str) -> None:
        """How showing codes ended: `success`, `timeout`, `error`, …; the library goes on when this returns."""
        ...

    def on_event(self, kind: int, payload: bytes) -> None:
        """An event; the next one comes when this has returned."""
        ...

    def on_broken(self) -> None:
        """The library shows nothing more, and its socket goes on acknowledging: every message from now on is lost.

        It is over something that it could not write: where unknown values could not be allowed (`declarations`).
        """
        ...

    def on_end(self, error: str) -> None:
        """The library has let go of the client; `error` is empty when it was told to."""
        ...

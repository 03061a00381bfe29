"""The way of one client's calls into the Go library, which ends the process when asked for a client it has not."""

from __future__ import annotations

from session_host.whatsapp.library.gate import Gate


class NotSent(Exception):  # noqa: N818 - it says what is known
    """The frame certainly did not leave, or WhatsApp refused it. Trying again cannot double it."""

    def __init__(self, message: str, *, refused: bool = False, code: int | None = None) -> None:
        super().__init__(message)
        self.refused = refused
        self.code = code


class WayIn:
    """Through the process's gate; open from when the client is added until it is taken out."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._open = False

    def open(self) -> None:
        """The client is being added. The caller has the gate alone: who waits there gets in when it is."""
        self._open = True

    def enter(self) -> None:
        """Called on the thread that makes a call, right before it.

        Raises NotSent when the client is not there: it never was, or was taken out while the call waited for a thread,
        or at the gate.
        """
        self._gate.enter()
        if not self._open:
            raise NotSent("The connection is down.")

    def close(self) -> None:
        """Nobody gets in any more. The caller has the gate alone: whoever got in before is past its entry."""
        self._open = False

"""Addresses."""

from __future__ import annotations

from typing import Final, NamedTuple

USER_SERVER: Final = "s.whatsapp.net"
LID_SERVER: Final = "lid"
GROUP_SERVER: Final = "g.us"
BROADCAST_SERVER: Final = "broadcast"
LEGACY_USER_SERVER: Final = "c.us"


class Jid(NamedTuple):
    """An address: who (`user`), which of their devices, and in which namespace (`server`).

    A tuple because the server makes a dozen per message; `integrator` is only used by interop addresses.
    """

    user: str
    server: str = USER_SERVER
    device: int = 0
    integrator: int = 0

    def __str__(self) -> str:
        """Return the form clients print: `user:device@server`, without the parts that are empty."""
        if not self.user:
            return self.server
        device = f":{self.device}" if self.device else ""
        return f"{self.user}{device}@{self.server}"

    @property
    def bare(self) -> Jid:
        """The account's address, whichever of its devices this is."""
        return Jid(self.user, self.server) if self.device else self


SERVER: Final = Jid("")
STATUS: Final = Jid("status", BROADCAST_SERVER)
"""Where status posts go."""

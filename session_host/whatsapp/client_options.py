"""How one client reaches WhatsApp, and what it calls itself when it is paired."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ClientOptions:
    """Of one client. Another one of the same session may have others."""

    proxy: str | None = field(default=None, repr=False)
    """URL of a proxy (http, https, socks5); None: a direct connection, whatever the environment says."""
    own_proxy: bool = False
    """Whether a key chose it for its session: then it leads to no address of ours."""
    history_days: int = 0
    """How much of the past the phone is asked for at the next pairing; 0: none of it is taken."""
    device_name: str = "wagate"
    """The name in the phone's list of linked devices, from the next pairing on."""

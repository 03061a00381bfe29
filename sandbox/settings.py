"""How the server behaves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """How this server behaves; times in seconds. docs/sandbox.md says what each is for.

    `pre_keys_claimed`: the number of one-time keys it claims to hold for a device that never uploaded any. Told 0,
    neonize makes and uploads 812 (0.6 s of CPU and disk), told 6 it uploads 50. Everything after that is counted.
    `first_stanza_delay`: how long after the handshake the first stanza leaves for clients that are not neonize;
    Baileys garbles one that comes within about 20 ms, which on the internet none does.
    `media_ttl`: how long clients keep a right to upload; `media_auth`: how long the servers take it. `media_lifetime`:
    how long a file can be downloaded. `media_file_bytes`, `media_total_bytes`: the largest file, and all together.
    `strict_interactive`: refuse buttons and lists as the real server does.
    """

    control_port: int = 3999
    proxy_port: int = 0
    data: Path | None = None
    ready_file: Path | None = None
    pre_keys_claimed: int = 6
    qr_refs: int = 6
    qr_first: float = 60.0
    qr_others: float = 20.0
    qr_rounds: int = 1
    first_stanza_delay: float = 0.03
    close_after_pairing: float = 3.0
    close_after_control: float = 0.1
    answer_deadline: float = 10.0
    max_backlog: int = 200_000
    strict_interactive: bool = False
    media_ttl: int = 300
    media_auth: int = 21_600
    media_lifetime: float = 30 * 86_400.0
    media_file_bytes: int = 256 << 20
    media_total_bytes: int = 2 << 30

    @property
    def qr_lifetime(self) -> float:
        """How long one round of QR codes lives."""
        return self.qr_first + (self.qr_refs - 1) * self.qr_others

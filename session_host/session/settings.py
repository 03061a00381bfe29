"""How long a session waits for what."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """Durations in seconds."""

    qr_rounds: int = 3
    """Rounds of codes (about 160 s each) before a session waits to be asked again."""
    first_backoff: float = 1.0
    longest_backoff: float = 30.0
    ban_retry: float = 3600.0
    """When a ban is tried again whose end WhatsApp did not say."""

"""Who is there, and who is writing."""

from __future__ import annotations

from typing import Literal

from shared.contracts.commands.command import Command, Done, Reply


class PresenceReply(Reply):
    """What is known of somebody's presence. Times are seconds since 1970."""

    state: Literal["available", "unavailable", "unknown"] = "unknown"
    """`unknown`: WhatsApp did not say, which it does not owe anybody."""
    last_seen: int | None = None
    """None: they hide it, or they are there."""
    typing: Literal["composing", "recording"] | None = None
    """To the session, now."""
    at: int | None = None
    """When WhatsApp said so."""


class ReadPresence(Command[PresenceReply]):
    """Follow somebody, and say what is known of them. Following lasts as long as the connection."""

    kind: Literal["read_presence"] = "read_presence"
    jid: str


class OwnPresence(Reply):
    """How the session shows itself."""

    available: bool = False


class SetPresence(Command[OwnPresence]):
    """Be seen as available, or no longer. It lasts over reconnections."""

    kind: Literal["set_presence"] = "set_presence"
    available: bool


class SetTyping(Command[Done]):
    """Be seen writing or recording in a chat, or no longer; it ends by itself."""

    kind: Literal["set_typing"] = "set_typing"
    jid: str
    on: bool = True
    recording: bool = False
    seconds: int = 20
    """After which it ends."""

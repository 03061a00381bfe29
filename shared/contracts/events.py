"""What happened in a session, or to a key: the entries of journals, and of the log of events."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from shared.contracts.call_events import CallEnded, CallRang
from shared.contracts.chat_events import ChatRead
from shared.contracts.event import Event
from shared.contracts.group_events import GroupChanged, GroupJoined
from shared.contracts.history_events import HistoryProgressed
from shared.contracts.key_events import KeyChanged, KeyExpires, KeyMade, KeyRevoked
from shared.contracts.outcome_events import MessageEnded, MessagesEnded
from shared.contracts.own_events import CallToReject, MessagesToRead
from shared.contracts.people_events import ContactChanged, PresenceChanged
from shared.contracts.shown import Shown
from shared.contracts.webhook_events import WebhookDisabled, WebhookFails, WebhookMissed
from shared.discreet import Discreet, discreet_adapter


class Target(Discreet):
    """The message, in the same chat, that something is said about (an edit, a reaction, a vote), with its author."""

    model_config = ConfigDict(frozen=True)

    id: str
    from_me: bool
    from_number: str | None = None
    from_lid: str | None = None
    said_at: int = 0
    """Milliseconds since 1970: of two reactions or votes of one person the later counts."""
    choices: tuple[str, ...] | None = None
    """Of a vote: the options, by the names that they have in votes (`shared.poll_options`)."""


class MessageReceived(Event):
    """A message arrived, or one was sent from the number's phone or another device of it.

    An edit and a revoke are such messages too: about another one, which `target` names.
    """

    kind: Literal["message_received"] = "message_received"
    id: str
    chat: str
    """By phone number where that is known: a person is one chat, however they are addressed."""
    from_number: str | None
    from_lid: str | None
    """`…@lid`"""
    from_me: bool
    timestamp: int
    """Seconds since 1970, WhatsApp's."""
    type: str
    push_name: str | None = None
    content: Shown = Shown()
    target: Target | None = None
    """What to change; None for messages that are about no other, and for an edit that its sender may not make."""
    sealed: bool = False
    """It says something that nothing here opens, or not yet."""
    again: bool = False
    """It came before what opens it, and says now what was sealed then."""


class ReceiptReceived(Event):
    """The other side got, read or played messages."""

    kind: Literal["receipt_received"] = "receipt_received"
    message_ids: tuple[str, ...]
    state: Literal["delivered", "read", "played"]
    chat: str
    timestamp: int
    from_number: str | None = None
    """Of who says so; in a group one of many."""
    from_lid: str | None = None


class ResendAsked(Event):
    """A device of the other side could not decrypt a message and asks for it again; the library has it no more."""

    kind: Literal["resend_asked"] = "resend_asked"
    id: str
    """WhatsApp's, of the message."""
    chat: str


class TimerSet(Event):
    """The disappearing timer of a chat, when a message first tells it, or another one than before."""

    kind: Literal["timer_set"] = "timer_set"
    own: str = ""
    """Digits of the number that the session had."""
    chats: tuple[str, ...]
    """The chat, by number and by LID where both are known."""
    seconds: int
    """0: messages stay."""
    set_at: int
    """Seconds since 1970."""


class SessionChanged(Event):
    """A session came into a state; the names are those of `GET /api/sessions`. A new owner says the first one again."""

    kind: Literal["session_changed"] = "session_changed"
    epoch: int
    """Of the owner that says so; a higher one is a later owner, whichever event is published first."""
    status: str
    reason: str | None = None
    since: int
    """When it came into this status; milliseconds since 1970, like `until` and `next_try`."""
    until: int | None = None
    next_try: int | None = None
    number: str | None = None
    lid: str | None = None
    push_name: str | None = None


AnyEvent = Annotated[
    MessageReceived
    | ReceiptReceived
    | ResendAsked
    | TimerSet
    | SessionChanged
    | GroupJoined
    | GroupChanged
    | CallRang
    | CallEnded
    | PresenceChanged
    | ContactChanged
    | ChatRead
    | HistoryProgressed
    | CallToReject
    | MessagesToRead
    | MessageEnded
    | MessagesEnded
    | KeyMade
    | KeyChanged
    | KeyRevoked
    | KeyExpires
    | WebhookFails
    | WebhookMissed
    | WebhookDisabled,
    Field(discriminator="kind"),
]
EVENT: TypeAdapter[AnyEvent] = discreet_adapter(AnyEvent)

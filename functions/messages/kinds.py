"""The kinds of messages that can be sent: a row is a route, with its body, its documents and its command of the CLI."""

from __future__ import annotations

from functions.messages.file_kinds import FILE_KINDS
from functions.messages.schemas import ReplyBody, SendTextBody
from functions.messages.sends import Kind
from shared.contracts.content.choices import Buttons, Interactive, List
from shared.contracts.content.contact import Contact
from shared.contracts.content.group_invite import GroupInvite
from shared.contracts.content.live_location import LiveLocation
from shared.contracts.content.location import Location
from shared.contracts.content.poll import Poll
from shared.contracts.content.sayings import Edit, Pin, Reaction, Revoke, Unpin, Vote
from shared.contracts.content.text import Text
from shared.errors import TextTooLong

KINDS = (
    Kind(
        "/api/send-message",
        Text,
        "Send a text message and wait for WhatsApp's acknowledgement.",
        body=SendTextBody,
        errors=(TextTooLong,),
    ),
    *FILE_KINDS,
    Kind("/api/send-location", Location, "Send a place on the map."),
    Kind("/api/send-live-location", LiveLocation, "Send somebody's current position."),
    Kind("/api/send-contact", Contact, "Send a contact card, or several."),
    Kind(
        "/api/send-group-invite",
        GroupInvite,
        "Invite a person to a group who could not be added to it.",
        chats="closed",
    ),
    Kind("/api/send-poll", Poll, "Ask a question with options; votes come to the inbox."),
    Kind("/api/send-buttons", Buttons, "Send a text with buttons, which phones may not show: see `fallback`."),
    Kind("/api/send-list", List, "Send a text with a list to choose from, which phones may not show: see `fallback`."),
    Kind(
        "/api/send-interactive",
        Interactive,
        "Send buttons that answer, open a page, call or copy, which phones may not show: see `fallback`.",
    ),
    Kind(
        "/api/reply-message",
        Text,
        "Answer a message: a text with `messageId` as its `quotedId`.",
        body=ReplyBody,
        errors=(TextTooLong,),
    ),
    Kind("/api/react-message", Reaction, "Put an emoji on a message, or remove it."),
    Kind(
        "/api/edit-message",
        Edit,
        "Change your own text, or the caption of your own picture or video, within 15 minutes.",
    ),
    Kind("/api/delete-message", Revoke, "Delete a message for everyone, within 60 hours."),
    Kind("/api/pin-message", Pin, "Pin a message at the top of its chat."),
    Kind("/api/unpin-message", Unpin, "Unpin a message."),
    Kind("/api/vote", Vote, "Vote in a poll."),
)

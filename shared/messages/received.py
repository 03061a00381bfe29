"""Messages that arrived, and what becomes of them by what is said later."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from shared.jids import has_many_people
from shared.messages import changes as changes_of
from shared.messages.changes import Change

STATUS_CHAT = "status@broadcast"
"""The chat of status updates."""
MISSING = ""
"""The type of a row whose message is not there."""
FETCHING = "fetching"
"""The state of a file that is to be had from WhatsApp."""
_INCOMPLETE = frozenset({MISSING, "unavailable"})
_SAID_ANEW = frozenset({"message", "mentions"})
_HISTORY = "h"
_KIND = 14
"""Where in a position, behind the milliseconds, that letter is."""


def history_position(timestamp: int, message_id: str) -> str:
    """The position of what was said before the session was paired, and is told by the phone later.

    Args:
        timestamp: of the message, seconds since 1970.
        message_id: WhatsApp's; of equal ones at the same second the order is of no matter.
    """
    told_apart = hashlib.sha256(message_id.encode()).hexdigest()[:12]
    return f"{timestamp * 1000:013d}-{_HISTORY}{told_apart}"


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message in a session's inbox. `position` sorts by arrival and is the cursor of the API."""

    session_uid: str
    position: str
    id: str
    chat: str
    from_number: str | None
    from_lid: str | None
    from_me: bool
    timestamp: int
    """Seconds since 1970, WhatsApp's."""
    type: str
    push_name: str | None = None
    content: dict[str, Any] = field(default_factory=dict[str, Any])
    """`shared.contracts.shown.Shown` as JSON."""
    raw: bytes | None = None
    """The protobuf that `content` was read from, as its owner compressed it; None when it is not kept."""

    changes: dict[str, Any] = field(default_factory=dict[str, Any])
    """What was said about it later (`shared.messages.changes`)."""

    @property
    def is_status(self) -> bool:
        """Whether it is a status update: for everybody who has the number, and written to nobody."""
        return self.chat == STATUS_CHAT

    @property
    def is_history(self) -> bool:
        """Whether it was said before the session was paired: it is in its chat, and never new."""
        return self.position[_KIND : _KIND + 1] == _HISTORY

    @property
    def is_there(self) -> bool:
        """Whether it has arrived; else only what was said about it has, and nobody is shown it."""
        return self.type != MISSING

    @property
    def waits(self) -> bool:
        """Whether its message, or what opens something about it, may still come."""
        return self.type in _INCOMPLETE or "sealed" in self.changes

    @property
    def fetches(self) -> bool:
        """Whether its file is still to be had from WhatsApp."""
        return self.content.get("media", {}).get("state") == FETCHING

    def about_file(self, says: Mapping[str, Any], now: int) -> Change:
        """That this became of its file; milliseconds since 1970."""
        return Change(
            session_uid=self.session_uid,
            chat=self.chat,
            message_id=self.id,
            from_me=self.from_me,
            kind="media",
            id=self.id,
            at=now,
            arrived_at=now,
            says=says,
        )

    @classmethod
    def missing(
        cls, of: Change | InboundMessage, position: str, changes: Mapping[str, Any] | None = None
    ) -> InboundMessage:
        """What stands for a message that is not there, by something about it, with what was said of it so far."""
        return cls(
            session_uid=of.session_uid,
            position=position,
            id=of.message_id if isinstance(of, Change) else of.id,
            chat=of.chat,
            from_number=None,
            from_lid=None,
            from_me=of.from_me,
            timestamp=0,
            type=MISSING,
            changes=dict(changes or {}),
        )

    def completed_by(self, message: InboundMessage) -> InboundMessage:
        """The message that arrived after what was said about it, or after the notice that only the phone is given it.

        As it is when it was there.
        """
        if self.type not in _INCOMPLETE or message.type in _INCOMPLETE or self.content.get("deleted"):
            return self
        about = Change(self.session_uid, self.chat, self.id, self.from_me, "reaction", "", 0, 0)
        changes = changes_of.together(message.changes, self.changes, about)
        now = replace(message, position=self.position if self.is_there else message.position, changes=changes)
        for change in reversed(changes_of.waiting(self.changes)):
            now = now.changed_by(change)
        return now

    def changed_by(self, change: Change) -> InboundMessage:
        """The message after what is said about it; as it is where that is not for who says it, or came too late."""
        if self.content.get("deleted"):
            return self
        now = self._changed_by(change)
        return now if now != self and changes_of.fits(now.content, now.changes, now.raw) else self

    def _changed_by(self, change: Change) -> InboundMessage:  # noqa: PLR0911 - one for each kind
        if not self.is_there or (self.type in _INCOMPLETE and change.kind in {"edit", "sealed"}):
            return replace(self, changes=changes_of.kept_until_message(self.changes, change))
        match change.kind:
            case "edit" | "delete" if not self._is_by(change):
                return self
            case "delete":
                return replace(self, content={"deleted": True}, raw=None, changes={})
            case "edit":
                after = changes_of.edited(self.changes, change)
                if after is None:
                    return self
                return replace(self, content=_edited(self.content, change.says), changes=after)
            case "media":
                return self if "media" not in self.content else replace(self, content=_with_file(self.content, change))
            case "opened":
                return replace(self, content=dict(change.says))
            case "sealed" | "option" if not self._takes(change):
                return self
            case _:
                return replace(self, changes=changes_of.taken(self.changes, change))

    def _takes(self, change: Change) -> bool:
        """Whether what is sealed can still be opened: not once its message is there. Whether a poll takes an option."""
        return change.kind == "option" and bool(self.content.get("poll", {}).get("extendable"))

    @property
    def shown(self) -> dict[str, Any]:
        """`content`, with the reactions to it, and the votes or answers where it asks for them."""
        shown = dict(self.content)
        if reactions := changes_of.reactions(self.changes):
            shown["reactions"] = reactions
        poll, event = shown.get("poll"), shown.get("event")
        if poll:
            options = changes_of.options(poll.get("options", ()), self.changes)
            results = changes_of.results(options, self.changes)
            shown["poll"] = poll | {"options": options} | ({"results": results} if results else {})
        if event and (answers := changes_of.answers(self.changes)):
            shown["event"] = event | {"answers": answers}
        return shown

    def _is_by(self, change: Change) -> bool:
        """In a group every member knows the ids of the others' messages, and may claim to change them."""
        if self.from_me or not has_many_people(self.chat):
            return True
        return changes_of.is_same(self.from_number, self.from_lid, change.number, change.lid)


def _edited(content: Mapping[str, Any], says: Mapping[str, Any]) -> dict[str, Any]:
    """An edit says the text and who is mentioned anew; what it says of the file adds to what is known of it."""
    kept = {name: value for name, value in content.items() if name not in _SAID_ANEW}
    after = kept | dict(says)
    if "media" in kept and "media" in says:
        after["media"] = kept["media"] | says["media"]
    return after


def _with_file(content: Mapping[str, Any], change: Change) -> dict[str, Any]:
    media: dict[str, Any] = {**content["media"], **change.says}
    return {**content, "media": {name: value for name, value in media.items() if value is not None}}


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Newest first; `next` is the cursor of the page after this one, None at the end.

    A page of large messages is shorter than was asked for (`shared.messages.paging`).
    """

    messages: tuple[InboundMessage, ...]
    next: str | None

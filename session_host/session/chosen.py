"""What was chosen for each session of a shard, as its row said last; asked on the library's threads."""

from __future__ import annotations

from shared.contracts.event import Event
from shared.contracts.events import MessageReceived
from shared.sessions.chosen import Ignore
from shared.sessions.model import Held, Session


class Chosen:
    """Of one shard."""

    def __init__(self) -> None:
        self._of: dict[str, tuple[int, Ignore]] = {}

    def take(self, row: Session) -> None:
        """Go by what a row says from now on."""
        self._of[row.uid] = (row.settings_version, Ignore.of(row.settings))

    def differs(self, row: Held) -> bool:
        """Whether other settings were chosen since; a row that an older version wrote says nothing of them."""
        version, _ = self._of.get(row.uid, (0, None))
        return row.settings_version > version

    def ignores(self, uid: str, event: Event) -> bool:
        """Whether an event of a session is dropped."""
        _, ignore = self._of.get(uid, (0, Ignore()))
        return isinstance(event, MessageReceived) and ignore.has(event.chat)

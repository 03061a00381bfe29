"""The file of a message that arrived: waited for while the gateway fetches it from WhatsApp."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from cli.gateway.api import Gateway, quoted
from cli.inbox.reading import INBOX, Message, find
from cli.inbox.shown import why_gone
from cli.program.failure import Failure
from shared.ids import is_file_id

_LOOK_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class Fetching:
    """One file that is wanted.

    Attributes:
        gateway: where.
        session: whose inbox has the message.
        within: seconds to wait for a file that is being fetched.
        on_wait: called once when there is something to wait for.
        clock: the monotonic clock, seconds.
        wait: how seconds pass.
    """

    gateway: Gateway
    session: str
    within: float
    on_wait: Callable[[], None]
    clock: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep

    def file_id(self, wanted: str, *, again: bool) -> str:
        """The id of a file that is here.

        Args:
            wanted: the id of a message, or of a file already.
            again: ask for one that is gone once more.

        Raises:
            Failure: there is no such message, it has no file, or that cannot be had.
        """
        if is_file_id(wanted):
            return wanted
        message = find(self.gateway, self.session, wanted)
        if again:
            self._ask_again(message)
        deadline, waits = self.clock() + self.within, False
        while True:
            message = find(self.gateway, self.session, wanted)
            media = message.get("media")
            if media is None:
                raise Failure(f"The message '{wanted}' has no file: it is a {message['type']}.", code="NO_FILE")
            if media["state"] == "stored":
                return media["id"]
            if media["state"] == "gone":
                raise Failure(
                    f"The file is gone: {why_gone(media)}.",
                    remedy=f"'wagate media get {wanted} --again' tries again.",
                    code="FILE_GONE",
                    details={"reason": media.get("reason")},
                )
            if self.clock() >= deadline:
                raise Failure(
                    f"The file has not arrived after {self.within:g} s; it is still being fetched.",
                    remedy="Run the command again.",
                    code="FILE_FETCHING",
                )
            if not waits:
                self.on_wait()
            waits = True
            self.wait(_LOOK_EVERY)

    def _ask_again(self, message: Message) -> None:
        body = {"sessionId": self.session, "chat": message["chat"], "fromMe": message["fromMe"]}
        self.gateway.ask("POST", f"{INBOX}/{quoted(message['id'])}/media", body=body)

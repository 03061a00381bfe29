"""Follows an inbox, or a chat: what comes from now on, each message once, whatever happens to the connection."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from cli.gateway.api import Gateway
from cli.inbox.reading import Message, page
from cli.program.exit_codes import ExitCode
from cli.program.failure import Failure

_LOOK_EVERY = 1.0
_PAGE = 100
_REMEMBERED = 50_000
"""Messages that are known to have been seen; more than an inbox shows of one that is new between older ones."""
_PASSES = {"STORE_UNAVAILABLE", "OVERLOADED", "TOO_MANY_CONNECTIONS", "TOO_MANY_REQUESTS", "INTERNAL"}
"""Errors that end by themselves."""


@dataclass(slots=True)
class Following:
    """One that follows.

    Attributes:
        gateway: where.
        session: whose inbox.
        chat: the one that is followed, with both of its sides; None: all that arrives.
        on_trouble: told once what keeps it from looking, and None when it looks again.
        wait: how seconds pass.
    """

    gateway: Gateway
    session: str
    on_trouble: Callable[[Failure | None], None]
    chat: str | None = None
    wait: Callable[[float], None] = time.sleep
    _seen: dict[tuple[str, str, bool], None] = field(default_factory=dict[tuple[str, str, bool], None])

    def begin(self) -> None:
        """Look what is there: what comes from now on is new. Raises `Failure`."""
        self._remember(page(self.gateway, self.session, _PAGE, None, self.chat)["messages"])

    def messages(self) -> Iterator[Message]:
        """What comes, oldest first, without end. Raises `Failure` for what does not end by itself."""
        in_trouble = False
        while True:
            self.wait(_LOOK_EVERY)
            try:
                new = self._new()
            except Failure as failure:
                if failure.exit_code is not ExitCode.GATEWAY_AWAY and failure.code not in _PASSES:
                    raise
                if not in_trouble:
                    self.on_trouble(failure)
                in_trouble = True
                continue
            if in_trouble:
                self.on_trouble(None)
            in_trouble = False
            yield from new

    def _new(self) -> list[Message]:
        """What was not seen, oldest first.

        A message may come between older ones: a host that died had it in its journal. So what counts is not the newest
        that was seen: everything unseen that stands above something seen is new.
        """
        found: list[Message] = []
        before: str | None = None
        while True:
            answer = page(self.gateway, self.session, _PAGE, before, self.chat)
            messages: list[Message] = answer["messages"]
            seen = [at for at, message in enumerate(messages) if _key(message) in self._seen]
            above = messages[: seen[-1]] if seen else messages
            found += [message for message in above if _key(message) not in self._seen]
            before = answer["next"]
            if seen or before is None:
                break
        self._remember(found)
        return found[::-1]

    def _remember(self, messages: list[Message]) -> None:
        self._seen |= {_key(message): None for message in reversed(messages)}
        while len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]


def _key(message: Message) -> tuple[str, str, bool]:
    sent = message.get("sent")  # what is sent from here has an id of WhatsApp's only later
    return message["chat"], message["id"] if sent is None else sent["id"], message["fromMe"]

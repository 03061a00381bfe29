"""Events on their way into the log of everything that happened, and as they stand there."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Publication:
    """An event to publish. `source` and `number` name it for ever: publishing it twice stores it once."""

    source: str
    """The journal that it comes from."""
    number: int
    """Its place there; rises within a source."""
    session_uid: str
    """`shared.contracts.subjects.NO_SESSION` for what is of a key itself."""
    kind: str
    event: bytes
    """JSON (`shared.contracts.events`)."""
    key_id: str
    """Of the key whose session it is."""
    tried_behind: int | None = None
    """It may be in the log already, from an earlier try: behind this position. None: nobody has tried."""

    @property
    def id(self) -> str:
        """Its name in the log."""
        return f"{self.source}-{self.number}"


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event in the log."""

    position: int
    """Its place in the log, which rises; places may be missing."""
    id: str
    session_uid: str
    kind: str
    event: bytes
    stored_at: int = 0
    """Milliseconds since 1970."""


@dataclass(frozen=True, slots=True)
class LogState:
    """What the log holds."""

    made_at: int
    """Which log it is: when it was made, in milliseconds since 1970; 0 while there is none."""
    last: int
    """The newest position that was ever given; 0 at the beginning."""
    first: int
    """The position of the oldest event that is there, or would be: what stood before it is gone."""
    max_age: float
    """Seconds that an event is kept."""


@dataclass(frozen=True, slots=True)
class Page:
    """Events behind a position, oldest first."""

    events: list[LoggedEvent]
    position: int
    """Where to go on: nothing that was asked for stands before it and is not in this page."""
    entries: int
    """How many entries of the log end in it: some hold several events."""
    more: bool
    """Whether there is more already."""
    log: LogState
    """As it was just before it was read."""


@dataclass(slots=True)
class Outcome:
    """What became of publications. What is in neither list is to be tried again."""

    published: list[Publication] = field(default_factory=list)
    """Acknowledged: the log keeps them."""
    refused: list[tuple[Publication, str]] = field(default_factory=list)
    """The log never takes them; why."""
    failure: str | None = None
    """Why the log takes nothing at the moment."""
    position: int = 0
    """The newest that one of them was given; 0: none was."""

"""Pieces of the past as the library gives them, for tests: a `HistorySync` in a neonize event, in a file."""

from collections.abc import Generator
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from google.protobuf.json_format import ParseDict

from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.library.binding import history_sync
from session_host.whatsapp.past.piece import Told
from session_host.whatsapp.past.reading import Wanted, about, read
from shared.sessions.chosen import Ignore

UID = "ses_0"
NUMBER, LID = "628111", "901000@lid"
ALL = Wanted(UID, since=0, ignore=Ignore(), at_once=10_000)


def in_event(sync: bytes) -> bytes:
    """A neonize `HistorySync` with these bytes in it."""
    size, left = b"", len(sync)
    while left > 0x7F:
        size, left = size + bytes((left & 0x7F | 0x80,)), left >> 7
    return b"\n" + size + bytes((left,)) + sync


def piece(**fields: Any) -> bytes:
    """A piece with these fields, in the JSON of protobufs."""
    return in_event(ParseDict({"syncType": "RECENT"} | fields, history_sync.HistorySync()).SerializeToString())


def message(id_: str, message: Any = None, *, at: int = 1_700_000_000, mine: bool = False, **fields: Any) -> Any:
    """One message of a conversation."""
    said = {"conversation": id_} if message is None else message
    key = {"ID": id_, "fromMe": mine, "remoteJID": LID}
    return {"message": {"key": key, "message": said, "messageTimestamp": at} | fields}


def me() -> Acquaintances:
    """Those of the session's own account."""
    people = Acquaintances()
    people.is_my_account("62800", "80000@lid")
    return people


@contextmanager
def mapped(path: Path, content: bytes) -> Generator[mmap]:
    """A file with this content."""
    path.write_bytes(content)
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        yield data


def told(folder: Path, content: bytes, wanted: Wanted = ALL, skip: int = 0) -> list[Told]:
    """All that a piece tells."""
    with mapped(folder / "piece", content) as data:
        return list(read(data, about(data, 0), me(), wanted, skip))

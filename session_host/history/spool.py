"""Pieces of the past on this disk, from the moment that the library gives them until all of them is stored.

The library has WhatsApp delete a piece before anybody here sees it, so it is written down before the library's callback
returns, as messages are (`session_host.inbound.journal`). One folder for each session, one file for each piece: a line
of JSON, then the bytes. An empty file for each piece that the phone has announced and that is not here yet.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import orjson
import structlog

from session_host.disk.session_files import delete_folder
from session_host.whatsapp.past.piece import PieceAnnounced, PieceCame
from shared.durable import make_folder, remove_durably, write_durably

_log = structlog.get_logger(__name__)

_PIECE, _ANNOUNCED, _STATE = ".piece", ".announced", "state.json"
_WRITE_AGAIN = 0.2


class Piece(NamedTuple):
    """A piece that waits."""

    session_uid: str
    path: Path


class Spool:
    """Of one shard. `keep` and `announce` are called on the library's threads, the rest on any other."""

    def __init__(self, folder: Path, on_piece: Callable[[], object] = lambda: None) -> None:
        """`on_piece` is told on the thread that keeps one."""
        self._folder = folder
        self._on_piece = on_piece
        self._closing = threading.Event()

    def keep(self, session_uid: str, came: PieceCame, content: bytes) -> None:
        """Write a piece down, tried until it is written or given up: nobody can give it again."""
        head = orjson.dumps({"at": came.at, "number": came.number, "lid": came.lid}) + b"\n"
        path = self._folder / session_uid / f"{time.time_ns():020d}{_PIECE}"
        failed = False
        while not self._closing.is_set():
            try:
                write_durably(path, head, content)
            except OSError as error:
                if not failed:
                    _log.error("past_unwritable", session=session_uid, error=str(error))
                failed = True
                self._closing.wait(_WRITE_AGAIN)
            else:
                self._on_piece()
                return

    def announce(self, session_uid: str, announced: PieceAnnounced) -> None:
        """Note that a piece will come. What cannot be noted is said to nobody later: the piece itself counts."""
        try:
            make_folder(self._folder / session_uid)
            (self._folder / session_uid / f"{announced.name}{_ANNOUNCED}").touch()
        except OSError as error:
            _log.warning("past_unwritable", session=session_uid, error=str(error))
        else:
            self._on_piece()

    def give_up(self) -> None:
        """Let go of who waits in `keep`: their sessions have to be closed."""
        self._closing.set()

    def sessions(self) -> list[str]:
        """Those of which anything is here."""
        return sorted(folder.name for folder in self._folder.iterdir()) if self._folder.is_dir() else []

    def pieces(self, session_uid: str) -> list[Piece]:
        """Those of a session, in the order they came."""
        return [Piece(session_uid, path) for path in sorted((self._folder / session_uid).glob(f"*{_PIECE}"))]

    def waits(self) -> bool:
        """Whether any piece waits to be stored."""
        return any(self.pieces(uid) for uid in self.sessions())

    def announced(self, session_uid: str) -> dict[str, float]:
        """What was announced of a session and has not come; when, by name, in seconds since 1970."""
        found: dict[str, float] = {}
        for path in (self._folder / session_uid).glob(f"*{_ANNOUNCED}"):
            with suppress(FileNotFoundError):
                found[path.name.removesuffix(_ANNOUNCED)] = path.stat().st_mtime
        return found

    def came(self, session_uid: str, name: str) -> None:
        """Nobody waits for a piece of this name any more: it came, or never will."""
        (self._folder / session_uid / f"{name}{_ANNOUNCED}").unlink(missing_ok=True)

    def remove(self, piece: Piece) -> None:
        """A piece is stored, or cannot be. May be repeated."""
        with suppress(FileNotFoundError):
            remove_durably(piece.path)

    def state(self, session_uid: str) -> bytes | None:
        """What was noted of a session; None: nothing."""
        try:
            return (self._folder / session_uid / _STATE).read_bytes()
        except FileNotFoundError:
            return None

    def note(self, session_uid: str, state: bytes) -> None:
        """Note how far the storing of a session has come. A power cut may take it back: then more is repeated."""
        path = self._folder / session_uid / _STATE
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = path.with_suffix(".new")
        unfinished.write_bytes(state)
        unfinished.replace(path)

    def forget(self, session_uid: str) -> None:
        """Remove everything of a session. May be repeated."""
        delete_folder(self._folder / session_uid)

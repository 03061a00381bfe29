"""The media servers' files: bounded in number of bytes and in age, and there again after a restart."""

from __future__ import annotations

import time
from itertools import count
from pathlib import Path
from typing import Final

from sandbox.media.media_file import MediaFile
from sandbox.media.upload import Upload
from sandbox.state.storage import Store

_INCOMPLETE: Final = ".upload-"


class MediaStore:
    """Files in `folder`, listed in `store`. When there is no room for one more, the oldest go.

    Args:
        folder: Made when the first file comes. What is in it without being listed is removed.
        store: Keeps the list.
        max_bytes: Of all files together.
        lifetime: Seconds after which a file goes.
    """

    def __init__(self, folder: Path, store: Store, *, max_bytes: int, lifetime: float) -> None:
        self._folder = folder
        self._store = store
        self._max_bytes = max_bytes
        self._lifetime = lifetime
        self._files: dict[str, MediaFile] = {}  # oldest first
        self._uploads = count(1)
        self._restore()

    def begin_upload(self, max_bytes: int) -> Upload:
        """Return where an upload of at most `max_bytes` can be written to; `keep` or `discard` it."""
        return Upload(self._folder / f"{_INCOMPLETE}{next(self._uploads)}", max_bytes)

    def keep(self, upload: Upload, type_: str, uploader: tuple[str, int]) -> MediaFile:
        """Take a complete upload under its token; one that was here before begins anew.

        Args:
            upload: Closed.
            type_: The word of its path.
            uploader: Number and device.
        """
        file = MediaFile(upload.token, type_, upload.size, *uploader, time.time())
        self.delete(file.token)
        self._make_room(file.size)
        upload.path.replace(self.path(file))
        self._files[file.token] = file
        self._save(file)
        return file

    def find(self, token: str) -> MediaFile | None:
        """Return the file with this token, or None."""
        return self._files.get(token)

    def path(self, file: MediaFile) -> Path:
        """Return where a file's bytes are."""
        return self._folder / file.token

    def all(self) -> list[MediaFile]:
        """Return all files, the longest here first."""
        return list(self._files.values())

    def downloaded(self, file: MediaFile) -> None:
        """Count a download."""
        file.downloads += 1
        self._save(file)

    def expire(self, file: MediaFile) -> None:
        """Let a file be gone from the servers (410); a phone may still have it, so its bytes are kept."""
        file.is_expired = True
        self._save(file)

    def revive(self, file: MediaFile) -> None:
        """Take a file as uploaded again by a phone that still has it."""
        file.is_expired = False
        self._save(file)

    def delete(self, token: str) -> bool:
        """Forget a file, as if it had never been here (404); tell whether there was one."""
        file = self._files.pop(token, None)
        if file is None:
            return False
        self.path(file).unlink(missing_ok=True)
        self._store.write("DELETE FROM media WHERE token=?", token)
        return True

    def _make_room(self, size: int) -> None:
        too_old = time.time() - self._lifetime
        total = size + sum(file.size for file in self._files.values())
        for file in self.all():
            if total <= self._max_bytes and file.stored > too_old:
                return
            total -= file.size
            self.delete(file.token)

    def _save(self, file: MediaFile) -> None:
        self._store.write(
            "INSERT OR REPLACE INTO media VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            file.token, file.type, file.size, file.number, file.device, file.stored, file.is_expired, file.downloads,
        )  # fmt: skip

    def _restore(self) -> None:
        for *fields, is_expired, downloads in self._store.read("SELECT * FROM media ORDER BY stored"):
            file = MediaFile(*fields, is_expired=bool(is_expired), downloads=downloads)
            if self.path(file).is_file():
                self._files[file.token] = file
            else:
                self._store.write("DELETE FROM media WHERE token=?", file.token)
        for path in self._folder.glob("*") if self._folder.is_dir() else ():
            if path.name not in self._files:
                path.unlink()

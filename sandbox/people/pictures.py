"""Profile pictures, of people and of groups: by whom they show, with the bytes that their address leads to."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass
from itertools import count
from typing import Final

from sandbox.state.storage import Store

FOLDER: Final = "/v/t61.24694-24/"
"""Under which WhatsApp's servers have them."""
_HOST: Final = "https://pps.whatsapp.net"
_JPEG: Final = (b"\xff\xd8\xff", b"\xff\xd9")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture; another one has another `id`. Its preview is the same picture."""

    id: str
    jpeg: bytes
    secret: str

    @property
    def path(self) -> str:
        """Where it is on the server: what nobody can guess who was not told."""
        return f"{FOLDER}{self.id}_{self.secret}_n.jpg?ccb=11-4&oh={self.secret}&oe=FFFFFFFF"

    @property
    def url(self) -> str:
        """Its address."""
        return _HOST + self.path

    @property
    def hash(self) -> str:
        """The SHA-256 of its bytes, in base64."""
        return base64.b64encode(hashlib.sha256(self.jpeg).digest()).decode()


class Pictures:
    """By subject (a number, or the address of a group). Begins with those that `store` kept."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ids = count(int(time.time()))
        kept = store.read("SELECT subject, id, jpeg, secret FROM profile_pictures")
        self._pictures = {subject: Picture(id_, jpeg, secret) for subject, id_, jpeg, secret in kept}

    def of(self, subject: str) -> Picture | None:
        """Return the picture of somebody, or of a group; None when there is none."""
        return self._pictures.get(subject)

    def show(self, subject: str, jpeg: bytes, id_: str = "") -> Picture:
        """Set a picture. Unless `id_` says which, it gets a number that no other has."""
        picture = Picture(id_ or str(next(self._ids)), jpeg, secrets.token_hex(8))
        self._pictures[subject] = picture
        self._store.write(
            "INSERT OR REPLACE INTO profile_pictures VALUES (?, ?, ?, ?)",
            subject, picture.id, picture.jpeg, picture.secret,
        )  # fmt: skip
        return picture

    def remove(self, subject: str) -> None:
        """Show none any more."""
        self._pictures.pop(subject, None)
        self._store.write("DELETE FROM profile_pictures WHERE subject=?", subject)

    def at(self, path: str) -> Picture | None:
        """Return the picture that an address without its query leads to, or None."""
        return next((picture for picture in self._pictures.values() if picture.path.partition("?")[0] == path), None)


def is_jpeg(data: bytes) -> bool:
    """Tell whether bytes begin and end as a JPEG does, which is all the server looks at."""
    return data.startswith(_JPEG[0]) and data.rstrip(b"\0").endswith(_JPEG[1])

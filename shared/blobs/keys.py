"""The keys of everything that is kept as an object: made of uids and numbers, nothing a tenant writes."""

from __future__ import annotations

AUTH = "auth/"
"""What the keys of all snapshots of auth folders begin with."""


def auth_prefix(uid: str) -> str:
    """What the keys of a session's auth objects begin with."""
    return f"{AUTH}{uid}/"


def auth_manifest(uid: str) -> str:
    """The object that says which snapshot of a session's auth folder is the newest, and whose."""
    return f"{auth_prefix(uid)}manifest"


def auth_object(uid: str, epoch: int, seq: int) -> str:
    """One snapshot, never written twice."""
    return f"{auth_prefix(uid)}{epoch}-{seq}"


def auth_order(key: str) -> tuple[int, int] | None:
    """Epoch and sequence number of a snapshot's key, by which they are sorted; None when it is none."""
    epoch, dash, seq = key.rpartition("/")[2].partition("-")
    return (int(epoch), int(seq)) if dash and epoch.isdigit() and seq.isdigit() else None


MEDIA = "media/"
"""What the keys of all files begin with: uploads, and what came with messages."""


def media_object(file_id: str) -> str:
    """A file's bytes, never written twice."""
    return f"{MEDIA}{file_id}"

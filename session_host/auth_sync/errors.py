"""Why a session's auth folder cannot be used here. A store or a disk that is away is `StoreUnavailable`."""

from __future__ import annotations


class Fenced(Exception):  # noqa: N818 - it says what is
    """The manifest has a higher epoch, or a later owner deleted it: the session is not this owner's any more."""


class AuthUnreadable(Exception):  # noqa: N818 - it says what is
    """There was a pairing and nothing of it can be read: no snapshot is whole. The session must not be started."""


class Damaged(Exception):  # noqa: N818 - it says what is
    """A database, a snapshot or a manifest that does not verify."""

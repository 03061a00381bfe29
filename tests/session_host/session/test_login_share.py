"""How many logins of a key a shard has under way."""

import pytest

from session_host.session.login_share import LEFT_ALONE, LoginShare
from shared.errors import TooManyLogins


class Clock:
    """A monotonic clock that a test moves."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_key_has_so_many_and_other_keys_have_theirs() -> None:
    """The next one is refused, with when to ask again; one that is there may ask again; one that leaves makes room."""
    share = LoginShare(2, Clock())
    for uid in ("a", "b", "a"):
        assert share.admit("key_1", uid) is None
    with pytest.raises(TooManyLogins) as refused:
        share.admit("key_1", "c")
    assert (refused.value.retry_after, refused.value.details) == (LEFT_ALONE, {"logins": 2})
    assert share.admit("key_2", "d") is None
    share.leave("a")
    share.leave("a")
    assert share.admit("key_1", "c") is None
    for uid in "abcd":
        share.leave(uid)
    assert (share._asked, share._key_of) == ({}, {})


def test_who_was_left_alone_longest_gives_way() -> None:
    """After a minute in which nobody asked about it."""
    clock = Clock()
    share = LoginShare(2, clock)
    share.admit("key_1", "a")
    clock.now += 1
    share.admit("key_1", "b")
    clock.now += 1
    share.admit("key_1", "a")
    clock.now += LEFT_ALONE - 1
    assert share.admit("key_1", "c") == "b"
    with pytest.raises(TooManyLogins):
        share.admit("key_1", "b")

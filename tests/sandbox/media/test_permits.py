"""Rights to upload and paths to download: signed, so that a restarted server knows its own and nobody else's."""

from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.media.permits import Permits

ANNA = ("491700000001", 3)
TOKEN = "A" * 43


def query(path):
    return {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}


def test_auth_names_its_device():
    """The server that made it, or another start of it with the same key, learns whose it is."""
    auth = Permits(b"key", 60).auth(ANNA, 60)
    assert Permits(b"key", 60).uploader(auth) == ANNA


def test_each_auth_is_new():
    """Two that one device asks for in the same second differ."""
    permits = Permits(b"key", 60)
    assert permits.auth(ANNA, 60) != permits.auth(ANNA, 60)


@pytest.mark.parametrize("auth", ["", "x", "A" * 60, "é", "=" * 5])
def test_forged_auth_is_nobodys(auth):
    """Whatever text comes, it is refused without an error of another kind."""
    assert Permits(b"key", 60).uploader(auth) is None


def test_auth_ends():
    """After its lifetime, and with another key, it is nobody's."""
    permits = Permits(b"key", 60)
    assert permits.uploader(permits.auth(ANNA, -1)) is None
    assert Permits(b"other", 60).uploader(permits.auth(ANNA, 60)) is None


def test_a_path_is_good_for_its_file_and_for_a_while():
    """It begins with / and holds a query that clients append to; changed in any part it is good for nothing."""
    permits = Permits(b"key", 60)
    path = permits.direct_path(TOKEN)
    assert path.startswith(f"/v/t62.7118-24/{TOKEN}?")
    assert permits.allows(TOKEN, query(path))
    assert not permits.allows("B" * 43, query(path))
    assert not permits.allows(TOKEN, query(path) | {"oe": "7FFFFFFF"})
    assert not permits.allows(TOKEN, {})
    over = Permits(b"key", -1)
    assert not over.allows(TOKEN, query(over.direct_path(TOKEN)))

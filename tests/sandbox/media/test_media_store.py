"""The files of the media servers: named by hash, bounded, there again after a restart."""

import hashlib

import pytest

from sandbox.media.media_file import token_of
from sandbox.media.media_store import MediaStore
from sandbox.media.upload import TooLargeError
from sandbox.state.storage import Store

ANNA = ("491700000001", 1)


@pytest.fixture
def open_store(tmp_path):
    """Open the store in this test's folder, as a server that starts does."""
    opened = []

    def open_(max_bytes=1000, lifetime=3600.0):
        for store in opened:
            store.close()
        opened.append(Store(tmp_path / "sandbox.sqlite"))
        return MediaStore(tmp_path / "media", opened[-1], max_bytes=max_bytes, lifetime=lifetime)

    yield open_
    opened[-1].close()


def upload(media, content, type_="image"):
    upload = media.begin_upload(len(content))
    upload.write(content)
    upload.close()
    return media.keep(upload, type_, ANNA)


def test_a_file_is_named_by_its_hash(open_store):
    """The token is the SHA-256 of what was written, in URL-safe base64 without padding."""
    media = open_store()
    file = upload(media, b"ciphertext")
    assert file.token == token_of(hashlib.sha256(b"ciphertext").digest())
    assert media.path(file).read_bytes() == b"ciphertext"


def test_no_file_is_larger_than_it_may_be(open_store, tmp_path):
    """Writing on raises, and a discarded upload leaves nothing on disk."""
    upload = open_store().begin_upload(4)
    upload.write(b"1234")
    with pytest.raises(TooLargeError):
        upload.write(b"5")
    upload.discard()
    assert list((tmp_path / "media").iterdir()) == []


def test_the_oldest_make_room(open_store, tmp_path):
    """All files together stay within the bound: the longest kept go first, from disk too."""
    media = open_store(max_bytes=25)
    first, second, third = (upload(media, bytes([number]) * 10) for number in range(3))
    assert [file.token for file in media.all()] == [second.token, third.token]
    assert media.find(first.token) is None
    assert sorted(path.name for path in (tmp_path / "media").iterdir()) == sorted([second.token, third.token])


def test_old_files_go(open_store):
    """A file older than the lifetime goes when the next one comes."""
    media = open_store(lifetime=-1.0)
    old = upload(media, b"old")
    new = upload(media, b"new")
    assert media.find(old.token) is None
    assert media.find(new.token) is new


def test_uploaded_again_it_is_one_file(open_store):
    """The same bytes are the same file, which begins anew: it takes no more room, and it isn't expired any more."""
    media = open_store()
    media.expire(upload(media, b"same"))
    again = upload(media, b"same", "document")
    assert media.all() == [again]
    assert (again.is_expired, again.type) == (False, "document")
    assert media.path(again).read_bytes() == b"same"


def test_an_expired_file_can_come_back(open_store):
    """It can be told from one that never was, and a phone that still has it brings it back."""
    media = open_store()
    file = upload(media, b"gone")
    media.expire(file)
    assert media.find(file.token).is_expired
    media.revive(file)
    assert not media.find(file.token).is_expired
    assert media.path(file).read_bytes() == b"gone"


def test_a_restart_keeps_them(open_store, tmp_path):
    """Files, their order, who uploaded them and what became of them are there again; what isn't listed is removed."""
    media = open_store()
    kept, expired, deleted = (upload(media, content) for content in (b"kept", b"expired", b"deleted"))
    media.downloaded(kept)
    media.expire(expired)
    media.delete(deleted.token)
    upload(media, b"lost its bytes")
    media.path(media.all()[-1]).unlink()
    (tmp_path / "media" / ".upload-1").write_bytes(b"was coming in when the server died")

    again = open_store()

    assert again.all() == [kept, expired]
    assert {path.name for path in (tmp_path / "media").iterdir()} == {kept.token, expired.token}

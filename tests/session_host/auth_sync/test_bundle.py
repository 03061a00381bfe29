"""The bundle of an auth folder, and its manifest."""

import io
import tarfile

import pytest

from session_host.auth_sync.bundle import compress, decompress, pack, unpack
from session_host.auth_sync.errors import Damaged
from session_host.auth_sync.manifest import Manifest
from session_host.disk.session_files import DATABASE, KEY_FILE

FILES = {DATABASE: b"a database" * 1000, KEY_FILE: b"k" * 32}


def test_a_bundle_gives_its_files_back() -> None:
    """Through compression; the order of the files does not change it."""
    assert unpack(decompress(compress(pack(FILES)))) == FILES
    assert pack(dict(reversed(FILES.items()))) == pack(FILES)
    assert unpack(pack({})) == {}


def test_only_known_files_are_taken_out() -> None:
    """A name that leads elsewhere is passed over."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name in ("../evil", "/etc/passwd", KEY_FILE):
            entry = tarfile.TarInfo(name)
            entry.size = 1
            tar.addfile(entry, io.BytesIO(b"x"))
    assert unpack(packed.getvalue()) == {KEY_FILE: b"x"}


@pytest.mark.parametrize("rubbish", [b"", b"rubbish" * 100, compress(pack(FILES))[:-5]])
def test_rubbish_is_damaged(rubbish: bytes) -> None:
    """Whatever is read in the place of a bundle."""
    with pytest.raises(Damaged):
        decompress(rubbish)


def test_rubbish_in_the_place_of_a_tar_is_damaged() -> None:
    """The same behind the compression."""
    with pytest.raises(Damaged):
        unpack(b"rubbish" * 100)


def test_a_manifest_survives_its_json() -> None:
    """Fields of a later version are passed over; what is no manifest is damaged."""
    manifest = Manifest(epoch=3, seq=7, host="h", object="auth/ses_1/3-7", sha256="ab", size=9, clean=True)
    assert Manifest.decode(manifest.encode()) == manifest
    assert Manifest.decode(manifest.encode().replace(b"{", b'{"later":1,', 1)) == manifest
    for rubbish in (b"", b"[]", b'{"epoch":1}'):
        with pytest.raises(Damaged):
            Manifest.decode(rubbish)

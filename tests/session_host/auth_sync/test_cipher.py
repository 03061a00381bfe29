"""Encryption of what leaves a host."""

import base64
import stat
from pathlib import Path

import pytest

from session_host.auth_sync.cipher import AuthCipher, key_of
from session_host.auth_sync.errors import Damaged

KEY = bytes(range(32))


def test_what_was_sealed_is_unsealed() -> None:
    """Under its name and key; the plain text is not in it, and no two are the same."""
    cipher = AuthCipher(KEY)
    sealed = cipher.seal(b"a secret", "auth/ses_1/1-1")
    assert b"a secret" not in sealed
    assert sealed != cipher.seal(b"a secret", "auth/ses_1/1-1")
    assert cipher.unseal(sealed, "auth/ses_1/1-1") == b"a secret"


@pytest.mark.parametrize("position", [0, 3, 4, 15, 16, -1])
def test_a_flipped_bit_is_found(position: int) -> None:
    """Wherever it is: header, nonce, content, tag."""
    cipher = AuthCipher(KEY)
    sealed = bytearray(cipher.seal(b"a secret", "name"))
    sealed[position] ^= 1
    with pytest.raises(Damaged):
        cipher.unseal(bytes(sealed), "name")


def test_another_name_or_key_is_refused() -> None:
    """A snapshot of one session put in the place of another's does not pass; the words name the setting."""
    sealed = AuthCipher(KEY).seal(b"a secret", "auth/ses_1/1-1")
    with pytest.raises(Damaged):
        AuthCipher(KEY).unseal(sealed, "auth/ses_2/1-1")
    with pytest.raises(Damaged, match="WAGATE_AUTH_KEY"):
        AuthCipher(bytes(32)).unseal(sealed, "auth/ses_1/1-1")
    with pytest.raises(Damaged):
        AuthCipher(KEY).unseal(sealed[:10], "auth/ses_1/1-1")


def test_the_key_of_the_setting(tmp_path: Path) -> None:
    """Base64 of 32 bytes; no file is made."""
    assert key_of(base64.b64encode(KEY).decode(), tmp_path / "auth.key") == KEY
    assert not (tmp_path / "auth.key").exists()


@pytest.mark.parametrize("setting", ["not base64!", base64.b64encode(b"short").decode()])
def test_a_wrong_setting_says_which(setting: str, tmp_path: Path) -> None:
    """Rather no start than snapshots nobody can read."""
    with pytest.raises(ValueError, match="WAGATE_AUTH_KEY"):
        key_of(setting, tmp_path / "auth.key")


def test_the_key_file_is_made_once(tmp_path: Path) -> None:
    """For its owner only, the same from then on; nothing is left beside it."""
    path = tmp_path / "auth.key"
    key = key_of(None, path)
    assert len(key) == 32
    assert key_of(None, path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
    path.write_bytes(b"cut short")
    with pytest.raises(ValueError, match=r"auth\.key"):
        key_of(None, path)

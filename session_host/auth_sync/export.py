"""One session's pairing as one file that a passphrase opens: to keep it, or to go on with it at another gateway.

The file: `WAGATE-AUTH-1` and a line feed, 16 bytes of salt, 12 of nonce, then the compressed bundle encrypted with
AES-256-GCM under the key that scrypt makes of passphrase and salt, with the bytes before as associated data.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Mapping
from contextlib import closing

from session_host.auth_sync.bundle import decompress, unpack
from session_host.auth_sync.errors import Damaged
from session_host.auth_sync.file_parts import LARGEST
from session_host.disk.session_files import DATABASE
from shared.encryption import NONCE_LENGTH, NotOpened, decrypted, encrypted
from shared.errors import AuthFileInvalid, ExportTooLarge, SessionNotPaired

_MAGIC = b"WAGATE-AUTH-1\n"
_SALT = 16
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 1 << 16, 8, 2  # 64 MB, OWASP's advice for scrypt (2026)
_SCRYPT_MEMORY = 128 * _SCRYPT_N * _SCRYPT_R * 2
_LARGEST_BUNDLE = 128 << 20
_FILE_FORMAT = slice(18, 20)
"""Of a database's header: 2 and 2 say WAL mode, which a database in memory cannot have."""


def seal(bundle: bytes, passphrase: str) -> bytes:
    """The file of a compressed bundle. Takes tenths of a second and 64 MB.

    Raises:
        SessionNotPaired: there is no pairing in it.
        ExportTooLarge: it is larger than any pairing should be.
    """
    if not is_paired(unpack(decompress(bundle))):
        raise SessionNotPaired
    head = _MAGIC + secrets.token_bytes(_SALT) + secrets.token_bytes(NONCE_LENGTH)
    file = head + encrypted(_key(head, passphrase), head[-NONCE_LENGTH:], bundle, head)
    if len(file) > LARGEST:
        raise ExportTooLarge(
            f"The pairing has {len(file)} bytes; {LARGEST} can be exported. {ExportTooLarge.remedy}",
            limit=LARGEST,
        )
    return file


def unseal(file: bytes, passphrase: str) -> dict[str, bytes]:
    """The files of an exported pairing, by name. Takes as long as `seal`.

    Raises:
        AuthFileInvalid: it is no such file, damaged, of another passphrase, or holds no pairing.
    """
    length = len(_MAGIC) + _SALT + NONCE_LENGTH
    head, content = file[:length], file[length:]
    if not file.startswith(_MAGIC) or len(head) < length or len(file) > LARGEST:
        raise AuthFileInvalid("The file is not an export of a session, or a later version made it.")
    try:
        bundle = decrypted(_key(head, passphrase), head[-NONCE_LENGTH:], content, head)
        files = unpack(decompress(bundle, _LARGEST_BUNDLE))
    except NotOpened as error:
        raise AuthFileInvalid("The passphrase is wrong, or the file is damaged.") from error
    except Damaged as error:
        raise AuthFileInvalid(f"The contents of the file cannot be used: {error}.") from error
    if not is_paired(files):
        raise AuthFileInvalid("There is no pairing in the file.")
    return files


def is_paired(files: Mapping[str, bytes]) -> bool:
    """Whether the database among these files holds a device."""
    database = bytearray(files.get(DATABASE, b""))
    if len(database) < _FILE_FORMAT.stop:
        return False
    database[_FILE_FORMAT] = b"\x01\x01"
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(bytes(database))
            return connection.execute("SELECT 1 FROM whatsmeow_device LIMIT 1").fetchone() is not None
    except sqlite3.DatabaseError:
        return False


def _key(head: bytes, passphrase: str) -> bytes:
    salt = head[len(_MAGIC) : len(_MAGIC) + _SALT]
    return hashlib.scrypt(
        passphrase.encode(), salt=salt, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P, maxmem=_SCRYPT_MEMORY, dklen=32
    )

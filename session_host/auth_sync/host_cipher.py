"""What encrypts the snapshots of a host: by the key that is set, or by one that it keeps in a file."""

from __future__ import annotations

from session_host.auth_sync.cipher import AuthCipher, BadKey, key_of, lost_key
from session_host.disk.data_folder import DataFolder
from shared.blobs.keys import AUTH
from shared.blobs.ports import Blobs
from shared.settings import StoreSettings


async def cipher_of(auth_key: str | None, stores: StoreSettings, blobs: Blobs) -> AuthCipher:
    """The cipher of a host with this key; without one, by a key in a file, which is made where there was none.

    Raises BadKey: other hosts could not read its snapshots, or the file is lost.
    """
    if auth_key is None and stores.store == "dynamodb":
        raise BadKey(
            "Other hosts have to read this host's snapshots: set WAGATE_AUTH_KEY to the same 32 bytes in base64 on "
            "every host (`openssl rand -base64 32` makes one), and keep a copy of it."
        )
    file = DataFolder(stores.data_dir).auth_key
    if auth_key is None and not file.exists() and await blobs.list(AUTH) and not file.exists():
        raise lost_key(file)  # it was looked for twice: another shard may have made it, and a snapshot, in between
    return AuthCipher(key_of(auth_key, file))

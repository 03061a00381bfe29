"""A file of WhatsApp's, decrypted while it comes: right in whatever pieces it comes, and refused when it is another."""

import hmac
import os
from dataclasses import replace
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.padding import PKCS7

from session_host.downloads.errors import Corrupt
from session_host.downloads.opening import Opening
from session_host.whatsapp.content.files import FileOnWhatsApp, file_of
from session_host.whatsapp.library.neonize_client import E2eMessage

USE = b"WhatsApp Document Keys"


def sealed(plain: bytes) -> tuple[FileOnWhatsApp, bytes]:
    """A file as WhatsApp has it, and what a message says of it."""
    key = os.urandom(32)
    keys = HKDF(SHA256(), 112, None, USE).derive(key)
    padder = PKCS7(128).padder()
    cipher = Cipher(AES(keys[16:48]), CBC(keys[:16])).encryptor()
    body = cipher.update(padder.update(plain) + padder.finalize()) + cipher.finalize()
    body += hmac.new(keys[48:80], keys[:16] + body, "sha256").digest()[:10]
    hashes = (sha256(body).digest(), sha256(plain).digest())
    return FileOnWhatsApp("/v/x?y", key, USE, "document", *hashes, len(plain), "text/plain", "a.txt"), body


def opened(file: FileOnWhatsApp, body: bytes, size: int) -> bytes:
    """What comes of a file that comes in pieces of this size."""
    opening = Opening(file)
    pieces = [opening.feed(body[start : start + size]) for start in range(0, len(body), size)]
    return b"".join(pieces) + opening.finish()


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 1000, 65_536])
@pytest.mark.parametrize("size", [1, 7, 16, 26, 100_000])
def test_a_file_is_whole_in_whatever_pieces_it_comes(length: int, size: int) -> None:
    """Also one that ends with a block, and an empty one."""
    if length * 2 > 20_000 * size:
        pytest.skip("the same as with smaller ones, for longer")
    plain = os.urandom(length)
    assert opened(*sealed(plain), size) == plain


def test_another_file_is_refused() -> None:
    """One bit, a cut end, the whole of another one, another hash of the file: each of the three checks."""
    file, body = sealed(os.urandom(1000))
    for place in (0, 500, len(body) - 1):
        changed = bytearray(body)
        changed[place] ^= 1
        with pytest.raises(Corrupt):
            opened(file, bytes(changed), 100)
    for cut in (body[:-1], body[:-16], body[:9], b"", sealed(b"another")[1]):
        with pytest.raises(Corrupt):
            opened(file, cut, 100)
    with pytest.raises(Corrupt):
        opened(replace(file, sha256=sha256(b"x").digest()), body, 100)
    with pytest.raises(Corrupt):
        opened(replace(file, key=bytes(32)), body, 100)


def test_the_file_of_a_message_is_found() -> None:
    """In wrappers, headers and products; not that of the message it answers, and not one without its keys."""
    part = {"directPath": "/v/x?y", "mediaKey": bytes(32), "fileEncSHA256": bytes(32), "fileSHA256": bytes(32)}
    message = E2eMessage(viewOnceMessageV2={"message": {"ptvMessage": part}})
    found = file_of(message.SerializeToString())
    assert found is not None
    assert (found.use, found.mms_type) == (b"WhatsApp Video Keys", "video")
    assert "mediaKey" not in repr(found)
    product = E2eMessage(productMessage={"product": {"productImage": part}})
    assert file_of(product.SerializeToString()) is not None
    quoting = E2eMessage(extendedTextMessage={"text": "x", "contextInfo": {"quotedMessage": {"imageMessage": part}}})
    assert file_of(quoting.SerializeToString()) is None
    for wrong in ({"directPath": "https://evil/x?y"}, {"mediaKey": b"short"}, {"fileSHA256": b""}):
        assert file_of(E2eMessage(imageMessage=part | wrong).SerializeToString()) is None
    assert file_of(b"\xff\xff") is None

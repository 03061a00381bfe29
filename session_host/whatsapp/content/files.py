"""The file of a message: where WhatsApp has it, and what opens it. Nothing of this is shown or logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from google.protobuf.message import DecodeError

from session_host.whatsapp.library.neonize_client import E2eMessage

_DEEP = 8
_HASH = 32
_SEALED = frozenset({(32, _HASH), (0, 0)})
"""Bytes of a key and of the hash of what it opens; none of either where nothing is encrypted."""


class _Kind(NamedTuple):
    use: bytes
    mms_type: str


_KINDS: Mapping[str, _Kind] = {
    "ImageMessage": _Kind(b"WhatsApp Image Keys", "image"),
    "StickerMessage": _Kind(b"WhatsApp Image Keys", "image"),
    "VideoMessage": _Kind(b"WhatsApp Video Keys", "video"),
    "AudioMessage": _Kind(b"WhatsApp Audio Keys", "audio"),
    "DocumentMessage": _Kind(b"WhatsApp Document Keys", "document"),
}
"""By name of the protobuf: what its keys are derived for, and what WhatsApp's servers call it."""
_NOT_ITS_OWN = frozenset({"contextInfo", "messageContextInfo", "quotedMessage"})


@dataclass(frozen=True, slots=True)
class FileOnWhatsApp:
    """What its sender says of a file."""

    path: str = field(repr=False)
    key: bytes = field(repr=False)
    """Empty: it is not encrypted, as nothing in newsletters is, and has no `enc_sha256` either."""
    use: bytes
    mms_type: str
    enc_sha256: bytes
    sha256: bytes
    size: int
    """Bytes of the decrypted file; 0 when it is not said."""
    mimetype: str
    file_name: str


def file_of(raw: bytes) -> FileOnWhatsApp | None:
    """The file of a message's protobuf; None when it has none that could be had."""
    try:
        return _found(E2eMessage.FromString(raw), _DEEP)
    except DecodeError:
        return None


def _found(message: Any, deep: int) -> FileOnWhatsApp | None:  # noqa: ANN401 - a protobuf
    kind = _KINDS.get(message.DESCRIPTOR.name)
    if kind is not None:
        return _file(message, kind)
    for part, value in message.ListFields() if deep else ():
        if part.message_type is None or part.is_repeated or part.name in _NOT_ITS_OWN:
            continue
        if (found := _found(value, deep - 1)) is not None:
            return found
    return None


def _file(content: Any, kind: _Kind) -> FileOnWhatsApp | None:  # noqa: ANN401 - a protobuf
    sealed = len(content.mediaKey), len(content.fileEncSHA256)
    if sealed not in _SEALED or len(content.fileSHA256) != _HASH or not content.directPath.startswith("/"):
        return None
    return FileOnWhatsApp(
        path=content.directPath,
        key=content.mediaKey,
        use=kind.use,
        mms_type=kind.mms_type,
        enc_sha256=content.fileEncSHA256,
        sha256=content.fileSHA256,
        size=content.fileLength,
        mimetype=content.mimetype,
        file_name=getattr(content, "fileName", "") or getattr(content, "title", ""),
    )

"""The library's own declarations, changed so that a value which they do not have leaves a field empty and ends nothing.

neonize writes every event, and every answer, as a protobuf whose enums are required. WhatsApp may add a word to its
protocol on any day; one that neonize's declarations do not have makes no value, the event cannot be written, and the
client shows nothing more while its socket goes on acknowledging (docs/neonize.md).

Go reads the declarations of a file when the first of its messages is used. So before that, in the memory of this
process only, the enums are made optional, which is one byte for each and as long as before. Nothing is changed unless
what is there is byte for byte what Python has of neonize, once.
"""

from __future__ import annotations

import ctypes
import functools
import mmap
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import structlog
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto

from session_host.whatsapp.library.binding import protobufs

_log = structlog.get_logger(__name__)

_MAPS = Path("/proc/self/maps")
_FIELDS = 6
"""Of a line in it: addresses, rights, offset, device, inode, and a path which may contain spaces."""
_RIGHTS = {"r": mmap.PROT_READ, "w": mmap.PROT_WRITE, "x": mmap.PROT_EXEC}


class _NotThereError(Exception):
    """The declarations are not where, or what, they are expected to be."""


class _Place(NamedTuple):
    """In the memory of this process."""

    address: int
    rights: int


@functools.cache
def allow_unknown_values(library: str) -> bool:
    """Have the shared library at this path write events with values that it does not know: their fields are empty then.

    Called before the first client. False when nothing was changed, which is logged: a client ends over such an event.
    """
    declared = _declared()
    allowed = _with_optional_enums(declared)
    try:
        _write(_place(library, declared), declared, allowed)
    except (OSError, _NotThereError) as error:
        _log.warning("library_declarations_unknown", error=str(error))
        return False
    return True


def known(told: Any, field: str) -> int | None:  # noqa: ANN401 - a protobuf of the library
    """The value of an enum that the library told; None when WhatsApp said what the library has no value for."""
    return getattr(told, field) if told.HasField(field) else None


def _declared() -> bytes:
    """What neonize declares, as Go's generator writes it: with the names that fields have in JSON."""
    file = FileDescriptorProto()
    protobufs.DESCRIPTOR.CopyToProto(file)
    for field in _fields(file.message_type):
        field.json_name = re.sub("_(.)", lambda found: found[1].upper(), field.name)
    return file.SerializeToString(deterministic=True)


def _with_optional_enums(declared: bytes) -> bytes:
    file = FileDescriptorProto.FromString(declared)
    for field in _fields(file.message_type):
        if field.type == field.TYPE_ENUM and field.label == field.LABEL_REQUIRED:
            field.label = field.LABEL_OPTIONAL
    return file.SerializeToString(deterministic=True)


def _fields(messages: Iterable[DescriptorProto]) -> Iterator[FieldDescriptorProto]:
    for message in messages:
        yield from message.field
        yield from _fields(message.nested_type)


def _place(library: str, declared: bytes) -> _Place:
    """Where the declarations are."""
    path = os.path.realpath(library)
    with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        offset = whole.find(declared)
        if offset < 0 or whole.find(declared, offset + 1) >= 0:
            raise _NotThereError("the library has other declarations than Python")
    for line in _MAPS.read_text().splitlines():
        fields = line.split(maxsplit=_FIELDS - 1)
        if len(fields) < _FIELDS or fields[-1] != path:
            continue
        start, end = (int(each, 16) for each in fields[0].split("-"))
        behind = offset - int(fields[2], 16)
        if behind >= 0 and start + behind + len(declared) <= end:
            return _Place(start + behind, sum(_RIGHTS.get(each, 0) for each in fields[1]))
    raise _NotThereError("the library is not loaded")


def _write(place: _Place, before: bytes, after: bytes) -> None:
    if len(after) != len(before) or ctypes.string_at(place.address, len(before)) != before:
        raise _NotThereError("the library's declarations were changed already")
    _permit(place, len(after), place.rights | mmap.PROT_WRITE)
    ctypes.memmove(place.address, after, len(after))
    _permit(place, len(after), place.rights)


def _permit(place: _Place, size: int, rights: int) -> None:
    """Give the pages of a place these rights; raises OSError."""
    mprotect = ctypes.CDLL(None, use_errno=True).mprotect
    mprotect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    first = place.address - place.address % mmap.PAGESIZE
    if mprotect(first, place.address + size - first, rights) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))

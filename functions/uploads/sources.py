"""Where the file of a message comes from: an address, the request itself, or an upload."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog
from typing_extensions import override

from functions.http.arriving import declared_size
from functions.http.forms import Part, parts
from functions.http.requests import HttpRequest
from functions.uploads.uploads import Uploads
from shared import errors
from shared.contracts.content.file import File
from shared.errors import BadRequest, BodyTooLarge, MediaTooLarge, MediaTypeUnsupported
from shared.media.model import StoredFile
from shared.media.names import clean_name
from shared.media.types import UNKNOWN
from shared.outside.addresses import Allowed

if TYPE_CHECKING:
    from shared.outside.fetching import Outside

_DATA_URL: Final = re.compile(r"data:(?P<type>[\w.+-]+/[\w.+-]+)?(?:;[\w.+-]+=[^;,]*)*;base64,", re.ASCII)
_FILE: Final = "file"
"""The field of a form that a file is in."""

READY_ERRORS: Final = (
    errors.MediaNotFound,
    errors.MediaUrlRefused,
    errors.MediaUrlFailed,
    errors.MediaTooLarge,
    errors.MediaEmpty,
    errors.MediaTypeUnsupported,
    errors.MediaQuota,
    errors.MediaUnreadable,
    errors.PictureTooLarge,
    errors.MediaTooHeavy,
    errors.StorageFull,
)
"""Of a file that a caller brings, and that is made ready for WhatsApp."""

log = structlog.get_logger("functions")


@dataclass(frozen=True, slots=True)
class FileField:
    """What a kind of message takes for its file."""

    word: str
    """What the fields are called after: `image`, for `imageUrl` and `imageBase64`."""
    limit: int
    """Bytes it may have."""
    types: tuple[str, ...] = ()
    """What its media type begins with; empty: it may be any. One that nobody can tell is left to the host."""

    @property
    def url(self) -> str:
        """The field with its address."""
        return f"{self.word}Url"

    @property
    def base64(self) -> str:
        """The field with the file itself."""
        return f"{self.word}Base64"

    @property
    def names(self) -> str:
        """All that it may be given by."""
        return f"'{self.url}', '{self.base64}', 'mediaId' or, in a form, '{_FILE}'"


class ItemField(FileField):
    """Of one of several files, which are in a list: `word` says which, `items.0`."""

    @property
    @override
    def url(self) -> str:
        return f"{self.word}.url"

    @property
    @override
    def base64(self) -> str:
        return f"{self.word}.base64"

    @property
    @override
    def names(self) -> str:
        return f"'{self.url}', '{self.base64}' or '{self.word}.mediaId'"


@dataclass(frozen=True, slots=True)
class Source:
    """Where it is, one of three, and what its sender says of it."""

    url: str | None = None
    base64: str | None = None
    media_id: str | None = None
    file_name: str | None = None
    mimetype: str | None = None

    def said(self) -> str:
        """What makes two requests the same one, where the file is not in a form."""
        if self.base64 is not None:
            return f"sha256:{hashlib.sha256(self.base64.encode()).hexdigest()}"
        return f"url:{self.url}" if self.url is not None else f"media:{self.media_id}"

    def check(self, field: FileField, *, in_form: bool) -> None:
        """Refuse none of them, and more than one. Raises BadRequest."""
        given = sum(one is not None for one in (self.url, self.base64, self.media_id)) + in_form
        if given != 1:
            raise BadRequest(f"Give the file in exactly one of {field.names}.", field=field.url)


class Sources:
    """Of one process."""

    def __init__(self, uploads: Uploads, allowed: Allowed) -> None:
        self._uploads = uploads
        self._allowed = allowed
        self._outside: Outside | None = None

    async def close(self) -> None:
        """End what is being fetched."""
        if self._outside is not None:
            await self._outside.close()

    async def take(self, key_id: str, source: Source, field: FileField) -> StoredFile:
        """The file of a key, kept by now if it was not before.

        Raises:
            BadRequest: it is no base64.
            MediaNotFound: the key has no such upload.
            MediaUrlRefused: the address is not to be fetched from.
            MediaUrlFailed: it does not give the file.
            MediaTypeUnsupported: the kind does not carry it.
            WagateError: what `Uploads.keep` raises.
        """
        if source.media_id is not None:
            file = await self._uploads.to_send(key_id, source.media_id)
            if file.size > field.limit:
                raise MediaTooLarge(f"The file is larger than {field.limit} bytes.", limit=field.limit)
            _check_type(file, field)
            return file
        if source.url is not None:
            file = await self._fetch(key_id, source, source.url, field.limit)
        else:
            file = await self._decode(key_id, source, field)
        return await self._checked(file, field)

    async def of_form(
        self, request: HttpRequest, key_id: str, field: FileField
    ) -> tuple[StoredFile | None, dict[str, str]]:
        """The file of a form, kept by now, None when it has none; and its other fields. Raises as `all_of_form`."""
        files, fields = await self.all_of_form(request, key_id, field)
        return (files[0] if files else None), fields

    async def all_of_form(
        self, request: HttpRequest, key_id: str, field: FileField, most: int = 1
    ) -> tuple[list[StoredFile], dict[str, str]]:
        """The files of a form in their order, kept by now, and its other fields.

        Raises:
            BadRequest: it is malformed, or has more files than `most`.
            BodyTooLarge: the other fields are larger than a body of JSON may be.
            MediaTypeUnsupported: the kind does not carry it.
            WagateError: what `Uploads.keep` raises.
        """
        declared, room = declared_size(request), request.app.state.body_limit
        self._uploads.check_size(declared, field.limit * most)
        files: list[StoredFile] = []
        fields: dict[str, str] = {}
        try:
            async with aclosing(parts(request)) as form:
                async for part in form:
                    if part.file_name is None:
                        fields[part.name] = await _text(part, room)
                        room -= len(fields[part.name])
                    else:
                        _check_place(part, len(files), most)
                        files.append(await self._uploads.keep(key_id, part, declared, field.limit))
            for file in files:
                _check_type(file, field)
        except BaseException:
            for file in files:
                await self.drop(file)
            raise
        return files, fields

    async def drop(self, file: StoredFile | None) -> None:
        """Leave nothing of a file that was made for a message that is not sent."""
        if file is not None:
            await self._uploads.drop(file)

    async def hold(self, file: StoredFile, until: int) -> StoredFile:
        """Have a file stay until then at least; milliseconds since 1970. Raises MediaNotFound."""
        return await self._uploads.hold(file, until)

    async def _fetch(self, key_id: str, source: Source, url: str, limit: int) -> StoredFile:
        outside = await self.outside()
        async with outside.fetch(url, limit) as fetched, aclosing(fetched.chunks) as chunks:
            name, said = source.file_name or fetched.file_name, source.mimetype or fetched.mimetype
            return await self._uploads.keep(key_id, Part(_FILE, name, said, chunks), fetched.size, limit)

    async def _decode(self, key_id: str, source: Source, field: FileField) -> StoredFile:
        text = source.base64 or ""
        head = _DATA_URL.match(text)
        said = source.mimetype or (head["type"] if head else None)
        try:
            body = base64.b64decode(re.sub(r"\s", "", text[head.end() if head else 0 :]), validate=True)
        except (binascii.Error, ValueError):
            words = f"'{field.base64}' is neither base64 nor a data URL with it."
            raise BadRequest(words, field=field.base64) from None
        part = Part(_FILE, source.file_name, said, _whole(body))
        return await self._uploads.keep(key_id, part, len(body), field.limit)

    async def _checked(self, file: StoredFile, field: FileField) -> StoredFile:
        try:
            _check_type(file, field)
        except MediaTypeUnsupported:
            await self.drop(file)
            raise
        return file

    async def outside(self) -> Outside:
        """What fetches from addresses that strangers name; close it with this."""
        if self._outside is None:
            make = await asyncio.to_thread(_load)
            self._outside = self._outside or make(self._allowed)
        return self._outside


def _load() -> type[Outside]:
    from shared.outside.fetching import Outside  # noqa: PLC0415 - 100 modules that few requests need

    return Outside


def file_of(file: StoredFile, source: Source) -> File:
    """What a message says of its file."""
    return File(
        media_id=file.id,
        mimetype=file.mimetype,
        size=file.size,
        sha256=file.sha256,
        file_name=clean_name(source.file_name) or file.file_name,
    )


def _check_type(file: StoredFile, field: FileField) -> None:
    if field.types and file.mimetype != UNKNOWN and not file.mimetype.startswith(field.types):
        raise MediaTypeUnsupported(
            f"The file is '{file.mimetype}', which cannot be sent as {field.word}: {MediaTypeUnsupported.remedy}",
            mimetype=file.mimetype,
        )


def _check_place(part: Part, before: int, most: int) -> None:
    if before == most or part.name != _FILE:
        many = "one file" if most == 1 else f"at most {most} files, each"
        raise BadRequest(f"The form has {many}, in the field '{_FILE}'.", field=_FILE)


async def _text(part: Part, room: int) -> str:
    held = bytearray()
    async for chunk in part.chunks:
        held += chunk
        if len(held) > room:
            raise BodyTooLarge("The fields of the form are larger than allowed.")
    try:
        return held.decode()
    except UnicodeDecodeError:
        raise BadRequest(f"The field '{part.name}' is not UTF-8.", field=part.name) from None


async def _whole(body: bytes) -> AsyncGenerator[bytes]:
    yield body

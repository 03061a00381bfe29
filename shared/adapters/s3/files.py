"""Files in S3: uploaded in parts as they come, read in ranges."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterable
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from shared.adapters.aws.calls import broken_off, unavailable
from shared.adapters.s3.parts import Parts
from shared.blobs.keys import media_object
from shared.errors import MediaNotFound, MediaTooLarge, StoreUnavailable
from shared.ids import is_file_id
from shared.media.model import StoredFile, Written
from shared.media.paths import PIECE, pieces_of, write_new

_MISSING = frozenset({"NoSuchKey", "404"})
_HIDDEN = frozenset({"AccessDenied", "403"})
"""What is answered for an object that is not there to a role that may not list the bucket, as the API's."""


class S3Files:
    """`shared.media.ports.Files`."""

    def __init__(self, client: Any, bucket: str) -> None:  # noqa: ANN401 - aiobotocore makes its clients at run time
        self._client = client
        self._bucket = bucket

    async def write(self, file_id: str, chunks: AsyncIterable[bytes], limit: int) -> Written:
        """Keep what comes, whole or not at all; see the port."""
        hashed, size = hashlib.sha256(), 0
        parts = Parts(self._client, self._bucket, _key(file_id))
        try:
            async for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise MediaTooLarge(f"The file is larger than {limit} bytes.", limit=limit)
                hashed.update(chunk)
                await parts.add(chunk)
            await parts.finish()
        except (ClientError, BotoCoreError) as error:
            raise unavailable(error, f"The bucket {self._bucket}") from error
        finally:
            await asyncio.shield(parts.discard())
        return Written(size, hashed.hexdigest())

    async def open(self, file_id: str, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        """The bytes from `start` until before `end`, in pieces; see the port."""
        wanted = {} if start == 0 and end is None else {"Range": f"bytes={start}-{'' if end is None else end - 1}"}
        try:
            found = await self._client.get_object(Bucket=self._bucket, Key=_key(file_id), **wanted)
            async with found["Body"] as body:
                while piece := await body.read(PIECE):
                    yield piece
        except ClientError as error:
            if _code(error) in _MISSING:
                raise MediaNotFound(inside=file_id) from error
            raise unavailable(error, f"The bucket {self._bucket}") from error
        except BotoCoreError as error:
            raise unavailable(error, f"The bucket {self._bucket}") from error
        except (broken_off(), TimeoutError) as error:
            raise StoreUnavailable("The bucket broke off.", retry_after=2.0, inside=file_id) from error

    async def size(self, file_id: str) -> int | None:
        """How many bytes there are; None when there is no such file."""
        try:
            found = await self._client.head_object(Bucket=self._bucket, Key=_key(file_id))
        except ClientError as error:
            if _code(error) in _MISSING | _HIDDEN:
                return None
            raise unavailable(error, f"The bucket {self._bucket}") from error
        except BotoCoreError as error:
            raise unavailable(error, f"The bucket {self._bucket}") from error
        return found["ContentLength"]

    async def to_path(self, file_id: str, path: Path) -> None:
        """Put the bytes into a file that is not there yet; see the port."""
        try:
            await write_new(path, self.open(file_id))
        except OSError as error:
            raise StoreUnavailable("A file cannot be put onto this disk.", inside=path) from error

    def place_of(self, file_id: str) -> None:
        """None: a bucket is on no disk of ours."""

    async def from_path(self, file_id: str, path: Path) -> Written:
        """Keep the bytes of a file, which stays; see the port."""
        try:
            return await self.write(file_id, pieces_of(path), path.stat().st_size)  # noqa: ASYNC240 - as cheap as it looks
        except OSError as error:
            raise StoreUnavailable("A file that is to be kept cannot be read.", inside=path) from error

    async def delete(self, file_id: str) -> None:
        """Remove the bytes. May be repeated."""
        try:
            await self._client.delete_object(Bucket=self._bucket, Key=_key(file_id))
        except (ClientError, BotoCoreError) as error:
            raise unavailable(error, f"The bucket {self._bucket}") from error

    async def tidy(self) -> int:
        """Nothing, 0: a rule of the bucket ends uploads that were left in the middle (infra/data.yaml)."""
        return 0

    async def presigned_get(self, file: StoredFile, disposition: str, seconds: int) -> str:
        """An address where whoever has it reads the bytes, for so long."""
        answered = {"ResponseContentType": file.mimetype, "ResponseContentDisposition": disposition}
        return await self._presigned("get_object", file.id, answered, seconds)

    async def presigned_put(self, file: StoredFile, seconds: int) -> str:
        """An address where whoever has it brings bytes of the row's size and type, for so long."""
        asked = {"ContentLength": file.size, "ContentType": file.mimetype, "IfNoneMatch": "*"}  # once, and just that
        return await self._presigned("put_object", file.id, asked, seconds)

    async def _presigned(self, method: str, file_id: str, more: dict[str, Any], seconds: int) -> str:
        which = {"Bucket": self._bucket, "Key": _key(file_id)}
        return await self._client.generate_presigned_url(method, Params=which | more, ExpiresIn=seconds)


def _key(file_id: str) -> str:
    if not is_file_id(file_id):
        raise ValueError(f"not the id of a file: {file_id[:100]!r}")
    return media_object(file_id)


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")

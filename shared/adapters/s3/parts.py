"""An object that is uploaded as it comes: in one piece when it is small, in parts when it is not.

S3 takes 10,000 parts of at least 5 MiB: 48 GiB here.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

PART: Final = 5 * 1024 * 1024
"""Bytes of a part, all of an upload that is in memory."""


class Parts:
    """One object on its way; nothing of it is seen before `finish`."""

    def __init__(self, client: Any, bucket: str, key: str) -> None:  # noqa: ANN401 - aiobotocore makes its clients at run time
        self._client = client
        self._where = {"Bucket": bucket, "Key": key}
        self._held = bytearray()
        self._upload: dict[str, str] | None = None
        self._done: list[dict[str, Any]] = []
        self._finished = False

    async def add(self, chunk: bytes) -> None:
        """Take what comes next, and send a part when there is one."""
        self._held += chunk
        while len(self._held) >= PART:
            await self._send(bytes(self._held[:PART]))
            del self._held[:PART]

    async def finish(self) -> None:
        """Send the rest; the object is there when this returns."""
        if self._upload is None:
            await self._client.put_object(**self._where, Body=bytes(self._held))
        else:
            if self._held:
                await self._send(bytes(self._held))
            await self._client.complete_multipart_upload(
                **self._where, **self._upload, MultipartUpload={"Parts": self._done}
            )
        self._finished = True

    async def discard(self) -> None:
        """Leave nothing of it, unless it was finished. What cannot be aborted, the bucket's rule ends."""
        if self._upload is not None and not self._finished:
            with suppress(ClientError, BotoCoreError):
                await self._client.abort_multipart_upload(**self._where, **self._upload)

    async def _send(self, part: bytes) -> None:
        if self._upload is None:
            begun = await self._client.create_multipart_upload(**self._where)
            self._upload = {"UploadId": begun["UploadId"]}
        number = len(self._done) + 1
        sent = await self._client.upload_part(**self._where, **self._upload, PartNumber=number, Body=part)
        self._done.append({"PartNumber": number, "ETag": sent["ETag"]})

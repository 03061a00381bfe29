"""Objects in S3. Conditions are S3's own: If-Match and If-None-Match of PutObject."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from shared.adapters.aws.calls import unavailable
from shared.blobs.ports import Blob, PreconditionFailed
from shared.blobs.segments import segments_of, split_prefix

_MISSING = frozenset({"NoSuchKey", "404"})
_REFUSED = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})


class S3Blobs:
    """`shared.blobs.ports.Blobs`."""

    def __init__(self, client: Any, bucket: str) -> None:  # noqa: ANN401 - aiobotocore makes its clients at run time
        self._client = client
        self._bucket = bucket

    async def get(self, key: str) -> Blob | None:
        """The object, or None."""
        segments_of(key)
        try:
            found = await self._client.get_object(Bucket=self._bucket, Key=key)
            async with found["Body"] as body:
                return Blob(await body.read(), found["ETag"])
        except ClientError as error:
            if _code(error) in _MISSING:
                return None
            raise unavailable(error, f"The bucket {self._bucket}") from error
        except BotoCoreError as error:
            raise unavailable(error, f"The bucket {self._bucket}") from error

    async def put(self, key: str, body: bytes, *, if_match: str | None = None, if_absent: bool = False) -> str:
        """Write an object whole or not at all; its new etag.

        Raises:
            PreconditionFailed: `if_match` is not its etag, or `if_absent` and it is there.
        """
        segments_of(key)
        conditions = {"IfMatch": if_match} if if_match is not None else {"IfNoneMatch": "*"} if if_absent else {}
        try:
            written = await self._client.put_object(Bucket=self._bucket, Key=key, Body=body, **conditions)
        except ClientError as error:
            if conditions and _code(error) in _REFUSED | _MISSING:  # If-Match on what is not there is a 404
                raise PreconditionFailed(f"{key} is not what the writer thought") from error
            raise unavailable(error, f"The bucket {self._bucket}") from error
        except BotoCoreError as error:
            raise unavailable(error, f"The bucket {self._bucket}") from error
        return written["ETag"]

    async def delete(self, key: str) -> None:
        """Remove an object. May be repeated."""
        segments_of(key)
        try:
            await self._client.delete_object(Bucket=self._bucket, Key=key)
        except (ClientError, BotoCoreError) as error:
            raise unavailable(error, f"The bucket {self._bucket}") from error

    async def list(self, prefix: str) -> list[str]:
        """Keys that begin with the prefix, sorted."""
        split_prefix(prefix)
        keys: list[str] = []
        try:
            page, more = {"IsTruncated": True}, dict[str, str]()
            while page["IsTruncated"]:
                page = await self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix, **more)
                keys.extend(found["Key"] for found in page.get("Contents", []))
                more = {"ContinuationToken": page.get("NextContinuationToken", "")}
        except (ClientError, BotoCoreError) as error:
            raise unavailable(error, f"The bucket {self._bucket}") from error
        return sorted(keys)


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")

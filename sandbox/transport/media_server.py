"""The HTTP side of the media hosts: uploads by hash, downloads by the path an upload was answered with.

Facts: docs/sandbox.md#media, as run with neonize 0.5.2 and Baileys 7.0.0-rc14.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from itertools import repeat
from typing import Final

from aiohttp import web

from sandbox.connections.network import Network
from sandbox.media.media_file import MediaFile, parse_token
from sandbox.media.upload import TooLargeError, Upload
from sandbox.observed.faults import Fault
from sandbox.observed.journal import MediaRequest

UPLOAD_TYPES: Final = frozenset({
    "image", "video", "audio", "document", "sticker-pack", "thumbnail-link", "md-msg-hist", "md-app-state",
})  # fmt: skip
_PLAIN_TYPES: Final = frozenset(f"newsletter-{type_}" for type_ in ("image", "video", "audio", "document", "sticker"))
_CHUNK: Final = 1 << 16
_BLOCK: Final = 16  # AES
_MAC: Final = 10  # bytes behind the ciphertext
_LOOK_EVERY: Final = 0.1  # seconds: whether a client that gets no answer is still there


class _Refusal(Exception):  # noqa: N818 - an answer, not a fault of ours
    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def add_media_routes(application: web.Application, network: Network) -> None:
    """Serve the files of a network's media store."""
    server = _MediaServer(network)
    application.on_shutdown.append(server.stop)
    router = application.router
    router.add_post("/mms/{type}/{token}", server.upload)
    router.add_delete("/mms/{type}/{token}", server.delete)
    router.add_post("/newsletter/{type}/{token}", server.upload)
    router.add_get("/v/t62.7118-24/{token}", server.download)
    router.add_get("/m1/v/t24/{token}", server.download)


class _MediaServer:
    def __init__(self, network: Network) -> None:
        self._network = network
        self._stopping = asyncio.Event()

    async def stop(self, _application: web.Application) -> None:
        """Let those go who wait for an answer that never comes, so that they do not hold up the server's end."""
        self._stopping.set()

    async def upload(self, request: web.Request) -> web.StreamResponse:
        entry = self._note(request, "upload")
        try:
            uploader = self._uploader(request)
            entry.number, entry.device = uploader
            if fault := self._network.faults.strike("upload", *uploader):
                return await self._spoilt_upload(request, entry, fault)
            file = await self._received(request, uploader)
        except _Refusal as refusal:
            return _refused(entry, refusal.status, str(refusal))
        entry.status, entry.size = 200, file.size
        path = self._network.permits.direct_path(file.token, newsletter=file.type in _PLAIN_TYPES)
        return web.json_response(
            {
                "url": f"https://{request.host}{path}&mms3=true",
                "direct_path": path,
                "handle": file.token,
                "object_id": file.token[:15],
            }
        )

    async def download(self, request: web.Request) -> web.StreamResponse:
        entry = self._note(request, "download")
        try:
            file = self._asked_for(request)
        except _Refusal as refusal:
            return _refused(entry, refusal.status, str(refusal))
        entry.type, entry.size, entry.number, entry.device = file.type, file.size, file.number, file.device
        self._network.media.downloaded(file)
        if fault := self._network.faults.strike("download", file.number, file.device):
            return await self._spoilt_download(request, entry, file, fault)
        entry.status = 200
        return web.FileResponse(
            self._network.media.path(file), _CHUNK, headers={"Content-Type": "application/octet-stream"}
        )

    async def delete(self, request: web.Request) -> web.StreamResponse:
        entry = self._note(request, "delete")
        try:
            entry.number, entry.device = self._uploader(request)
        except _Refusal as refusal:
            return _refused(entry, refusal.status, str(refusal))
        self._network.media.delete(entry.id)
        entry.status = 200
        return web.json_response({})

    def _note(self, request: web.Request, what: str) -> MediaRequest:
        match = request.match_info
        token = parse_token(match["token"])
        return self._network.journal.media_request(what, request.host, match.get("type", ""), token or match["token"])

    def _uploader(self, request: web.Request) -> tuple[str, int]:
        """Check what an upload or a deletion says of itself in its address; return whose it is."""
        type_, token = request.match_info["type"], parse_token(request.match_info["token"])
        if type_ not in (_PLAIN_TYPES if request.path.startswith("/newsletter/") else UPLOAD_TYPES):
            raise _Refusal(404, f"there is no type {type_}")
        if token is None or parse_token(request.query.get("token", "")) != token:
            raise _Refusal(400, "the token in the path and in the query is one and the same, 32 bytes in base64")
        uploader = self._network.permits.uploader(request.query.get("auth", ""))
        if uploader is None:
            raise _Refusal(401, "auth is not of this server, or over")
        account = self._network.directory.find(uploader[0])
        if account is None or uploader[1] not in account.devices:
            raise _Refusal(403, "auth is of a device that is no longer linked")
        return uploader

    async def _received(self, request: web.Request, uploader: tuple[str, int]) -> MediaFile:
        limit = self._network.settings.media_file_bytes
        if request.content_length is None:
            raise _Refusal(411, "an upload says its Content-Length")
        if request.content_length > limit:
            raise _Refusal(413, f"a file has at most {limit} bytes")
        upload = self._network.media.begin_upload(limit)
        try:
            async for data in request.content.iter_chunked(_CHUNK):
                upload.write(data)
            upload.close()
            _check(upload, request)
            return self._network.media.keep(upload, request.match_info["type"], uploader)
        except TooLargeError as error:
            raise _Refusal(413, f"a file has at most {limit} bytes") from error
        finally:
            upload.discard()

    def _asked_for(self, request: web.Request) -> MediaFile:
        token = parse_token(request.match_info["token"])
        if token is None or not self._network.permits.allows(token, request.query):
            raise _Refusal(403, "this path was never handed out, or is over")
        if "hash" in request.query and parse_token(request.query["hash"]) != token:
            raise _Refusal(400, "hash is that of another file")
        file = self._network.media.find(token)
        if file is None:
            raise _Refusal(404, "there is no such file")
        if file.is_expired:
            raise _Refusal(410, "the file was here and is gone")
        return file

    async def _spoilt_upload(self, request: web.Request, entry: MediaRequest, fault: Fault) -> web.StreamResponse:
        entry.fault = fault.mode
        if fault.mode == "refuse":
            return _refused(entry, fault.code, "fault upload", fault)
        async for data in request.content.iter_chunked(_CHUNK):
            entry.size += len(data)
        if fault.mode == "hang":
            await self._until_it_leaves(request)
        return _cut(request)

    async def _spoilt_download(
        self, request: web.Request, entry: MediaRequest, file: MediaFile, fault: Fault
    ) -> web.StreamResponse:
        entry.fault = fault.mode
        if fault.mode == "refuse":
            return _refused(entry, fault.code, "fault download", fault)
        if fault.mode == "hang":
            await self._until_it_leaves(request)
            return _cut(request)
        entry.status = 200
        data = bytearray(await asyncio.to_thread(self._network.media.path(file).read_bytes))
        if fault.mode == "corrupt":
            data[len(data) // 2] ^= 1
        elif fault.mode == "short":
            del data[len(data) // 2 :]
        if fault.mode in ("corrupt", "short"):
            return web.Response(body=bytes(data), content_type="application/octet-stream")
        response = web.StreamResponse()
        if fault.mode != "endless":
            response.content_length = len(data)
        await response.prepare(request)
        if fault.mode == "cut":
            await response.write(bytes(data[: len(data) // 2]))
        else:
            await self._go_on(response, bytes(data), fault)
        return response if fault.mode == "slow" else _cut(request, response)

    async def _go_on(self, response: web.StreamResponse, data: bytes, fault: Fault) -> None:
        """Send a byte now and then, or the file and more of it for ever, until the client leaves."""
        pieces = (bytes((byte,)) for byte in data) if fault.mode == "slow" else repeat(data)
        pause = fault.milliseconds / 1000
        with suppress(ConnectionError):
            for piece in pieces:
                await response.write(piece)
                if await self._is_stopping(pause):
                    return

    async def _is_stopping(self, within: float) -> bool:
        try:
            async with asyncio.timeout(within):
                await self._stopping.wait()
        except TimeoutError:
            return False
        return True

    async def _until_it_leaves(self, request: web.Request) -> None:
        # No event tells of a client that left: it is looked for.
        while request.transport is not None and not request.transport.is_closing():
            if await self._is_stopping(_LOOK_EVERY):
                return


def _check(upload: Upload, request: web.Request) -> None:
    if upload.token != parse_token(request.match_info["token"]):
        raise _Refusal(400, "the token is not the SHA-256 of the body")
    is_encrypted = request.match_info["type"] not in _PLAIN_TYPES
    if is_encrypted and (upload.size <= _MAC or (upload.size - _MAC) % _BLOCK):
        raise _Refusal(400, "the body is no whole blocks of AES with 10 bytes behind")


def _refused(entry: MediaRequest, status: int, words: str, fault: Fault | None = None) -> web.Response:
    entry.status, entry.error = status, words
    headers = {"Retry-After": str(fault.retry_after)} if fault and fault.retry_after else {}
    return web.json_response({"error": words}, status=status, headers=headers)


def _cut(request: web.Request, begun: web.StreamResponse | None = None) -> web.StreamResponse:
    """Drop the connection; what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return begun or web.Response()

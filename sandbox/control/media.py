"""Routes of the media servers' files: what is there, what was asked for, and making one go."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from aiohttp import web
from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, field_validator

from sandbox.connections.network import Network
from sandbox.control.errors import ControlError, body, number_parameter
from sandbox.media.media_file import MediaFile, parse_token
from sandbox.media.phone_copies import PhoneCopy
from sandbox.observed.journal import MediaRequest
from sandbox.state.accounts import parse_number

_KEY_SIZE: Final = 32
_DEFAULT_LIMIT: Final = 100_000


class NewPhoneCopy(BaseModel):
    """That phones still have a message's file; `mediaKey`, 32 bytes in base64, is in the message."""

    model_config = ConfigDict(extra="forbid")
    message_id: str = Field(alias="messageId", min_length=1, max_length=128)
    media_key: Base64Bytes = Field(alias="mediaKey")

    @field_validator("media_key")
    @classmethod
    def _is_a_key(cls, key: bytes) -> bytes:
        if len(key) != _KEY_SIZE:
            raise ValueError(f"a key has {_KEY_SIZE} bytes, not {len(key)}")
        return key


def routes(network: Network) -> web.RouteTableDef:
    """Return the routes of media."""
    table = web.RouteTableDef()

    @table.get("/media")
    async def everything(request: web.Request) -> web.Response:
        number = request.query.get("number")
        wanted = parse_number(number) if number else None
        files = [file for file in network.media.all() if wanted in (None, file.number)]
        described = [_described(network, file) for file in files]
        return web.json_response({"files": described, "bytes": sum(file.size for file in files)})

    @table.get("/media/requests")
    async def requests(request: web.Request) -> web.Response:
        after, limit = (
            int(number_parameter(request, name, default)) for name, default in (("after", 0), ("limit", _DEFAULT_LIMIT))
        )
        if limit < 0 or after < 0:
            raise ControlError(400, "limit and after cannot be negative")
        log, token = network.journal.media, request.query.get("token")
        entries = log.after(after) if token is None else log.by_id(parse_token(token) or token)
        page = list(islice(entries, limit))
        next_ = page[-1].sequence if page else after
        return web.json_response({"requests": [_request(entry) for entry in page], "next": next_})

    @table.get("/media/{token}")
    async def one(request: web.Request) -> web.Response:
        return web.json_response(_described(network, _file(request, network)))

    @table.post("/media/{token}/expire")
    async def expire(request: web.Request) -> web.Response:
        file = _file(request, network)
        network.media.expire(file)
        return web.json_response(_described(network, file))

    @table.post("/media/{token}/phone-copy")
    async def keep_on_phones(request: web.Request) -> web.Response:
        file = _file(request, network)
        wanted = await body(request, NewPhoneCopy)
        network.phone_copies.add(wanted.message_id, PhoneCopy(wanted.media_key, file.token))
        return web.json_response(_described(network, file), status=201)

    @table.delete("/media/{token}")
    async def delete(request: web.Request) -> web.Response:
        network.media.delete(_file(request, network).token)
        return web.json_response({"deleted": 1})

    @table.delete("/media")
    async def clear(_request: web.Request) -> web.Response:
        deleted = sum(network.media.delete(file.token) for file in network.media.all())
        return web.json_response({"deleted": deleted})

    return table


def _file(request: web.Request, network: Network) -> MediaFile:
    token = request.match_info["token"]
    file = network.media.find(parse_token(token) or "")
    if file is None:
        raise ControlError(404, f"there is no file {token}")
    return file


def _described(network: Network, file: MediaFile) -> dict[str, Any]:
    return {
        "token": file.token,
        "type": file.type,
        "size": file.size,
        "number": file.number,
        "device": file.device,
        "stored": file.stored,
        "expired": file.is_expired,
        "downloads": file.downloads,
        "directPath": network.permits.direct_path(file.token, newsletter=file.type.startswith("newsletter-")),
    }


def _request(entry: MediaRequest) -> dict[str, Any]:
    return {
        "sequence": entry.sequence,
        "what": entry.what,
        "token": entry.id,
        "host": entry.host,
        "type": entry.type,
        "time": entry.time,
        "number": entry.number,
        "device": entry.device,
        "size": entry.size,
        "status": entry.status,
        "fault": entry.fault,
        "error": entry.error,
    }

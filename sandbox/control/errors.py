"""Refusals as JSON, and reading what a request says."""

from __future__ import annotations

import json
import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from sandbox.connections.network import Network
from sandbox.control.contacts_port import ContactsError
from sandbox.groups.errors import GroupError
from sandbox.phones.phones import PairingError
from sandbox.state.accounts import Account, NumberError, parse_number

_Model = TypeVar("_Model", bound=BaseModel)


class ControlError(Exception):
    """A request that cannot be served; `status` is the HTTP status that says why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@web.middleware
async def errors_as_json(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer every refusal as `{"error": …}` with its status."""
    try:
        return await handler(request)
    except (ControlError, PairingError) as error:
        return web.json_response({"error": str(error)}, status=error.status)
    except GroupError as error:
        return web.json_response({"error": error.text, "code": error.code}, status=409)
    except NumberError as error:
        return web.json_response({"error": str(error)}, status=400)
    except ContactsError as error:
        return web.json_response({"error": str(error)}, status=409)
    except web.HTTPException as error:
        return web.json_response({"error": error.reason}, status=error.status, headers=_allow(error))


def _allow(error: web.HTTPException) -> dict[str, str]:
    return {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}


async def body(request: web.Request, model: type[_Model]) -> _Model:
    """Return the request's JSON as a `model`.

    Raises:
        ControlError: It is no JSON, or not what the model takes (400).
    """
    try:
        value = json.loads(await request.read() or b"{}")
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair would fail later, on its way out
        return model.model_validate(value)
    except json.JSONDecodeError as error:
        raise ControlError(400, f"the body is no JSON: {error}") from error
    except (UnicodeError, RecursionError) as error:
        raise ControlError(400, "the body is no JSON in Unicode") from error
    except ValidationError as error:
        words = "; ".join(
            f"{'.'.join(str(part) for part in item['loc']) or 'body'}: {item['msg']}" for item in error.errors()
        )
        raise ControlError(400, words) from error


def account_of(request: web.Request, network: Network) -> Account:
    """Return the account whose number stands in the path.

    Raises:
        ControlError: Nobody has this number (404).
        NumberError: It is no number.
    """
    number = parse_number(request.match_info["number"])
    account = network.directory.find(number)
    if account is None:
        raise ControlError(404, f"nobody here has the number {number}")
    return account


def number_parameter(request: web.Request, name: str, default: float) -> float:
    """Return a numeric query parameter.

    Raises:
        ControlError: It is not a number (400).
    """
    text = request.query.get(name)
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError as error:
        raise ControlError(400, f"{name} must be a number, not {text!r}") from error
    if not math.isfinite(value):
        raise ControlError(400, f"{name} must be a finite number")
    return value

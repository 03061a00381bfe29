"""What an answer is: what was asked for, or an exception."""

from __future__ import annotations

import json
from typing import Any

import httpx

from wagate_client.calls import Call
from wagate_client.generated.codes import BY_CODE
from wagate_client.problems import GatewayUnreachable, WagateError

_KNOWN = {"success", "code", "error", "requestId"}


def content_of(call: Call, answer: httpx.Response) -> Any:
    """What a successful answer has in it: bytes, or what its JSON says."""
    return answer.content if call.answers_bytes else json.loads(answer.content)


def problem(call: Call, answer: httpx.Response) -> WagateError:
    """The exception that an answer which is no success is raised as."""
    told = _object(answer.content)
    code = told.get("code") or f"HTTP_{answer.status_code}"
    return BY_CODE.get(code, WagateError)(
        code,
        answer.status_code,
        told.get("error") or f"What answered is no gateway: {answer.reason_phrase}",
        request_id=told.get("requestId") or answer.headers.get("X-Request-Id"),
        retry_after=retry_after(answer),
        idempotency_key=call.idempotency_key,
        fields={name: value for name, value in told.items() if name not in _KNOWN},
    )


def unreachable(call: Call, error: httpx.TransportError) -> GatewayUnreachable:
    """The exception that is raised when there is no answer."""
    words = f"No answer to {call.method} {call.path}: {str(error) or type(error).__name__}"
    return GatewayUnreachable("GATEWAY_UNREACHABLE", 0, words, idempotency_key=call.idempotency_key)


def retry_after(answer: httpx.Response) -> float | None:
    """Seconds that the answer says; None when it says none, or a date."""
    said = answer.headers.get("Retry-After", "")
    return float(said) if said.isdecimal() else None


def _object(content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}

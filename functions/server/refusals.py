"""An error as the bytes of a whole HTTP answer, for a connection on which there is no request to answer."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from functions.http.problems import told
from shared.errors import WagateError
from shared.ids import new_request_id


def refusal(error: WagateError) -> bytes:
    """The answer, after which the connection is closed."""
    request_id = new_request_id()
    status, fields, content = told(error, request_id)
    headers = {
        "content-type": "application/json",
        "content-length": str(len(content)),
        "connection": "close",
        "x-request-id": request_id,
        **fields,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return STATUS_LINE[status] + lines.encode() + b"\r\n" + content

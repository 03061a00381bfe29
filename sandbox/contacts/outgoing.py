"""Reads what the control API wants a contact to send."""

from __future__ import annotations

from typing import Any

from google.protobuf.json_format import ParseDict, ParseError
from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import Message

from sandbox.contacts.errors import MalformedRequestError


def parse_message(message: dict[str, Any]) -> Message:
    """Return the protobuf of its JSON: names as in the protobuf, bytes in base64, numbers of 64 bits as text or number.

    Raises:
        MalformedRequestError: It has a field that the protobuf doesn't, or a value of another type.
    """
    try:
        return ParseDict(message, Message())
    except ParseError as error:
        raise MalformedRequestError(f"message: {error}") from error

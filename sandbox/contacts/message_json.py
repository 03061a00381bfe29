"""Messages as the control API has them: protobuf's JSON, of what a contact is to send and of what it received."""

from __future__ import annotations

from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
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


def shown(message: Message) -> dict[str, Any]:
    """Return the JSON of a message's protobuf, whatever its kind, without the secret that comes with it."""
    content = Message()
    content.CopyFrom(message)
    content.ClearField("messageContextInfo")
    return MessageToDict(content, preserving_proto_field_name=True)

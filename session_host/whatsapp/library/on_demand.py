"""Classes of protobufs that are made when they are first asked for.

What protoc writes makes a class of every message when it is imported: well over a thousand of WhatsApp's and the
library's own, of which a session that sends and receives uses some fifty.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from shared.hidden import empty

with empty("google.protobuf.internal.python_message"):  # protobufs in Python, which those in C do without
    from google.protobuf.internal import builder

# isort: split

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message_factory import GetMessageClass


@contextmanager
def classes_on_demand() -> Generator[None]:
    """Import modules of protobufs without their classes: each makes those that it is asked for."""
    at_once = builder.BuildTopDescriptorsAndMessages
    builder.BuildTopDescriptorsAndMessages = _later
    try:
        yield
    finally:
        builder.BuildTopDescriptorsAndMessages = at_once


def _later(file: Any, _: str, module: dict[str, Any]) -> None:  # noqa: ANN401 - protobuf's
    """Of this file, into this module. The module has all descriptors, and a descriptor keeps the class made of it."""

    def make(name: str) -> Any:  # noqa: ANN401 - a class, an enum, a number
        module[name] = made = _made(file, name)
        return made

    module["__getattr__"] = make


def _made(file: Any, name: str) -> Any:  # noqa: ANN401 - as above
    message, enum = file.message_types_by_name.get(name), file.enum_types_by_name.get(name)
    if message is not None:
        return GetMessageClass(message)
    if enum is not None:
        return EnumTypeWrapper(enum)
    for each in file.enum_types_by_name.values():
        value = each.values_by_name.get(name)
        if value is not None:
            return value.number
    raise AttributeError(f"{file.name} declares no {name}")

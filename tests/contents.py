"""Examples made from what is declared: of each kind of message, command and reply, also of those to come."""

from __future__ import annotations

from itertools import cycle, islice
from typing import Any, Literal, TypeVar, get_args, get_origin

from shared.contracts.content.album import Album
from shared.contracts.content.file import File, WithFile
from shared.contracts.content.kind import AboutMessage, Content
from shared.contracts.contents import CONTENTS
from shared.discreet import Discreet

M = TypeVar("M", bound=Discreet)

_REQUIRED: dict[Any, Any] = {
    str: "628111111111@s.whatsapp.net",
    int: 1,
    bool: True,
    bytes: b"x",
    tuple[str, ...]: ("3EB0",),
}
_VALUES: dict[Any, Any] = {
    str: "Halo",
    float: 1.5,
    int: 1,
    bool: True,
    File: File(media_id="med_1", mimetype="image/jpeg", size=3, sha256="0" * 64, file_name="Halo.jpg"),
}


def example(kind: type[Content]) -> Content:
    """One with every field; the kind's own example where made up values would not do."""
    extra = kind.model_config.get("json_schema_extra")
    if isinstance(extra, dict):
        return kind.model_validate(extra["examples"][0])
    fields = {name: field.annotation for name, field in kind.model_fields.items() if name != "type"}
    return kind.model_validate({name: _value(type_) for name, type_ in fields.items()})


def _value(type_: Any) -> Any:
    if get_origin(type_) is tuple:
        return [_value(get_args(type_)[0])] * 2
    return _value(get_args(type_)[0]) if get_args(type_) else _VALUES[type_]


def least(model: type[M]) -> M:
    """Of a command or a reply, with the fields that it cannot do without."""
    required = {name: field for name, field in model.model_fields.items() if field.is_required()}
    return model(**{name: _least(field.annotation) for name, field in required.items()})


def _least(type_: Any) -> Any:
    if get_origin(type_) is Literal:
        return get_args(type_)[0]
    if get_origin(type_) is dict:
        return dict([tuple(map(_least, get_args(type_)))])
    return least(type_) if isinstance(type_, type) and issubclass(type_, Discreet) else _REQUIRED[type_]


EXAMPLES = [example(kind) for kind in CONTENTS.values() if not issubclass(kind, WithFile | Album | AboutMessage)]
"""Of the kinds that can be sent as they are; a file has to be somewhere first, and what is said about a message needs
one."""


def in_turns(count: int) -> list[Content]:
    """So many messages, of all kinds in turns."""
    return list(islice(cycle(EXAMPLES), count))

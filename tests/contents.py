"""A message of every kind that can be sent, made from what each kind declares: a new kind is in every test of them."""

from __future__ import annotations

from itertools import cycle, islice
from typing import Any, get_args, get_origin

from shared.contracts.content.kind import Content
from shared.contracts.contents import CONTENTS

_VALUES: dict[Any, Any] = {str: "Halo", float: 1.5, int: 1, bool: True}


def example(kind: type[Content]) -> Content:
    """One with every field."""
    fields = {name: field.annotation for name, field in kind.model_fields.items() if name != "type"}
    return kind.model_validate({name: _value(type_) for name, type_ in fields.items()})


def _value(type_: Any) -> Any:
    if get_origin(type_) is tuple:
        return [_value(get_args(type_)[0])] * 2
    return _value(get_args(type_)[0]) if get_args(type_) else _VALUES[type_]


EXAMPLES = [example(kind) for kind in CONTENTS.values()]


def in_turns(count: int) -> list[Content]:
    """So many messages, of all kinds in turns."""
    return list(islice(cycle(EXAMPLES), count))

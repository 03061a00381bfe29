"""A message of every kind that can be sent, made from what each kind declares: a new kind is in every test of them."""

from __future__ import annotations

from itertools import cycle, islice
from typing import Any, get_args

from shared.contracts.content.kind import Content
from shared.contracts.contents import CONTENTS

_VALUES: dict[Any, Any] = {str: "Halo", float: 1.5, int: 1, bool: True}


def example(kind: type[Content]) -> Content:
    """One with every field."""
    fields = {name: field.annotation for name, field in kind.model_fields.items() if name != "type"}
    return kind.model_validate({name: _VALUES[(get_args(type_) or (type_,))[0]] for name, type_ in fields.items()})


EXAMPLES = [example(kind) for kind in CONTENTS.values()]


def in_turns(count: int) -> list[Content]:
    """So many messages, of all kinds in turns."""
    return list(islice(cycle(EXAMPLES), count))

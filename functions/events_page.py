"""docs/events.md, made from what is declared of each event: `make generated`."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from shared.contracts.shown import Shown
from shared.events.cursor import Cursor, written
from shared.events.declaring import Declared, catalogue
from shared.events.parts import place_of
from shared.events.telling import outer
from shared.ids import event_id

_HEAD = """# Events

Generated from `shared/events/catalogue/`, edit it there, by `make generated`.

What happens in the sessions of a key goes into one log, in order, and stays there for `WAGATE_EVENTS_MAX_AGE` (7 days).
There are several ways to read it, and none of them loses or doubles anything:

| | |
|---|---|
| `GET /api/events?after=CURSOR` | a page; with `wait` it comes as soon as there is something. Also on AWS Lambda |
| `GET /api/events/stream` | server-sent events |
| `GET /api/events/ws` | a WebSocket, where events may be acknowledged |
| `wagate events tail` | a terminal, or a program that reads lines |
| [webhooks](webhooks.md) | each event is posted to an address of yours, until it is taken |

Who keeps the `cursor` of the last event that was dealt with, and goes on from there, has dealt with every event: after
a restart of its own, of the gateway or of NATS. A cursor from before the oldest event that is kept is answered with
`410 EVENTS_GONE` and the cursor to go on from. A key sees its own events only, and its cursors are good for it alone.

Every event has this form, and `id` is always the same for the same event:

```json
%s
```

`timestamp` is when the gateway saw it. The events of one session stand in the order in which they came; after a session
moved to another host, the last ones from before may stand behind the first ones from after. `sessionId` is the name
that the session has now, `metadata` what its settings say is to go with every event. The events of a session that is
deleted are deleted. What is of the key itself (`key.*`, `webhook.*`) has the `sessionId` null, and who asks for the
events of one session does not get it.
Fields that do not apply are left out, and later versions may add some.

What a send of the API becomes is answered by the send itself and by `GET /api/messages/{id}`, and told as
`message.sent`, `message.failed`, `message.expired` or `message.unknown`: within two seconds, through any end of a
process ([ADR 66](adr/0066-outcomes-are-told-from-marks.md)). One that comes while no host holds the session waits for
the next that does. Who got it and read it comes as `message.ack`.

"""
_AT = 1_795_953_600_123


def page() -> str:
    """The page's text."""
    first = catalogue()["message.received"]
    table = "| type | |\n|---|---|\n" + "".join(
        f"| [`{name}`](#{_anchor(name)}) | {declared.when} |\n" for name, declared in catalogue().items()
    )
    return _HEAD % _example(first) + table + "".join(map(_section, catalogue().values()))


def _anchor(name: str) -> str:
    return name.replace(".", "")


def _example(declared: Declared) -> str:
    cursor = written(Cursor(_AT - 86_400_000, place_of(1_042), _AT), "key_of_the_example")
    told = declared.of(declared.example)
    body = outer(event_id(_AT, f"{declared.type} 1"), told, _AT, "default", {"customer": 17}, cursor)
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False)


def _section(declared: Declared) -> str:
    data = json.dumps(json.loads(declared.example.model_dump_json()), indent=2, ensure_ascii=False)
    fields = "".join(_fields(type(declared.example)))
    return f"\n## {declared.type}\n\n{declared.when}\n\n```json\n{data}\n```\n\n{fields}"


def _fields(model: type[BaseModel]) -> Iterator[str]:
    if issubclass(model, Shown):
        yield "`data` is the message as the inbox has it ([Shapes](http-api.md#get-apiincoming-messages)), and:\n\n"
    said = _docstrings(model)
    yield "| `data` | |\n|---|---|\n"
    for name, field in model.model_fields.items():
        if issubclass(model, Shown) and name not in said:
            continue
        words = ["" if field.is_required() else "may be missing", said.get(name, "").rstrip(".").replace("\n", " ")]
        yield f"| `{field.serialization_alias or name}` | {'. '.join(word for word in words if word)} |\n"


def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """What stands below each field in the code."""
    (made,) = ast.parse(inspect.getsource(model)).body
    found: dict[str, str] = {}
    for field, words in pairwise(made.body if isinstance(made, ast.ClassDef) else ()):
        match field, words:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str() as text)):
                found[name] = inspect.cleandoc(text)
            case _:
                pass
    return found


def updated(_: Any) -> str:  # noqa: ANN401 - as the other pages
    """The page, whatever it was."""
    return page()

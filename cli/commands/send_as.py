"""`wagate send-as`: a command for each kind of message that is not one file, made of what the kind consists of."""

from __future__ import annotations

import inspect
import json
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

import rich_click as click
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo

from cli.commands.sending import Sending, path_of, sending_options
from cli.gateway.uploading import source
from cli.program.command import WagateCommand, WagateGroup
from shared.contracts.content.album import Album
from shared.contracts.content.choices import Pictured
from shared.contracts.content.file import WithFile
from shared.contracts.content.kind import AboutMessage, Content
from shared.contracts.content.text import Text
from shared.contracts.contents import CONTENTS

_TYPES: dict[Any, Any] = {str: click.STRING, int: click.INT, float: click.FLOAT, bool: click.BOOL}
_FILES = "FILE: files on this machine, http(s) addresses, or ids of uploads, in order."


class _Json(click.ParamType):  # pyright: ignore[reportMissingTypeArgument] - generic in click's types only
    """What is more than one value."""

    name = "json"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - click's
        try:
            return json.loads(value)
        except ValueError as error:
            self.fail(f"it is not JSON: {error}", param, ctx)


def _option(name: str, field: FieldInfo) -> click.Option:
    type_ = _TYPES.get(_type_of(field.annotation), _Json())
    is_flag = field.annotation is bool and not field.is_required()
    return click.Option(
        [f"--{name.replace('_', '-')}"],
        type=None if is_flag else type_,
        is_flag=is_flag,
        required=field.is_required(),
        default=False if is_flag else None,
        help=field.description,
    )


def _type_of(annotation: Any) -> Any:  # noqa: ANN401 - a type
    """Of `str | None`, or with limits around it: `str`; of what has several values: what no option of one takes."""
    several = [each for each in get_args(annotation) if each is not NoneType]
    if get_origin(annotation) is Annotated or (several and len(several) < len(get_args(annotation))):
        return _type_of(several[0])
    return annotation


def _album(name: str, kind: type[Content]) -> click.Command:
    @click.command(name, cls=WagateCommand, help=f"{inspect.getdoc(kind)}\n\n{_FILES}")
    @click.argument("number")
    @click.argument("file", nargs=-1, required=True)
    @click.option("--caption", help="Text below the first file.")
    @sending_options
    def send(number: str, file: tuple[str, ...], caption: str | None, *, sending: Sending) -> None:
        items = [source(sending.gateway, "", each, None) for each in file]
        items[0] |= {"caption": caption} if caption else {}
        sending.send(path_of(name), {"number": number, "items": items})

    return send


def _command(name: str, kind: type[Content]) -> click.Command:
    fields = {field: info for field, info in kind.model_fields.items() if field not in {"type", "picture"}}

    @click.argument("number")
    @sending_options
    def send(number: str, *, sending: Sending, image: str | None = None, **given: Any) -> None:  # noqa: ANN401 - what the model says
        said = {to_camel(name): value for name in fields if (value := given[name]) is not None and value is not False}
        said |= {} if image is None else source(sending.gateway, "image", image, None)
        sending.send(path_of(name), {"number": number, **said})

    command = click.command(name.replace("_", "-"), cls=WagateCommand, help=inspect.getdoc(kind))(send)
    command.params[1:1] = [_option(field, info) for field, info in fields.items()]
    if issubclass(kind, Pictured):
        command.params.insert(1, click.Option(["--image"], metavar="FILE", help="A picture above it."))
    return command


@click.group("send-as", cls=WagateGroup)
def send_as() -> None:
    """Send a message that is neither a text nor a file, or react to, edit or delete one.

    The kinds are those of the routes that send, and the options of each are the fields of its route:
    `wagate send-as KIND --help`.
    """


@click.command(help=send_as.help)
@click.argument("kind")
@click.argument("number")
@sending_options
def any_kind(*_: object, **__: object) -> None:
    """What the commands of all kinds have, for the reference."""


for _name, _kind in CONTENTS.items():
    has_route = not issubclass(_kind, AboutMessage) or _kind.route is not None
    if has_route and not issubclass(_kind, Text | WithFile):
        send_as.add_command((_album if _kind is Album else _command)(_name, _kind))

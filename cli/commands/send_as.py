"""`wagate send-as`: a command for each kind of message but text, made of what the kind consists of."""

from __future__ import annotations

import inspect
import json
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

import rich_click as click
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo

from cli.commands.sending import Sending, sending_options
from cli.gateway.api import Gateway
from cli.gateway.uploading import upload
from cli.program.command import WagateCommand, WagateGroup
from shared.contracts.content.file import WithFile
from shared.contracts.content.kind import AboutMessage, Content
from shared.contracts.content.text import Text
from shared.contracts.contents import CONTENTS
from shared.ids import is_file_id

_TYPES: dict[Any, Any] = {str: click.STRING, int: click.INT, float: click.FLOAT, bool: click.BOOL}


_FILE = "FILE: a file of this machine, '-' (standard input), an http(s) address, or the id of an upload."


class _Json(click.ParamType):  # pyright: ignore[reportMissingTypeArgument] - generic in click's types only
    """What is more than one value."""

    name = "json"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - click's
        try:
            return json.loads(value)
        except ValueError as error:
            self.fail(f"it is not JSON: {error}", param, ctx)


def path_of(kind: str) -> str:
    """The route that sends a kind."""
    content = CONTENTS[kind]
    name = content.route if issubclass(content, AboutMessage) else f"send-{kind.replace('_', '-')}"
    return f"/api/{name}"


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


def _file_command(name: str, kind: type[Content]) -> click.Command:
    """Of a kind with a file: where that is comes after the number."""
    fields = {field: info for field, info in kind.model_fields.items() if field not in {"type", "file"}}

    @click.argument("number")
    @click.argument("file")
    @click.option("--file-name", help="What the file is called.  [default: as it is called here]")
    @sending_options
    def send(number: str, file: str, file_name: str | None, *, sending: Sending, **given: Any) -> None:  # noqa: ANN401 - what the model says
        said = {to_camel(field): given[field] for field in fields if given[field] not in {None, False}}
        said |= {"fileName": file_name} if file_name else {}
        said |= _source(sending.gateway, to_camel(name), file, file_name)
        sending.send(path_of(name), {"number": number, **said})

    words = f"{inspect.getdoc(kind)}\n\n{_FILE}"
    command = click.command(name.replace("_", "-"), cls=WagateCommand, help=words)(send)
    command.params[2:2] = [_option(field, info) for field, info in fields.items()]
    return command


def _source(gateway: Gateway, word: str, file: str, file_name: str | None) -> dict[str, Any]:
    """Where the gateway finds the file, once it is there."""
    if file.startswith(("http://", "https://")):
        return {f"{word}Url": file}
    return {"mediaId": file if is_file_id(file) else upload(gateway, file, file_name)}


def _command(name: str, kind: type[Content]) -> click.Command:
    fields = {field: info for field, info in kind.model_fields.items() if field != "type"}

    @click.argument("number")
    @sending_options
    def send(number: str, *, sending: Sending, **given: Any) -> None:  # noqa: ANN401 - what the model says
        said = {to_camel(field): given[field] for field in fields if given[field] not in {None, False}}
        sending.send(path_of(name), {"number": number, **said})

    command = click.command(name.replace("_", "-"), cls=WagateCommand, help=inspect.getdoc(kind))(send)
    command.params[1:1] = [_option(field, info) for field, info in fields.items()]
    return command


@click.group("send-as", cls=WagateGroup)
def send_as() -> None:
    """Send a message that is no text, or say something about another one.

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
    if _kind is not Text and not (issubclass(_kind, AboutMessage) and _kind.route is None):
        send_as.add_command((_file_command if issubclass(_kind, WithFile) else _command)(_name, _kind))

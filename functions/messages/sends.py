"""From a kind of content to the route that sends it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, cast, get_args, get_origin

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from pydantic import Strict, create_model

from functions.access.limits import Chats
from functions.guards import Scope
from functions.http.bodies import read, validate
from functions.http.forms import FORM
from functions.http.requests import HttpRequest
from functions.messages.asking import SEND_ERRORS, SEND_PARAMETERS, TARGET_ERRORS, send_content
from functions.messages.file_sends import FILE_ERRORS, FileBody, file_fields, form_of, send_file
from functions.messages.pictured_sends import PicturedBody, send_pictured
from functions.messages.previewed import send_text
from functions.messages.schemas import PendingAnswer, SendBody, SendNewBody, SendToBody, SentAnswer, TextBody
from functions.reference.described import Link
from functions.routing import Serve, route
from functions.uploads.sources import FileField, Source
from shared import errors
from shared.contracts.content.choices import Pictured
from shared.contracts.content.file import File, WithFile, WithFiles
from shared.contracts.content.kind import AboutMessage, Content

_NOT_IN_BODIES = frozenset({"type", "file", "picture"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of message."""

    path: str
    content: type[Content]
    words: str
    """What the route does, in a sentence."""
    body: type[SendBody] | None = None
    """Where it has other fields than the content."""
    errors: tuple[type[errors.WagateError], ...] = ()
    """That no other kind has."""

    chats: Chats = "checked"

    file: FileField | None = None
    """What it takes for its file, if it has one: then it is sent below /api/upload as well."""

    def routes(self) -> tuple[HTTPRouteHandler, ...]:
        """The routes that send it."""
        last = self.path.rpartition("/")[2]
        name = last.replace("-", "_")
        if self.file is None:
            return (self._declared(self.path, name),)
        return self._declared(self.path, name), self._declared(f"/api/upload/{last}", f"upload_and_{name}")

    def _declared(self, path: str, name: str) -> HTTPRouteHandler:
        body = self.body or body_of(self.content, self.file)
        serve = _sending_of(body, self.file)
        serve.__doc__, serve.__name__ = self.words, name
        return route(
            "POST",
            path,
            scope=Scope.MESSAGES_SEND,
            body=body,
            forms={} if self.file is None else {FORM: form_of(cast("type[FileBody]", body))},
            answers={200: SentAnswer, 202: PendingAnswer},
            parameters=SEND_PARAMETERS,
            errors=(
                *SEND_ERRORS,
                *(TARGET_ERRORS if issubclass(self.content, AboutMessage) else ()),
                *(FILE_ERRORS if issubclass(self.content, WithFiles) else ()),
                *self.errors,
            ),
            links=(Link("get_message", {"message_id": "id"}),),
            chats=self.chats,
        )(serve)


def _sending_of(body_type: type[SendBody], field: FileField | None) -> Serve:
    if field is not None:
        return _sending_file(body_type, field)
    if issubclass(body_type, PicturedBody):
        return _sending_pictured(body_type)
    return _sending_text(body_type) if issubclass(body_type, TextBody) else _sending(body_type)


def _sending_pictured(body_type: type[PicturedBody]) -> Serve:
    async def serve(request: HttpRequest) -> Response[bytes]:
        return await send_pictured(request, body_type)

    return serve


def _sending_text(body_type: type[TextBody]) -> Serve:
    async def serve(request: HttpRequest) -> Response[bytes]:
        return await send_text(request, await read(request, body_type))

    return serve


def _sending(body_type: type[SendBody]) -> Serve:
    async def serve(request: HttpRequest) -> Response[bytes]:
        body = await read(request, body_type)
        return await send_content(request, body, body.content())

    return serve


def _sending_file(body_type: type[SendBody], field: FileField) -> Serve:
    async def serve(request: HttpRequest) -> Response[bytes]:
        return await send_file(request, cast("type[FileBody]", body_type), field)

    return serve


@cache
def body_of(kind: type[Content], file: FileField | None = None) -> type[SendBody]:
    """A body with the fields of a kind of content, under the names that JSON has them by; for its file, where it is."""
    fields: dict[str, Any] = {
        name: (_read_leniently(field.annotation), field)
        for name, field in kind.model_fields.items()
        if name not in _NOT_IN_BODIES
    }

    class OfKind:  # no model of its own, of which one for each kind would be 40 more
        def content(self) -> Content:
            return validate(kind, {name: getattr(self, name) for name in fields})

    class OfFileKind:
        def source(self: Any) -> Source:
            word = file.word if file is not None else ""
            url, inside = getattr(self, f"{word}_url"), getattr(self, f"{word}_base64")
            return Source(url, inside, self.media_id, self.file_name, self.mimetype)

        def with_file(self, file: File) -> WithFile:
            values = {name: getattr(self, name) for name in fields}
            return cast("WithFile", validate(kind, values | {"file": file}))

    body = PicturedBody if issubclass(kind, Pictured) else SendToBody if issubclass(kind, AboutMessage) else SendNewBody
    bases, every = (OfKind, body), fields
    if file is not None:
        bases, every = (OfFileKind, FileBody, body), fields | file_fields(file)
    made = create_model(f"Send{kind.__name__}Body", __base__=cast("Any", bases), __doc__=kind.__doc__, **every)
    return cast("type[SendBody]", made)


def _read_leniently(annotation: Any) -> Any:  # noqa: ANN401 - a type
    """JSON has a list or an object for what a strict model would not take for a tuple or a part."""
    return Annotated[annotation, Strict(strict=False)] if _has_parts(annotation) else annotation


def _has_parts(annotation: Any) -> bool:  # noqa: ANN401 - a type
    """Whether there is a tuple in it."""
    return get_origin(annotation) is tuple or any(_has_parts(each) for each in get_args(annotation))

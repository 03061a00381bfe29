"""The OpenAPI 3.1 document, made from what the routes say of themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any, cast

from litestar import HttpMethod
from litestar.handlers import HTTPRouteHandler
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from functions.families import every_family
from functions.http.session_names import NAME_SCHEMA
from functions.reference.described import Description, Link, Parameter
from shared import errors
from shared.errors import WagateError

_SESSION = "name"
"""How paths call a session."""
_PARAMETER = re.compile(r"\{(\w+):\w+\}")
_KEY_ERRORS: dict[str, tuple[type[WagateError], ...]] = {
    "api": (
        errors.KeyMissing,
        errors.KeyInvalid,
        errors.KeyRevoked,
        errors.KeyExpired,
        errors.SecretReplaced,
        errors.AddressNotAllowed,
        errors.ScopeMissing,
        errors.SessionNotAllowed,
        errors.ChatNotAllowed,
        errors.RateExceeded,
        errors.TooManyRequests,
    ),
    "admin": (errors.AdminKeyMissing, errors.AdminKeyInvalid, errors.TooManyRequests),
    "none": (),
}
_ASKED_OF_THE_STORE = (errors.BadRequest, errors.StoreUnavailable)
"""Of every route with a key: a header that is there twice with different values, and a store that is away."""
_OF_BODIES = (errors.BodyTooLarge, errors.UnsupportedMediaType, errors.RequestTimeout, errors.Overloaded)
_BYTES = {"type": "string", "format": "binary"}
_WITH_BYTES = "The bytes"
"""What the words of an answer begin with that has some."""
_SECURITY: dict[str, list[dict[str, list[str]]]] = {
    "api": [{"apiKey": []}, {"bearer": []}],
    "admin": [{"adminKey": []}],
    "none": [],
}
_REQUEST_ID = {"X-Request-Id": {"description": "Give it when you report a problem.", "schema": {"type": "string"}}}
_RETRY_AFTER = {
    "Retry-After": {"description": "Seconds, when waiting helps.", "schema": {"type": "integer", "minimum": 1}}
}
_PROBLEM = {
    "type": "object",
    "required": ["success", "code", "error", "requestId"],
    "properties": {
        "success": {"const": False},
        "code": {
            "type": "string",
            "enum": sorted(errors.CATALOGUE),
            "x-codes": {
                code: {"status": error.status, "meaning": error.meaning, "remedy": error.remedy}
                for code, error in sorted(errors.CATALOGUE.items())
            },
        },
        "error": {"type": "string", "description": "What happened and what to do."},
        "requestId": {"type": "string"},
    },
}

Documented = tuple[str, str, HTTPRouteHandler, Description]


def documented() -> Iterator[Documented]:
    """Path (`/api/sessions/{name}`), method, handler and description of every route that callers use."""
    for family in every_family():
        for handler in family.routes:
            description = handler.opt.get("description")
            if description is not None:
                (method,) = handler.http_methods - {HttpMethod.HEAD}
                (path,) = handler.paths
                yield readable(path), method, handler, description


def readable(path: str) -> str:
    """A path as people write it: `/api/sessions/{name}`."""
    return _PARAMETER.sub(r"{\1}", path)


def document(version: str) -> dict[str, Any]:
    """The whole document."""
    routes = sorted(documented(), key=lambda route: (route[0], route[1]))
    models = {model for _, _, _, description in routes for model in _models(description)}
    ordered = sorted(models, key=lambda model: model.__name__)
    modes = [(model, "serialization" if _answers(model) else "validation") for model in ordered]
    _, schemas = models_json_schema(cast("Any", modes), by_alias=True, ref_template="#/components/schemas/{model}")
    families = {id(handler): family.name for family in every_family() for handler in family.routes}
    paths: dict[str, dict[str, Any]] = {}
    for path, method, handler, description in routes:
        operation = {"tags": [families[id(handler)]]} | _operation(path, handler, description)
        paths.setdefault(path, {})[method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "wagate", "version": version, "description": "A WhatsApp gateway. Times are milliseconds."},
        "paths": paths,
        "components": {
            "schemas": {**schemas.get("$defs", {}), "Problem": _PROBLEM},
            "securitySchemes": {
                "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
                "bearer": {"type": "http", "scheme": "bearer"},
                "adminKey": {"type": "apiKey", "in": "header", "name": "X-Admin-Key"},
            },
        },
    }


def _answers(model: type[BaseModel]) -> bool:
    return "success" in model.model_fields


def _models(description: Description) -> list[type[BaseModel]]:
    bodies = [description.body, *description.forms.values()]
    return [*description.answers.values(), *(model for model in bodies if model is not None)]


def _operation(path: str, handler: HTTPRouteHandler, description: Description) -> dict[str, Any]:
    summary, _, more = (inspect.getdoc(handler.fn) or "").partition("\n")
    operation: dict[str, Any] = {
        "operationId": handler.handler_name,
        "summary": summary,
        **({"description": more.strip()} if more else {}),
        "security": _SECURITY[description.key],
        "parameters": [*map(_path_parameter, _names(path)), *map(_parameter, description.parameters)],
        "responses": _responses(path, description),
    }
    if description.body is not None or description.forms:
        fields = description.body.model_fields.values() if description.body else ()
        json = _json(description.body.__name__) if description.body else {}
        operation["requestBody"] = {
            "required": bool(description.forms) or any(field.is_required() for field in fields),
            "content": json | {kind: {"schema": _form(form)} for kind, form in description.forms.items()},
        }
    return operation


def _form(form: type[BaseModel] | None) -> dict[str, Any]:
    return _BYTES if form is None else {"$ref": f"#/components/schemas/{form.__name__}"}


def _names(path: str) -> list[str]:
    return re.findall(r"\{(\w+)\}", path)


def _path_parameter(name: str) -> dict[str, Any]:
    schema = NAME_SCHEMA if name == _SESSION else {"type": "string", "minLength": 1}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.meaning,
        "schema": parameter.schema,
        **({"required": True} if parameter.required else {}),
    }


def _responses(path: str, description: Description) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for place, (status, model) in enumerate(description.answers.items()):
        answered: dict[str, Any] = {"description": inspect.getdoc(model) or "", "content": _json(model.__name__)}
        if place == 0:
            answered["content"] |= {kind: {"schema": {"type": "string"}} for kind in description.media_types}
            answered |= {"links": {link.to: _link(link) for link in description.links}} if description.links else {}
        responses[str(status)] = answered | {"headers": _REQUEST_ID}
    for status, words in description.plain.items():
        content = {"content": {"*/*": {"schema": _BYTES}}} if words.startswith(_WITH_BYTES) else {}
        responses[str(status)] = {"description": words, "headers": _REQUEST_ID} | content
    for error in errors_of(path, description):
        told = responses.setdefault(
            str(error.status),
            {"description": "", "content": _json("Problem"), "headers": _REQUEST_ID | _RETRY_AFTER},
        )
        told["description"] += f"{error.code}: {error.meaning}\n"
    return responses


def errors_of(path: str, description: Description) -> list[type[WagateError]]:
    """Every error of a route: those that it says, and those that follow from its path, its key and its body."""
    names, fields = _names(path), description.body.model_fields if description.body else {}
    parameters = {parameter.name for parameter in description.parameters}
    named = _SESSION in names or "sessionId" in parameters or "session_id" in fields
    return list(
        dict.fromkeys(
            (
                *_KEY_ERRORS[description.key],
                *(() if description.key == "none" else _ASKED_OF_THE_STORE),
                *((errors.NotFound,) if names else ()),
                *(_OF_BODIES if description.body or description.forms else ()),
                *((errors.BadSessionName,) if named else ()),
                *description.errors,
                errors.Internal,
            )
        )
    )


def _link(link: Link) -> dict[str, Any]:
    return {
        "operationId": link.to,
        "parameters": {name: f"$response.body#/{place}" for name, place in link.parameters.items()},
    }


def _json(model: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}

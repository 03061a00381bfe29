"""What takes and shows the settings of a session, made of their declaration (`shared.sessions.chosen`)."""

from __future__ import annotations

from typing import Annotated, Any, cast, get_args, get_origin

from pydantic import Field, create_model
from pydantic.fields import FieldInfo

from functions.http.answers import Answer
from functions.http.bodies import Body
from shared.sessions.chosen import Choice, Choices


class SettingsAnswer(Answer):
    """The settings of a session."""

    session_id: str
    settings: Choices


class ChangedSettingsAnswer(SettingsAnswer):
    """The settings of a session after a change."""

    applied: bool = Field(
        description="Whether they are in effect already; `false`: within 10 s, when the host has read them."
    )


def _change_of(choice: type[Choice], name: str) -> type[Body]:
    """A body that may give each setting of a class, or null for what it was at first."""
    fields = {each: _may_be_given(field) for each, field in choice.model_fields.items()}
    return create_model(name, __base__=Body, __doc__=choice.__doc__, **cast("Any", fields))


def _may_be_given(field: FieldInfo) -> tuple[Any, Any]:
    kind = field.annotation
    if isinstance(kind, type) and issubclass(kind, Choice):
        taken: Any = _change_of(kind, f"{kind.__name__}Change")
    elif get_origin(kind) is dict:
        of, values = get_args(kind)
        taken = Annotated[dict[of, values | None], Field(json_schema_extra={"additionalProperties": False})]
    else:
        taken = field.rebuild_annotation()
    return taken | None, Field(default=None, description=field.description, repr=field.repr)


SettingsBody = _change_of(Choices, "SettingsBody")
SettingsBody.__doc__ = "The settings to change; the others stay. `null`: the default."

"""What can be chosen of: buttons, a list, and links. All of it goes out as one kind of WhatsApp's, or in other words.

Limits are those of WhatsApp's Cloud API: nothing is known of linked devices.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from shared.contracts.content.file import WithFile, WithFiles
from shared.contracts.content.image import Image
from shared.contracts.content.kind import Content
from shared.contracts.content.words import Part, Plain
from shared.contracts.shape import Maybe

_MOST_ROWS = 10
_FEWEST_OPTIONS = 2
_Id = Annotated[Plain, Field(min_length=1, max_length=200)]
_Label = Annotated[Plain, Field(min_length=1, max_length=24)]
_Line = Annotated[Plain, Field(min_length=1, max_length=60)]
_Body = Annotated[Plain, Field(min_length=1, max_length=1_024)]
Fallback = Literal["none", "text", "poll"]


class Choice(Part):
    """One thing to choose, and what it is known by."""

    id: _Id
    text: _Label


class OfferedRow(Part):
    """One row of a list."""

    row_id: _Id
    title: _Label
    description: Annotated[Plain, Field(min_length=1, max_length=72)] | None = None


class OfferedSection(Part):
    """Rows of a list, under a title."""

    title: _Label | None = None
    rows: Annotated[tuple[OfferedRow, ...], Field(min_length=1, max_length=_MOST_ROWS)]


class Flow(Part):
    """A button: `reply` needs an `id`, `url` a `url`, `call` a `number`, `copy` a `code`."""

    type: Literal["reply", "url", "call", "copy"] = "reply"
    text: _Label
    id: _Id | None = None
    url: Annotated[Plain, Field(min_length=1, max_length=2_000, pattern=r"^https?://")] | None = None
    number: Annotated[str, Field(pattern=r"^\+?[0-9]{5,15}$")] | None = None
    code: Annotated[Plain, Field(min_length=1, max_length=200)] | None = None

    @model_validator(mode="after")
    def _has_its_own(self) -> Self:
        needed = {"reply": "id", "url": "url", "call": "number", "copy": "code"}[self.type]
        if getattr(self, needed) is None:
            raise ValueError(f"a button of type {self.type} needs '{needed}'")
        return self


class Choosable(Content):
    """Base of the three."""

    text: _Body = Field(description="What is asked.")
    title: _Line | None = Field(default=None, description="Words above it.")
    footer: _Line | None = Field(default=None, description="Small text below it.")
    fallback: Fallback = Field(
        default="none",
        description="What to send instead, which every phone shows: a numbered `text`, a `poll`, or `none`.",
    )

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """What can be chosen, in order: ids and titles."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _can_be_told_apart(self) -> Self:
        ids = [id_ for id_, _ in self.choices]
        if len(set(ids)) < len(ids):
            raise ValueError("two of the ids are the same")
        if self.fallback == "poll":
            titles = {title for _, title in self.choices}
            if not _FEWEST_OPTIONS <= len(titles) == len(ids):
                raise ValueError("a poll needs two choices or more, each with another text")
        return self


class Pictured(Choosable, WithFiles):
    """Base of those that may have a picture above their text."""

    picture: Maybe[Image] = None

    @property
    def unready(self) -> tuple[WithFile, ...]:
        """The picture, until it is made ready."""
        return () if self.picture is None else self.picture.unready

    def with_ready(self, part: WithFile, ready: Any) -> Self:  # noqa: ANN401, ARG002 - the session host's own; it is the picture
        """The same with what the picture became."""
        return self if self.picture is None else self.with_picture(self.picture.made_ready(ready))

    def with_picture(self, picture: Image) -> Self:
        """The same with another picture."""
        return self.model_copy(update={"picture": picture})


class Buttons(Pictured):
    """A text with up to three buttons."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "Well?", "buttons": [{"id": "y", "text": "Yes"}], "footer": "Shop"}]}
    )

    type: Literal["buttons"] = "buttons"
    buttons: Annotated[tuple[Choice, ...], Field(min_length=1, max_length=3)] = Field(
        description="`[{id, text}]`: the `id` comes back as `reply` when it is tapped."
    )

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """The buttons."""
        return tuple((button.id, button.text) for button in self.buttons)


class List(Choosable):
    """A text with a list of up to ten rows to choose from."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"text": "?", "button_text": "Open", "sections": [{"rows": [{"rowId": "s", "title": "Small"}]}]}
            ]
        }
    )

    type: Literal["list"] = "list"
    button_text: Annotated[Plain, Field(min_length=1, max_length=20)] = Field(
        description="The text of the button that opens the list."
    )
    sections: Annotated[tuple[OfferedSection, ...], Field(min_length=1, max_length=_MOST_ROWS)] = Field(
        description="`[{title, rows: [{rowId, title, description}]}]`: the `rowId` comes back as `reply`."
    )

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """The rows of all sections."""
        return tuple((row.row_id, row.title) for section in self.sections for row in section.rows)

    @model_validator(mode="after")
    def _is_short(self) -> Self:
        if len(self.choices) > _MOST_ROWS:
            raise ValueError(f"a list has at most {_MOST_ROWS} rows")
        return self


class Interactive(Pictured):
    """A text with buttons that answer, open a page, call or copy."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "Well?", "buttons": [{"type": "reply", "id": "y", "text": "Yes"}]}]}
    )

    type: Literal["interactive"] = "interactive"
    buttons: Annotated[tuple[Flow, ...], Field(min_length=1, max_length=_MOST_ROWS)] = Field(
        description="`[{type: reply | url | call | copy, text, id, url, number, code}]`, each with what its type needs."
    )

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Those that answer."""
        return tuple((button.id or "", button.text) for button in self.buttons if button.type == "reply")


def explained(content: Any) -> tuple[str, ...]:  # noqa: ANN401 - one of the three
    """What a numbered text says of each choice, in order, and then of the buttons that answer nothing."""
    if isinstance(content, List):
        rows = [row for section in content.sections for row in section.rows]
        return tuple(f"{row.title} - {row.description}" if row.description else row.title for row in rows)
    return tuple(title for _, title in content.choices)

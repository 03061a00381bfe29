"""Contact cards."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from shared.contracts.content.kind import Content
from shared.contracts.content.words import Part, Plain
from shared.errors import NumberInvalid

_MOST = 100
"""Cards of one message. Ours: WhatsApp names no limit."""
_LONGEST_CARD = 30_000
"""Characters of one; ours as well."""


def _digits(number: str) -> str:
    from shared.recipients import parse_recipient  # noqa: PLC0415 - it knows all countries: a shard needs it for cards

    try:
        return parse_recipient(number).user
    except NumberInvalid as error:
        raise ValueError(error.message) from error


_Name = Annotated[Plain, Field(min_length=1, max_length=256)]
_Number = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_digits)]


class Card(Part):
    """One contact: a name with a number, or with a whole vCard."""

    name: _Name
    number: _Number | None = None
    vcard: Annotated[Plain, Field(min_length=1, max_length=_LONGEST_CARD)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (self.number is None) is (self.vcard is None):
            raise ValueError("a contact has either a number or a vcard")
        return self


class Contact(Content):
    """One contact card, or several."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"contact_name": "Ani", "contact_number": "628123456789", "contacts": None}]}
    )

    type: Literal["contact"] = "contact"
    contact_name: _Name | None = Field(default=None, description="The name on the card.")
    contact_number: _Number | None = Field(default=None, description="The number on it, with its country code.")
    contacts: Annotated[tuple[Card, ...], Field(min_length=1, max_length=_MOST)] | None = Field(
        default=None, description="Instead of these two fields: `[{name, number}]`, or `[{name, vcard}]`."
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (self.contacts is None) is (self.contact_name is None or self.contact_number is None):
            raise ValueError("give contactName and contactNumber, or contacts")
        return self

    @property
    def cards(self) -> tuple[Card, ...]:
        """All of them."""
        return self.contacts or (Card(name=self.contact_name or "", number=self.contact_number),)

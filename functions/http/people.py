"""Somebody that a request names: one person, by number or by LID."""

from __future__ import annotations

from functions.http.answers import Part
from functions.http.requests import HttpRequest, tenant
from shared.errors import NumberInvalid
from shared.jids import Jid, is_group
from shared.recipients import parse_recipient


class PersonAnswer(Part):
    """Somebody, by everything that is known of their addresses."""

    number: str | None
    lid: str | None


def one_person(request: HttpRequest, text: str) -> Jid:
    """Whom a request means. Raises NumberInvalid, also for a group."""
    jid = parse_recipient(text, tenant(request).default_region)
    if is_group(str(jid)):
        raise NumberInvalid("That is a group: a person has a number, or an address that ends in '@lid'.")
    return jid

"""People in an event who are named by LID only, and the event once their numbers are known.

A person's chat is named by the number where it is known, so that one person is one chat however a message came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shared.contracts.event import AboutPeople, Person
from shared.contracts.events import MessageReceived, ReceiptReceived
from shared.contracts.shown import Mention, Shown
from shared.jids import LID, PHONE

Introducible = MessageReceived | ReceiptReceived | AboutPeople
_BY_LID = f"@{LID}"


def strangers(event: Introducible) -> frozenset[str]:
    """The LIDs (`…@lid`) of everybody whose number it does not say."""
    if isinstance(event, AboutPeople):
        return _strangers_among(event)
    found = {event.chat} if event.chat.endswith(_BY_LID) else set[str]()
    if isinstance(event, MessageReceived):
        found.update(_lids(event))
    elif event.from_number is None and event.from_lid is not None:
        found.add(event.from_lid)
    return frozenset(found)


def introduced(event: Introducible, numbers: Mapping[str, str]) -> Introducible:
    """The event with these numbers, by LID, wherever they were missing."""
    if isinstance(event, AboutPeople):
        return event.with_people(lambda person: _named(person, numbers))
    changes: dict[str, Any] = {}
    if number := numbers.get(event.chat):
        changes["chat"] = f"{number}@{PHONE}"
    if number := _missing(event.from_number, event.from_lid, numbers):
        changes["from_number"] = number
    if isinstance(event, MessageReceived):
        target = event.target
        if target is not None and (number := _missing(target.from_number, target.from_lid, numbers)):
            changes["target"] = target.model_copy(update={"from_number": number})
        if content := _content(event.content, numbers):
            changes["content"] = event.content.model_copy(update=content)
    return event.model_copy(update=changes) if changes else event


def _strangers_among(event: AboutPeople) -> frozenset[str]:
    found: set[str] = set()

    def look(person: Person) -> Person:
        if person.number is None and person.lid is not None:
            found.add(person.lid)
        return person

    event.with_people(look)
    return frozenset(found)


def _named(person: Person, numbers: Mapping[str, str]) -> Person:
    number = _missing(person.number, person.lid, numbers)
    return person.model_copy(update={"number": number}) if number else person


def _lids(event: MessageReceived) -> Iterable[str]:
    people = [(event.from_number, event.from_lid)]
    if event.target is not None:
        people.append((event.target.from_number, event.target.from_lid))
    if event.content.quoted is not None:
        people.append((event.content.quoted.from_number, event.content.quoted.from_lid))
    people += [(mention.number, mention.lid) for mention in event.content.mentions or ()]
    return (lid for number, lid in people if number is None and lid is not None)


def _missing(number: str | None, lid: str | None, numbers: Mapping[str, str]) -> str | None:
    """The number of a LID when there is none yet and it is known."""
    return numbers.get(lid) if number is None and lid is not None else None


def _content(content: Shown, numbers: Mapping[str, str]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    quoted = content.quoted
    if quoted is not None and (number := _missing(quoted.from_number, quoted.from_lid, numbers)):
        changes["quoted"] = quoted.model_copy(update={"from_number": number})
    if any(_missing(mention.number, mention.lid, numbers) for mention in content.mentions or ()):
        changes["mentions"] = tuple(_mention(mention, numbers) for mention in content.mentions or ())
    return changes


def _mention(mention: Mention, numbers: Mapping[str, str]) -> Mention:
    number = _missing(mention.number, mention.lid, numbers)
    return mention.model_copy(update={"number": number}) if number else mention

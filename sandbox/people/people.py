"""The owners of all numbers: found by number, changed, and asked who may see what of whom."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Final, Literal

from sandbox.people.person import Audience, Business, Person
from sandbox.state.storage import Store

What = Literal["last", "online", "profile", "status", "readreceipts", "groupadd", "calladd"]
_STRANGER: Final = Person()


class People:
    """Begins with those that `store` kept. Whoever was never changed has the defaults: everybody sees everything."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._people = {
            number: Person.from_json(text) for number, text in store.read("SELECT number, person FROM people")
        }
        self._met: dict[str, set[str]] = {}

    def of(self, number: str) -> Person:
        """Return the owner of a number, to look at: the methods here change it."""
        return self._people.get(number, _STRANGER)

    def may(self, owner: str, what: What, viewer: str) -> bool:
        """Tell whether `owner` lets `viewer` see, or do, this. Nobody whom they block may, and they themselves may."""
        if owner == viewer:
            return True
        person = self.of(owner)
        if viewer in person.blocked:
            return False
        setting = person.setting(what)
        if setting == "match_last_seen":
            return self.may(owner, "last", viewer)
        if setting == "contact_blacklist":
            return viewer in person.contacts and viewer not in person.excluded
        return setting == "all" or (setting != "none" and viewer in person.contacts)

    def audience_of(self, owner: str) -> list[str]:
        """Return the numbers that somebody's status posts are for."""
        person = self.of(owner)
        if person.audience == "whitelist":
            return list(person.audience_list)
        return [number for number in person.contacts if not self.hides_posts(owner, number)]

    def hides_posts(self, owner: str, viewer: str) -> bool:
        """Tell whether `owner` has said that status posts are not for `viewer`. Of contacts only the client knows."""
        person = self.of(owner)
        if person.audience == "contacts":
            return False
        return (viewer in person.audience_list) == (person.audience == "blacklist")

    def blocks(self, owner: str, other: str) -> bool:
        """Tell whether `owner` has blocked `other`."""
        return other in self.of(owner).blocked

    def apart(self, one: str, other: str) -> bool:
        """Tell whether one of two has blocked the other."""
        return self.blocks(one, other) or self.blocks(other, one)

    def withholds_receipt(self, reader: str, writer: str, kind: str) -> bool:
        """Tell whether a receipt is kept from the writer: one blocks the other, or either hides what they read."""
        if self.apart(writer, reader):
            return True
        is_silent = any(self.of(number).setting("readreceipts") == "none" for number in (reader, writer))
        return kind == "read" and is_silent and reader != writer

    def met(self, number: str) -> set[str]:
        """Return the numbers of people whom somebody exchanged anything with, or who have saved them."""
        savers = {saver for saver, person in self._people.items() if number in person.contacts}
        return savers | self._met.get(number, set())

    def meet(self, one: str, other: str) -> None:
        """Note that two people have to do with each other. Not kept over a restart."""
        if one != other:
            self._met.setdefault(one, set()).add(other)
            self._met.setdefault(other, set()).add(one)

    def say(self, number: str, about: str) -> None:
        """Set what somebody says about themselves."""
        person = self._own(number)
        person.about, person.about_at = about, int(time.time())
        self._save(number)

    def set_business(self, number: str, business: Business | None) -> None:
        """Make a number a business, or a person's again."""
        self._own(number).business = business
        self._save(number)

    def set_privacy(self, number: str, settings: Mapping[str, str]) -> None:
        """Change settings of `PRIVACY`."""
        self._own(number).privacy.update(settings)
        self._save(number)

    def exclude(self, number: str, excluded: list[str]) -> None:
        """Set who is left out where a setting is `contact_blacklist`."""
        self._own(number).excluded = excluded
        self._save(number)

    def set_audience(self, number: str, audience: Audience, people: list[str]) -> None:
        """Set whom status posts go to."""
        person = self._own(number)
        person.audience, person.audience_list = audience, people
        self._save(number)

    def block(self, number: str, other: str, *, off: bool = False) -> None:
        """Block or unblock somebody."""
        _put(self._own(number).blocked, other, off=off)
        self._save(number)

    def save_contact(self, number: str, other: str, *, off: bool = False) -> None:
        """Have somebody among the contacts on a phone, or no longer."""
        _put(self._own(number).contacts, other, off=off)
        self._save(number)

    def set_timer(self, number: str, seconds: int) -> None:
        """Set after how many seconds messages in new chats disappear; 0: never."""
        person = self._own(number)
        person.timer, person.timer_at = seconds, int(time.time())
        self._save(number)

    def link(self, number: str, *, anew: bool = False) -> str:
        """Return the code by which others find a number; with `anew` another one, and the last is good no more."""
        person = self._own(number)
        if anew or not person.link:
            person.link = secrets.token_urlsafe(10).upper().replace("-", "A").replace("_", "B")
            self._save(number)
        return person.link

    def linked(self, code: str) -> str | None:
        """Return whose link has this code; None when nobody's has it any more."""
        return next((number for number, person in self._people.items() if code and person.link == code), None)

    def _own(self, number: str) -> Person:
        return self._people.setdefault(number, Person())

    def _save(self, number: str) -> None:
        self._store.write("INSERT OR REPLACE INTO people VALUES (?, ?)", number, self._people[number].to_json())


def _put(numbers: list[str], number: str, *, off: bool) -> None:
    if off and number in numbers:
        numbers.remove(number)
    elif not off and number not in numbers:
        numbers.append(number)

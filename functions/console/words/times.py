"""Times and numbers as people read them. What is old says how old it is, and goes on saying it (`console.js`)."""

from __future__ import annotations

import gettext
from datetime import UTC, datetime
from typing import Final

import phonenumbers
from markupsafe import Markup

from shared.ids import now_ms

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_SOON: Final = 45


def moment(at: int | None, words: gettext.NullTranslations) -> Markup:
    """A time (milliseconds since 1970) as an element that shows how long ago, or in how long, that is."""
    if at is None:
        return Markup("—")
    exact = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")
    return Markup('<time datetime="{0}" title="{0}" data-at="{1}">{2}</time>').format(exact, at, ago(at, words))


def ago(at: int, words: gettext.NullTranslations) -> str:
    """How long ago that was, or in how long it will be."""
    seconds = (now_ms() - at) / 1000
    size = abs(seconds)
    if size < _SOON:
        return words.gettext("just now") if seconds >= 0 else words.gettext("in a moment")
    past, say = seconds >= 0, words.ngettext
    if size < _HOUR:
        count = max(1, round(size / _MINUTE))
        text = (
            say("%(count)d minute ago", "%(count)d minutes ago", count)
            if past
            else say("in %(count)d minute", "in %(count)d minutes", count)
        )
    elif size < _DAY:
        count = round(size / _HOUR)
        text = (
            say("%(count)d hour ago", "%(count)d hours ago", count)
            if past
            else say("in %(count)d hour", "in %(count)d hours", count)
        )
    else:
        count = round(size / _DAY)
        text = (
            say("%(count)d day ago", "%(count)d days ago", count)
            if past
            else say("in %(count)d day", "in %(count)d days", count)
        )
    return text % {"count": count}


def grouped(number: int, language: str) -> str:
    """A number with its thousands apart, as plots in that language have it."""
    text = f"{number:,}"
    return text.replace(",", ".") if language == "id" else text


def phone_number(digits: str | None) -> str:
    """Digits of a number as its country writes them: `+62 812-3456-789`."""
    if not digits:
        return ""
    try:
        return phonenumbers.format_number(
            phonenumbers.parse(f"+{digits}", None), phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
    except phonenumbers.NumberParseException:
        return f"+{digits}"

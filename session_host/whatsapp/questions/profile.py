"""What the session's number says of itself, and whom it lets see what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from session_host.whatsapp.addresses import person_of
from session_host.whatsapp.answering import answers
from session_host.whatsapp.library.declarations import known
from session_host.whatsapp.library.neonize_client import NeonizeClient, protobufs
from session_host.whatsapp.own_questions import ShowPicture
from session_host.whatsapp.refusals_of_people import explain
from shared.contracts.commands.command import Done
from shared.contracts.commands.profile import (
    PrivacyReply,
    ReadPrivacy,
    SetAbout,
    SetDefaultTimer,
    SetPrivacy,
    SetPushName,
    Setting,
    SettingValue,
    ShownPicture,
)
from shared.errors import MediaUnreadable, NoAppState, WagateError

_SECOND = 1_000_000_000
"""The library takes a timer in nanoseconds."""
_FIELDS: Mapping[Setting, str] = {
    "last": "LastSeen",
    "online": "Online",
    "profile": "Profile",
    "status": "Status",
    "readreceipts": "ReadReceipts",
    "groupadd": "GroupAdd",
    "calladd": "CallAdd",
}
_VALUES: Mapping[int, SettingValue] = {
    protobufs.PrivacySettings.ALL: "all",
    protobufs.PrivacySettings.CONTACTS: "contacts",
    protobufs.PrivacySettings.CONTACT_BLACKLIST: "contact_blacklist",
    protobufs.PrivacySettings.MATCH_LAST_SEEN: "match_last_seen",
    protobufs.PrivacySettings.KNOWN: "known",
    protobufs.PrivacySettings.NONE: "none",
}
_AUDIENCES: Mapping[int | None, Literal["contacts", "whitelist", "blacklist"]] = {
    protobufs.StatusPrivacy.CONTACTS: "contacts",
    protobufs.StatusPrivacy.WHITELIST: "whitelist",
    protobufs.StatusPrivacy.BLACKLIST: "blacklist",
}
_NO_KEYS = "no app state keys"
"""In the library's words when the phone has not given it the keys of its settings."""


@answers(SetAbout)
def set_about(library: NeonizeClient, question: SetAbout) -> Done:
    """The text about oneself."""
    return _done(library.ask("SetStatusMessage", str, question.text))


@answers(SetPushName)
def set_push_name(library: NeonizeClient, question: SetPushName) -> Done:
    """What one calls oneself: a setting of the phone, which the library writes when it has the phone's keys."""
    error = library.ask("SetPushName", str, question.name)
    if _NO_KEYS in error:
        raise NoAppState
    return _done(error)


@answers(ShowPicture)
def show_picture(library: NeonizeClient, question: ShowPicture) -> ShownPicture:
    """The picture of oneself."""
    answer = library.ask("SetProfilePhoto", protobufs.SetGroupPhotoReturnFunction, question.jpeg)
    if answer.Error:
        raise explain(answer.Error, changes=True, meanings={406: MediaUnreadable})
    return ShownPicture(id=answer.PictureID)


@answers(ReadPrivacy)
def read_privacy(library: NeonizeClient, _: ReadPrivacy) -> PrivacyReply:
    """Who may see what. The library tells of no error, and says of everything that it is undefined."""
    answer = library.ask("GetPrivacySettings", protobufs.PrivacySettings)
    settings = _settings(answer)
    if not settings:
        raise explain("the library read no privacy settings")
    posts = library.ask("GetStatusPrivacy", protobufs.GetStatusPrivacyReturnFunction)
    if posts.Error:
        raise explain(posts.Error)
    default = next((each for each in posts.StatusPrivacy if each.IsDefault), None)
    if default is None:
        return PrivacyReply(settings=settings)
    people = tuple(person_of(library, jid) for jid in default.List)
    return PrivacyReply(settings=settings, audience=_AUDIENCES.get(known(default, "Type")), audience_people=people)


@answers(SetPrivacy)
def set_privacy(library: NeonizeClient, question: SetPrivacy) -> Done:
    """One setting after the other; an error names those that were made before it.

    neonize's own `set_privacy_setting` raises an error whatever the answer is: it reads a protobuf as text.
    """
    made: list[str] = []
    for name, value in question.settings.items():
        answer = library.ask("SetPrivacySetting", protobufs.SetPrivacySettingReturnFunction, name, value)
        if answer.Error:
            error = explain(answer.Error, changes=True)
            if isinstance(error, WagateError):
                error.details |= {"refused": name, "made": made}
            raise error
        made.append(name)
    return Done()


@answers(SetDefaultTimer)
def set_default_timer(library: NeonizeClient, question: SetDefaultTimer) -> Done:
    """The timer of new chats."""
    return _done(library.ask("SetDefaultDisappearingTimer", str, question.seconds * _SECOND))


def _done(error: str) -> Done:
    if error:
        raise explain(error, changes=True)
    return Done()


def _settings(found: Any) -> dict[Setting, SettingValue]:  # noqa: ANN401 - a protobuf
    settings: dict[Setting, SettingValue] = {}
    for name, field in _FIELDS.items():
        value = _VALUES.get(getattr(found, field))
        if value is not None:
            settings[name] = value
    return settings

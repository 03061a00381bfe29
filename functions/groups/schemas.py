"""Bodies and answers of the group routes."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, StrictBool, StrictStr, WithJsonSchema

from functions.http.answers import Answer, Optional, Part
from functions.http.bodies import Body
from functions.http.moments import Moment
from functions.http.numbers import Number, Timer
from functions.http.people import PersonAnswer
from functions.http.session_names import SessionName
from functions.http.texts import not_blank
from shared.contracts.commands.groups import Action, GroupSettings, MemberState
from shared.contracts.group import LONGEST_DESCRIPTION, LONGEST_SUBJECT, MOST_MEMBERS, Group, Member


def _schema(most: int, least: int) -> dict[str, Any]:
    return {"type": "string", "minLength": least, "maxLength": most, "pattern": r"^[^\u0000]*$"}


_Subject = Annotated[
    StrictStr,
    Field(min_length=1, max_length=LONGEST_SUBJECT, pattern=r"^[^\u0000]*$"),
    AfterValidator(not_blank),
    WithJsonSchema(_schema(LONGEST_SUBJECT, 1)),
]
_Description = Annotated[StrictStr, Field(max_length=LONGEST_DESCRIPTION, pattern=r"^[^\u0000]*$")]
_Address = Annotated[StrictStr, Field(min_length=1, max_length=100)]
_Code = Annotated[StrictStr, Field(min_length=1, max_length=200, pattern=r"^[!-~]+$")]
_People = Annotated[list[Number], Field(min_length=1, max_length=MOST_MEMBERS - 1)]
_PEOPLE = "Their numbers, as you write them anywhere else, or LIDs."
_INVITE = "Send an invitation to people whose privacy settings do not allow it, at most 20."


class _Named(Body):
    session_id: SessionName | None = None


class GroupBody(_Named):
    """A group."""

    group_jid: _Address = Field(description="`…@g.us`")


class NewGroupBody(_Named):
    """A new group."""

    name: _Subject
    participants: list[Number] = Field(default_factory=list, max_length=MOST_MEMBERS - 1, description=_PEOPLE)
    invite: StrictBool = Field(default=True, description=_INVITE)


class SettingsBody(_Named):
    """What of a group is to be otherwise."""

    description: _Description | None = Field(default=None, description="Empty: it has none.")
    announce: StrictBool | None = Field(default=None, description="Only admins may write.")
    locked: StrictBool | None = Field(default=None, description="Only admins may change name, description and picture.")
    ephemeral: Timer | None = Field(default=None, description="Seconds after which messages disappear; 0: never.")

    def settings(self) -> GroupSettings:
        """What is given, beside the subject."""
        return GroupSettings(
            description=self.description, announce=self.announce, locked=self.locked, ephemeral=self.ephemeral
        )


class MakeGroupBody(SettingsBody):
    """A new group, or a community."""

    subject: _Subject
    participants: list[Number] = Field(default_factory=list, max_length=MOST_MEMBERS - 1, description=_PEOPLE)
    invite: StrictBool = Field(default=True, description=_INVITE)
    community: StrictBool = Field(default=False, description="Make a community.")
    parent: _Address | None = Field(default=None, description="Make it in this community.")


class NewCommunityBody(_Named):
    """A new community."""

    subject: _Subject
    description: _Description = ""


class ChangeGroupBody(SettingsBody):
    """What of a group is to be otherwise; the rest stays."""

    subject: _Subject | None = None
    join_approval: StrictBool | None = Field(default=None, description="Answered with NOT_SUPPORTED.")
    member_add_mode: StrictStr | None = Field(default=None, description="Answered with NOT_SUPPORTED.")

    def settings(self) -> GroupSettings:
        """What is given."""
        return super().settings().model_copy(update={"subject": self.subject})


class SubjectBody(GroupBody):
    """What a group is called."""

    subject: _Subject


class DescriptionBody(GroupBody):
    """What a group says of itself."""

    description: _Description = Field(description="Empty: it has none.")


class ParticipantsBody(GroupBody):
    """People of a group."""

    participants: _People = Field(description=_PEOPLE)


class NewParticipantsBody(ParticipantsBody):
    """People for a group."""

    invite: StrictBool = Field(default=True, description=_INVITE)


class MembersBody(_Named):
    """What is to be done with people of a group."""

    action: Action = "add"
    participants: _People = Field(description=_PEOPLE)
    invite: StrictBool = Field(default=True, description=_INVITE)


class SessionBody(_Named):
    """Whose request it is."""


class AcceptBody(_Named):
    """An invite link, or an invitation that came as a message (`invite` of that message)."""

    invite_code: _Code | None = Field(default=None, description="The link, or the part after its last slash.")
    invite_link: _Code | None = Field(default=None, description="The same.")
    group_jid: _Address | None = Field(default=None, description="For an invitation: its `group`.")
    code: _Code | None = Field(default=None, description="For an invitation: its `code`.")
    expires_at: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = Field(
        default=None, description="For an invitation: its `expiresAt`, in seconds since 1970."
    )
    inviter: Number | None = Field(default=None, description="For an invitation: who sent it.")


class InviteAnswer(Part):
    """An invitation for somebody who could not be added."""

    code: str
    expires_at: Optional[int] = Field(default=None, description="Seconds since 1970; up to a minute wrong.")
    id: Optional[str] = Field(default=None, description="The message that carries it, for GET /api/messages/{id}.")


class MemberAnswer(Part):
    """What became of one person."""

    number: str | None
    lid: str | None
    state: MemberState
    code: Optional[int] = Field(default=None, description="WhatsApp's number of the reason.")
    invite: Optional[InviteAnswer] = None


class NewGroupAnswer(Answer):
    """The group is there."""

    group_id: str = Field(description="The same as `groupJid`.")
    group_jid: str
    group: Group
    result: list[MemberAnswer] = Field(description="The result for each person.")
    not_set: list[str] = Field(default_factory=list, description="Settings that WhatsApp did not accept.")


class ResultAnswer(Answer):
    """The result for each person."""

    group_jid: str
    result: list[MemberAnswer]


class MembersAnswer(Answer):
    """The result for each person."""

    results: list[MemberAnswer]


class GroupAnswer(Answer):
    """A group."""

    group: Group


class GroupsAnswer(Answer):
    """Groups, without their members."""

    groups: list[Group]
    next: str | None = Field(description="Pass it as `after` for the next page; null on the last page.")


class PeopleAnswer(Answer):
    """Who is in a group."""

    participants: list[Member]


class LinkAnswer(Answer):
    """An invite link."""

    invite_link: str


class JoinedAnswer(Answer):
    """The session is in the group, or waits to be let in."""

    group_id: str = Field(description="The same as `groupJid`.")
    group_jid: str
    pending: Optional[bool] = Field(
        default=None, description="Whether an admin has to approve the session first; missing when that is not known."
    )


class JoinRequestAnswer(Part):
    """Somebody who asks to be let in."""

    number: str | None
    lid: str | None
    requested_at: Moment


class JoinRequestsAnswer(Answer):
    """Who asks to be let in."""

    requests: list[JoinRequestAnswer]


class GroupPictureAnswer(Answer):
    """Where the picture of a group is."""

    url: str | None = Field(description="Its address at WhatsApp, valid for some days; null when there is none.")
    id: Optional[str] = Field(default=None, description="A new picture has a new id.")


class SubGroupAnswer(Part):
    """A group of a community."""

    jid: str
    subject: str
    announcements: bool = Field(description="The group where the community's admins write to everybody.")


class CommunityPeopleAnswer(Answer):
    """Who is in the groups of a community."""

    participants: list[PersonAnswer]
    next: str | None = Field(description="Pass it as `after` for the next page; null on the last page.")


class SubGroupsAnswer(Answer):
    """The groups of a community."""

    groups: list[SubGroupAnswer]

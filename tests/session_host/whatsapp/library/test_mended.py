"""Tells when a later neonize has mended what is gone around here, so that the way around can go.

Each of these tests fails when something has become *right*. `faults_of_neonize.py` does what is wrong in 0.5.2.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.environment import SandboxAddresses
from sandbox.phones.odd_stanzas import ODD
from session_host.whatsapp.library.binding import binder, protobufs
from shared.not_supported import LACKING
from tests.session_host.conftest import ROOT, run_sandbox
from tests.session_host.whatsapp.library.faults_of_neonize import ABORTS, LONGEST

_DECLARED = """
BuildPollVote BuildPollVoteCreation BuildReaction BuildRevoke CreateGroup CreateNewsletter DecryptPollVote
Disconnect DownloadAny DownloadMediaWithPath FollowNewsletter FreeBytesStruct FreeString GenerateMessageID
GetAllContacts GetAllDevices GetBlocklist GetChatSettings GetContact GetContactQRLink GetGroupInfo
GetGroupInfoFromInvite GetGroupInfoFromLink GetGroupInviteLink GetGroupRequestParticipants GetJoinedGroups
GetLIDFromPN GetLinkedGroupsParticipants GetMe GetMessageForRetry GetNewsletterInfo GetNewsletterInfoWithInvite
GetNewsletterMessageUpdate GetNewsletterMessages GetPNFromLID GetPrivacySettings GetProfilePicture
GetStatusPrivacy GetSubGroups GetSubscribedNewsletters GetUserDevices GetUserInfo GetVersion IsConnected
IsLoggedIn IsOnWhatsApp JoinGroupWithInvite JoinGroupWithLink LeaveGroup LinkGroup Logout MarkRead Neonize
NewsletterMarkViewed NewsletterSendReaction NewsletterSubscribeLiveUpdates NewsletterToggleMute PairPhone
PinMessage PutAllContactNames PutArchived PutContactName PutMutedUntil PutPinned PutPushName RejectCall
ResolveBusinessMessageLink ResolveContactQRLink SendAppState SendChatPresence SendFBMessage SendMessage
SendPresence SetDefaultDisappearingTimer SetDisappearingTimer SetForceActiveDeliveryReceipts SetGroupAnnounce
SetGroupLocked SetGroupName SetGroupPhoto SetGroupTopic SetPassive SetPrivacySetting SetProfilePhoto
SetProxyAddress SetPushName SetStatusMessage Stop StopAll SubscribePresence TestStruct UnfollowNewsletter
UnlinkGroup UpdateBlocklist UpdateGroupParticipants Upload UploadNewsletter
"""
CALLS = frozenset(_DECLARED.split())
"""What neonize 0.5.2 declares of its library."""
TOLD_BY = {
    "no call": "test_the_library_has_the_calls_that_it_had",
    "cannot make": "test_the_library_has_the_calls_that_it_had",
    "accepts no": "test_a_message_is_sent_under_no_id_of_ours",
    "no parameter": "test_a_message_is_sent_under_no_id_of_ours",
    "no picture at all": "test_what_neonize_gets_wrong (removing a picture)",
    "app state": "test_what_neonize_gets_wrong (send_app_state)",
}
"""Which test tells that something of `LACKING` is there, by words of its reason."""
AROUND = {
    "a timedelta as a disappearing timer": "the nanoseconds in questions/groups.py and questions/profile.py",
    "set_privacy_setting": "the words of `set_privacy` in questions/profile.py",
    "revoking by the own LID": "the words about it in docs/neonize.md",
    "some of the parameters of a picture": "the comment and empty fields in `picture_of`, questions/contacts.py",
    "removing a picture": "'profile_picture_removal' and 'group_picture_removal' in shared/not_supported.py",
    "send_app_state": "what shared/not_supported.py says of app state: chats can be muted, pinned, archived, …",
}
"""What goes around each of `WRONG`."""


pytestmark = pytest.mark.timeout(LONGEST + 60)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxAddresses]:
    with run_sandbox() as addresses:
        yield addresses


async def outcome(sandbox: SandboxAddresses, what: str, folder: Path) -> tuple[int, list[str]]:
    """How the process ended, and what it said is mended."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox.trust", "tests.session_host.whatsapp.library.faults_of_neonize"),
        *(what, sandbox.control, str(folder)),
        cwd=ROOT,
        env={**os.environ, **sandbox.shard_environment()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        said, words = await asyncio.wait_for(process.communicate(), LONGEST + 10)
    finally:
        if process.returncode is None:
            process.kill()
    print(words.decode()[-3000:])  # noqa: T201 - pytest shows it when the test fails
    return process.returncode or 0, json.loads(said or "[]")


def mended(what: Any, around: str) -> str:
    return f"neonize has mended {what}: delete {around}"


@pytest.mark.parametrize("call", ABORTS)
async def test_what_ends_a_process(sandbox: SandboxAddresses, tmp_path: Path, call: str) -> None:
    """Calls on a client that is not paired, or gone: only clients that are connected are asked anything."""
    ended, _ = await outcome(sandbox, call, tmp_path)
    assert ended == -signal.SIGABRT, mended(call, "its row in section 'What ends a shard' of docs/neonize.md")


async def test_what_ends_the_telling_of_events(sandbox: SandboxAddresses, tmp_path: Path) -> None:
    """Every odd stanza, with a library as it comes."""
    ended, found = await outcome(sandbox, "pump", tmp_path)
    assert ended == 0
    around = "session_host/whatsapp/library/declarations.py and Listener.on_broken, when it is all of them"
    assert found == [], mended(found, around)


async def test_what_is_told_of_them_all_the_same(sandbox: SandboxAddresses, tmp_path: Path) -> None:
    """With unknown values allowed one client tells every odd stanza, with what is unknown left empty."""
    ended, found = await outcome(sandbox, "told", tmp_path)
    assert ended == 0
    assert found == list(ODD)


async def test_what_neonize_gets_wrong(sandbox: SandboxAddresses, tmp_path: Path) -> None:
    """Values that it reads or writes otherwise than it says."""
    ended, found = await outcome(sandbox, "wrong", tmp_path)
    assert ended == 0
    assert found == [], [mended(each, AROUND[each]) for each in found]


def test_the_library_has_the_calls_that_it_had() -> None:
    """New ones may do what shared/not_supported.py says cannot be done."""
    declared = {name for name in vars(binder.gocode) if name[0].isupper()}
    assert declared - CALLS == set(), mended(sorted(declared - CALLS), "what they do from shared/not_supported.py")


def test_a_message_is_sent_under_no_id_of_ours() -> None:
    """Client, recipient and message, two with their sizes, are all that it takes."""
    around = "what docs/adr/0029 and 0030 do without: a message could be sent again under its own id"
    assert len(binder.gocode.SendMessage.argtypes) == 5, mended("SendMessage", around)


@pytest.mark.parametrize(
    ("message", "field"), [("GroupInfo", "GroupCreated"), ("GroupParticipantAddRequest", "Expiration")]
)
def test_times_of_groups_are_rounded(message: str, field: str) -> None:
    """Up to 64 s wrong: the library has them as short floating numbers."""
    found = getattr(protobufs, message).DESCRIPTOR.fields_by_name[field]
    assert found.type == found.TYPE_FLOAT, mended(f"{message}.{field}", "what docs/groups.md says of it")


def test_everything_that_is_lacking_is_looked_for() -> None:
    """What a later version can do is found out by a test above, which its reason names."""
    not_told = [name for name, lacking in LACKING.items() if not any(words in lacking.why for words in TOLD_BY)]
    assert not_told == [], f"say in the reason which of these it is: {', '.join(TOLD_BY)}; or add a fault above"

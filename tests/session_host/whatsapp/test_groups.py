"""Groups as the library tells them, and what became of people."""

from typing import Any

import pytest

from session_host.whatsapp.client import NotLookedUp, NotSent
from session_host.whatsapp.group_errors import explain_group
from session_host.whatsapp.group_members import results
from session_host.whatsapp.group_reading import group_of
from session_host.whatsapp.library.neonize_client import jid_of, protobufs
from shared.errors import GroupConflict, GroupNotAllowed, GroupNotFound, NotInGroup, WagateError, WhatsAppRefused
from shared.jids import Jid

NONE = protobufs.JID(User="", RawAgent=0, Device=0, Integrator=0, Server="")


def info(created: float, named_at: int) -> Any:
    group = protobufs.GroupInfo(JID=jid_of(Jid.parse("120363000000000001@g.us")), OwnerJID=NONE, OwnerPN=NONE)
    group.GroupName.Name, group.GroupName.NameSetAt, group.GroupCreated = "Toko", named_at, created
    return group


@pytest.mark.parametrize(
    ("created", "named_at", "shown"),
    [
        (1_700_000_123, 1_700_000_123, 1_700_000_123_000),  # the library has it as a multiple of 128
        (1_700_000_123, 1_700_900_000, 1_700_000_128_000),  # renamed later: what is left is the rounded one
        (-62_135_596_800, -62_135_596_800, None),
    ],
)
def test_when_a_group_was_made(created: float, named_at: int, shown: int | None) -> None:
    """Exact while the group has its first name, else what the library's 24 bits leave of it; else nothing."""
    assert group_of(info(created, named_at)).created_at == shown


def person(lid: str, number: str, error: int, code: str = "") -> Any:
    who = protobufs.GroupParticipant(
        JID=jid_of(Jid.parse(lid)), LID=jid_of(Jid.parse(lid)), PhoneNumber=jid_of(Jid.parse(number)),
        IsAdmin=False, IsSuperAdmin=False, DisplayName="", Error=error,
    )  # fmt: skip
    if code:
        who.AddRequest.Code, who.AddRequest.Expiration = code, 1_700_000_000
    return who


def test_what_became_of_each() -> None:
    """In the order in which they were asked for, by number or LID; who is not on WhatsApp was not asked for."""
    a, b, c, d = (f"62811111111{each}@s.whatsapp.net" for each in range(4))
    people = {a: Jid("1111111", "lid"), b: None, c: Jid("3333333", "lid"), d: Jid("628111111113", "s.whatsapp.net")}
    answered = [person("3333333@lid", c, 403, "AbC"), person("4444444@lid", d, 409), person("1111111@lid", a, 0)]
    told = results(people, answered, "added", "not_on_whatsapp")
    assert [(each.asked, each.state, each.code, each.lid) for each in told] == [
        (a, "added", None, "1111111@lid"),
        (b, "not_on_whatsapp", 404, None),
        (c, "forbidden", 403, "3333333@lid"),
        (d, "already", 409, "4444444@lid"),
    ]
    assert told[2].invite == "AbC"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("that group does not exist", GroupNotFound),
        ("failed to get old group info to update topic: you're not participating in that group", NotInGroup),
        ("info query returned status 403: forbidden", GroupNotAllowed),
        ("info query returned status 409: conflict", GroupConflict),
        ("info query returned status 406: not-acceptable", WhatsAppRefused),
        ("info query returned status 429: rate-overlimit", NotLookedUp),
        ("info query timed out", NotLookedUp),
        ("websocket not connected", NotSent),
        ("websocket disconnected before info query returned response", NotLookedUp),
    ],
)
def test_what_an_error_of_a_change_means(words: str, error: type[Exception]) -> None:
    """A refusal says what it is; a connection that broke after the request leaves it open whether it was done."""
    told = explain_group(words, changes=True)
    assert type(told) is error
    assert not isinstance(told, WagateError) or told.message


def test_a_question_may_be_asked_again_when_the_connection_breaks() -> None:
    """It changed nothing."""
    assert isinstance(
        explain_group("websocket disconnected before info query returned response", changes=False), NotSent
    )

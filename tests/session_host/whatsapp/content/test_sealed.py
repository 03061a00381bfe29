"""What is sealed with the secret of another message: opened whoever is named how, and by nothing else."""

import os
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from session_host.whatsapp.content.sealed import opened, seal_of
from session_host.whatsapp.content.unsealed import unsealed
from session_host.whatsapp.library.neonize_client import E2eMessage
from shared.poll_options import names_by_id
from tests.session_host.whatsapp.content.sealing import (
    sealed_answer,
    sealed_comment,
    sealed_edit,
    sealed_reaction,
    sealed_vote,
)

SECRET = os.urandom(32)
KEY = {"remoteJID": "628@s.whatsapp.net", "fromMe": True, "ID": "3EB0AA"}
AUTHOR, VOTER = ("9001@lid", "628111@s.whatsapp.net"), ("9002@lid", "628222@s.whatsapp.net")

Sealing = Callable[[bytes, dict[str, Any], str, str], dict[str, Any]]
KINDS: dict[str, Sealing] = {
    "vote": lambda *how: sealed_vote(*how, ["Rice"]),
    "event_answer": lambda *how: sealed_answer(*how, 2),
    "reaction": lambda *how: sealed_reaction(*how, "\U0001f44d"),
    "text": lambda *how: sealed_comment(*how, "well"),
    "edit": lambda *how: sealed_edit(*how, "new"),
}
"""By type of what is in it."""


def read(message: dict[str, Any], secrets: list[bytes]) -> Any:
    """The reading of what is in a sealed message; None when nothing opens it."""
    protobuf = ParseDict(message, E2eMessage())
    seal = seal_of(protobuf)
    assert seal is not None
    assert seal.target == "3EB0AA"
    plain = opened(seal, secrets, AUTHOR, VOTER)
    return None if plain is None else unsealed(protobuf, plain)


@pytest.mark.parametrize(("author", "voter"), list(product(AUTHOR, VOTER)))
@pytest.mark.parametrize("kind", KINDS)
def test_everybody_may_be_named_by_lid_or_number(kind: str, author: str, voter: str) -> None:
    """All four ways, for each kind; a secret of another message beside the right one does no harm."""
    found = read(KINDS[kind](SECRET, KEY, author, voter), [os.urandom(32), SECRET])
    assert found is not None
    assert found.type == kind
    assert read(KINDS[kind](SECRET, KEY, author, voter), [os.urandom(32)]) is None
    assert read(KINDS[kind](SECRET, KEY, author, "628666@s.whatsapp.net"), [SECRET]) is None


def test_what_was_in_them() -> None:
    """Options by the hashes of their names, an answer and when it was given, an emoji, a comment, an edit."""
    how = (SECRET, KEY, AUTHOR[0], VOTER[0])
    vote = read(sealed_vote(*how, ["Rice", "Noodles"]), [SECRET])
    names = names_by_id(["Noodles", "Soup", "Rice"])
    assert [names[choice] for choice in vote.choices] == ["Rice", "Noodles"]
    withdrawn = read(sealed_vote(*how, []), [SECRET])
    assert (withdrawn.choices, withdrawn.shown.vote.options) == ((), ())
    answer = read(sealed_answer(*how, 3), [SECRET])
    assert (answer.shown.model_dump(mode="json"), answer.said_at) == (
        {"message": "maybe", "answer": {"messageId": "3EB0AA", "response": "maybe", "guests": 1}},
        1_700_000_000_777,
    )
    assert read(sealed_reaction(*how, "\U0001f44d"), [SECRET]).shown.reaction.emoji == "\U0001f44d"
    comment = read(sealed_comment(*how, "well"), [SECRET])
    assert (comment.shown.message, comment.shown.message_id) == ("well", "3EB0AA")
    edit = read(sealed_edit(*how, "new"), [SECRET])
    assert (edit.shown.message, edit.shown.edited, edit.shown.message_id) == ("new", True, "3EB0AA")
    assert read(sealed_edit(*how, "new", inside=KEY | {"ID": "3EB0BB"}), [SECRET]) is None


def test_rubbish_is_not_opened() -> None:
    """An IV of another length, nothing sealed at all, and something else in the seal."""
    odd = {"encReactionMessage": {"targetMessageKey": KEY, "encPayload": "AA==", "encIV": "AA=="}}
    assert read(odd, [SECRET]) is None
    assert seal_of(ParseDict({"conversation": "hi"}, E2eMessage())) is None
    assert seal_of(ParseDict({"secretEncryptedMessage": {"secretEncType": 3}}, E2eMessage())) is None
    wrong = ParseDict(sealed_vote(SECRET, KEY, AUTHOR[0], VOTER[0], ["Rice"]), E2eMessage())
    assert unsealed(wrong, b"\xff\xff") is None

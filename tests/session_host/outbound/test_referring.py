"""What may be said about a message, and until when."""

from dataclasses import replace

import pytest

from session_host.outbound.referring import check
from session_host.whatsapp.beside import Referred
from session_host.whatsapp.library.neonize_client import E2eMessage
from shared.contracts.content.file import MAX_CAPTION
from shared.contracts.content.kind import AboutMessage
from shared.contracts.content.sayings import DELETE_WITHIN, EDIT_WITHIN, Edit, Reaction, Revoke
from shared.errors import TargetNotOwn, TargetTooOld, TargetUnfit

SENT_AT = 1_700_000_000_000
PERSON, GROUP = "628111@s.whatsapp.net", "120363@g.us"
OURS = Referred(
    id="3EB0",
    chat=PERSON,
    type="text",
    from_me=True,
    author="628999@s.whatsapp.net",
    authors=("628999@s.whatsapp.net",),
    message=E2eMessage(conversation="hello").SerializeToString(),
    secret=bytes(32),
    sent_at=SENT_AT,
)
THEIRS = replace(OURS, from_me=False, author=PERSON, authors=(PERSON,))
EDIT, DELETION = Edit(message_id="3EB0", text="new"), Revoke(message_id="3EB0")


@pytest.mark.parametrize(
    ("content", "within"), [(EDIT, EDIT_WITHIN), (DELETION, DELETE_WITHIN)], ids=["edit", "delete"]
)
def test_a_message_is_changed_while_phones_take_it(content: AboutMessage, within: int) -> None:
    """Up to the last moment of WhatsApp's time for it, and not a millisecond longer: phones would pass it over."""
    check(content, OURS, SENT_AT + within * 1000)
    with pytest.raises(TargetTooOld) as refused:
        check(content, OURS, SENT_AT + within * 1000 + 1)
    assert refused.value.details == {"messageId": "3EB0", "limit": within}


@pytest.mark.parametrize("kind", ["image", "video", "gif"])
def test_the_words_below_a_picture_are_edited(kind: str) -> None:
    """Up to the length of a caption; those of other kinds are not."""
    check(Edit(message_id="3EB0", text="x" * MAX_CAPTION), replace(OURS, type=kind), SENT_AT)
    for text, other in (("x" * (MAX_CAPTION + 1), kind), ("x", "document"), ("x", "location"), ("x", "album")):
        with pytest.raises(TargetUnfit):
            check(Edit(message_id="3EB0", text=text), replace(OURS, type=other), SENT_AT)


def test_there_is_no_time_for_a_reaction() -> None:
    """People react to what is years old."""
    check(Reaction(message_id="3EB0", emoji="!"), THEIRS, SENT_AT + 10 * 365 * 86_400_000)


@pytest.mark.parametrize("content", [EDIT, DELETION], ids=["edit", "delete"])
def test_between_two_people_only_what_is_ones_own_is_changed(content: AboutMessage) -> None:
    """WhatsApp takes anything, and the other phone passes it over."""
    with pytest.raises(TargetNotOwn):
        check(content, THEIRS, SENT_AT)


def test_in_a_group_admins_delete_what_others_wrote() -> None:
    """They do not edit it."""
    check(DELETION, replace(THEIRS, chat=GROUP), SENT_AT)
    with pytest.raises(TargetNotOwn):
        check(EDIT, replace(THEIRS, chat=GROUP), SENT_AT)

"""What WhatsApp says and the library has no value for is left out, and never taken for something else."""

from typing import Any

import pytest

from session_host.whatsapp import from_whatsapp, signals
from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.client import Banned, Refused, Signal, Unlinked
from session_host.whatsapp.events import people as presences
from session_host.whatsapp.library.event_numbers import EventNumber
from session_host.whatsapp.library.neonize_client import protobufs
from session_host.whatsapp.questions import newsletters, profile, status
from shared.contracts.commands.newsletters import ReadNewsletter
from shared.contracts.commands.profile import ReadPrivacy
from shared.contracts.commands.status import ReadAudience

SOMEBODY = protobufs.JID(User="628123", Server="s.whatsapp.net", RawAgent=0, Device=0, Integrator=0, IsEmpty=False)


def source() -> Any:
    return protobufs.MessageSource(Chat=SOMEBODY, Sender=SOMEBODY, IsFromMe=False, IsGroup=False)


def test_a_receipt_says_nothing_then() -> None:
    """It is no delivery, and asks for no message again."""
    event = protobufs.Receipt(MessageSource=source(), MessageIDs=["3EB0"], Timestamp=1)
    assert from_whatsapp.receipt(event, 1, Acquaintances()) is None
    assert from_whatsapp.resend_asked(event, 1, Acquaintances()) is None


def test_an_unknown_state_of_typing_is_none() -> None:
    """Nobody is said to write."""
    assert presences.writing(protobufs.ChatPresence(MessageSource=source()), 1, Acquaintances()) is None


def test_an_unknown_medium_is_written() -> None:
    """Somebody is at it, with whatever."""
    event = protobufs.ChatPresence(MessageSource=source(), State=protobufs.ChatPresence.COMPOSING)
    arrival = presences.writing(event, 1, Acquaintances())
    assert arrival is not None
    assert arrival.event.state == "composing"


@pytest.mark.parametrize(
    ("kind", "event", "signal"),
    [
        (EventNumber.TEMPORARY_BAN, protobufs.TemporaryBan(Expire=60), Banned(61_000, None)),
        (EventNumber.CONNECT_FAILURE, protobufs.ConnectFailure(Message="no"), Refused(None)),
        (EventNumber.LOGGED_OUT, protobufs.LoggedOut(OnConnect=True), Unlinked("unknown")),
    ],
)
def test_the_end_of_a_connection_is_one_whatever_the_code(kind: EventNumber, event: Any, signal: Signal) -> None:
    """What is known of it is kept: of a ban, how long it lasts."""
    assert signals.of_event(kind, event.SerializePartialToString(), 1_000) == signal


class Library:
    """Answers each question with what it was made with."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def ask(self, function: str, *_: object) -> Any:
        return self.answers[function]


def test_a_newsletter_is_not_said_to_be_verified_followed_or_muted() -> None:
    """As it would be by the first values of the enums."""
    meta = protobufs.NewsletterMetadata(ID=SOMEBODY)
    answer = protobufs.CreateNewsLetterReturnFunction(NewsletterMetadata=meta)
    library: Any = Library(GetNewsletterInfo=answer)
    found = newsletters.read_newsletter(library, ReadNewsletter(jid="1@newsletter")).newsletter
    assert (found.verified, found.role, found.muted) == (False, "guest", False)


def test_whom_posts_go_to_is_not_guessed() -> None:
    """No audience is named that WhatsApp did not."""
    answer = protobufs.GetStatusPrivacyReturnFunction(StatusPrivacy=[protobufs.StatusPrivacy(IsDefault=True)])
    privacy = protobufs.PrivacySettings(LastSeen=protobufs.PrivacySettings.ALL)
    contacts = protobufs.ContactsGetAllContactsReturnFunction()
    library: Any = Library(GetStatusPrivacy=answer, GetPrivacySettings=privacy, GetAllContacts=contacts)
    assert profile.read_privacy(library, ReadPrivacy()).audience is None
    assert status.read_audience(library, ReadAudience()).who == "contacts"

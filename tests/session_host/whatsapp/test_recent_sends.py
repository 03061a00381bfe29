"""What the library still has of what its client sent, so that it answers a device by itself."""

from session_host.whatsapp.recent_sends import KEPT, RecentSends


def test_a_message_is_known_from_its_acknowledgement_on() -> None:
    """One that this client did not send is not."""
    recent = RecentSends()
    assert recent.has("A") is False
    recent.begin()
    recent.end("A", left=True)
    assert recent.has("A") is True
    assert recent.has("B") is False


def test_the_last_256_are_known() -> None:
    """As the library keeps them: the one before is sent again by us."""
    recent = RecentSends()
    for place in range(KEPT + 1):
        recent.begin()
        recent.end(str(place), left=True)
    assert [recent.has(str(place)) for place in (0, 1, KEPT)] == [False, True, True]


def test_while_one_is_under_way_nobody_knows() -> None:
    """A device may ask before the acknowledgement is here; what certainly did not leave is not it."""
    recent = RecentSends()
    recent.begin()
    recent.begin()
    assert recent.has("A") is None
    recent.end("A", left=True)
    assert recent.has("A") is True
    assert recent.has("B") is None
    recent.end(None, left=False)
    assert recent.has("B") is False


def test_after_a_send_in_doubt_the_library_may_have_any() -> None:
    """It answers for what it has; two answers would be two messages."""
    recent = RecentSends()
    recent.begin()
    recent.end(None, left=True)
    assert recent.has("A") is True

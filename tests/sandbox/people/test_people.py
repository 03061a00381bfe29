"""Who may see what of whom, and what of it is kept."""

import pytest

from sandbox.people.people import People
from sandbox.people.person import Business
from sandbox.people.pictures import Pictures, is_jpeg
from sandbox.state.storage import Store

ANNA, BEN, CARL = "491700000001", "491700000002", "491700000003"
JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"


@pytest.mark.parametrize(
    ("setting", "who"),
    [
        ("all", {BEN, CARL}),
        ("contacts", {BEN}),
        ("none", set()),
        ("contact_blacklist", set()),
    ],
)
def test_what_is_seen_follows_the_setting(setting, who):
    """Everybody, contacts, contacts but for some, nobody; oneself always, and whom one blocks never."""
    people = People(Store())
    people.save_contact(ANNA, BEN)
    people.exclude(ANNA, [BEN])
    people.set_privacy(ANNA, {"last": setting, "online": "match_last_seen"})
    for what in ("last", "online"):
        assert {viewer for viewer in (BEN, CARL) if people.may(ANNA, what, viewer)} == who
        assert people.may(ANNA, what, ANNA)
    for viewer in (BEN, CARL):
        people.block(ANNA, viewer)
        assert not people.may(ANNA, "last", viewer)


def test_a_link_is_good_until_another_one_is_made():
    """It stays the same, leads to its owner, and to nobody once it was revoked."""
    people = People(Store())
    first = people.link(ANNA)
    assert (people.link(ANNA), people.linked(first)) == (first, ANNA)
    second = people.link(ANNA, anew=True)
    assert (people.linked(first), people.linked(second), people.linked("")) == (None, ANNA, None)


def test_everything_of_people_survives_in_the_store(tmp_path):
    """What they say, whom they block, and their pictures."""
    store = Store(tmp_path / "sandbox.sqlite")
    people, pictures = People(store), Pictures(store)
    people.say(ANNA, "busy")
    people.set_business(ANNA, Business("Anna's", email="anna@example.org"))
    people.set_privacy(ANNA, {"profile": "none"})
    people.block(ANNA, BEN)
    people.set_timer(ANNA, 86_400)
    shown = pictures.show(ANNA, JPEG)
    pictures.show(BEN, JPEG)
    pictures.remove(BEN)
    store.close()

    again = Store(tmp_path / "sandbox.sqlite")
    people_again, pictures_again = People(again), Pictures(again)
    assert people_again.of(ANNA) == people.of(ANNA)
    assert pictures_again.of(ANNA) == shown
    assert pictures_again.at(shown.path.partition("?")[0]) == shown
    assert pictures_again.of(BEN) is None
    again.close()


def test_only_a_jpeg_is_a_picture():
    """Nothing, text, and half a picture are none."""
    assert is_jpeg(JPEG)
    assert not any(map(is_jpeg, (b"", b"text", JPEG[:-1], b"\x89PNG" + JPEG)))

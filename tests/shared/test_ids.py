"""Ids sort by time, do not repeat, and names are checked."""

import pytest

from shared import ids
from shared.errors import BadSessionName


@pytest.mark.parametrize(
    ("make", "prefix"),
    [
        (ids.new_key_id, "key_"),
        (ids.new_session_uid, "ses_"),
        (ids.new_message_id, "msg_"),
        (ids.new_request_id, "req_"),
    ],
)
def test_ids_sort_by_the_time_they_were_made(make, prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also across a change of the number of digits; two of one millisecond differ."""
    made = []
    for now in (1, 31, 32, 1_700_000_000_000, 1_700_000_000_001, 2**47):
        monkeypatch.setattr(ids, "now_ms", lambda now=now: now)
        made.append(make())
        assert make() != make()
    assert made == sorted(made)
    assert all(id_.startswith(prefix) and len(id_) == 30 for id_ in made)


def test_an_api_key_is_long_and_its_hash_tells_nothing() -> None:
    """256 random bits; the hash is of the whole key."""
    key = ids.new_api_key()
    assert key.startswith("wa_")
    assert len(key) == 46
    assert key != ids.new_api_key()
    assert ids.hash_api_key(key) != ids.hash_api_key(key[:-1])


@pytest.mark.parametrize("name", ["a", "9", "Sales.team_1-b", "a" * 64])
def test_a_session_name_that_keeps_the_rule_is_returned(name: str) -> None:
    """Unchanged."""
    assert ids.check_session_name(name) == name


@pytest.mark.parametrize(
    "name", ["", ".a", "-a", "_a", "a b", "a/b", "a*", "a>", "é", "a\n", "\u0661", "a" * 65, "../x", "a\x00"]
)
def test_a_session_name_that_breaks_the_rule_is_refused(name: str) -> None:
    """With the rule in words, and no more of the name than fits."""
    with pytest.raises(BadSessionName, match="1 to 64 letters") as refused:
        ids.check_session_name(name)
    assert len(refused.value.details["sessionId"]) <= 80


def test_message_ids_are_recognised() -> None:
    """Only the form: a letter that is not of the alphabet is none."""
    assert ids.is_message_id(ids.new_message_id())
    for text in ("", "msg_", ids.new_session_uid(), ids.new_message_id() + "0", ids.new_message_id()[:-1] + "u"):
        assert not ids.is_message_id(text)


def test_ids_of_one_process_sort_in_the_order_they_were_made() -> None:
    """Also within one millisecond: the queue of a session is the order of its ids."""
    made = [ids.new_message_id() for _ in range(2000)]
    assert made == sorted(set(made))

from session_host.ownership.sharing import least_loaded, share_of
from shared.leases.model import Lease
from shared.sessions.model import Session
from shared.sessions.turns import in_turns


def lease(owner: str, held: int, room: int = 100, **fields: bool) -> Lease:
    return Lease(owner, "host", 1, held=held, room=room, **fields)


def sessions(count: int) -> list[Session]:
    return [Session(f"ses_{place:03d}", "key", str(place), created_at=0) for place in range(count)]


def test_every_session_has_one_taker_and_all_end_up_equal() -> None:
    """Three shards that see the same split the sessions without asking each other; who holds less takes more."""
    leases = [lease("a", 0), lease("b", 10), lease("c", 4)]
    wanted = sessions(31)
    shares = {taker.owner: share_of(taker.owner, wanted, leases) for taker in leases}
    taken = [session.uid for share in shares.values() for session in share]
    assert sorted(taken) == [session.uid for session in wanted]
    assert {taker.owner: taker.held + len(shares[taker.owner]) for taker in leases} == {"a": 15, "b": 15, "c": 15}


def test_who_is_full_or_draining_or_dead_takes_nothing() -> None:
    """And nobody takes more than there is room for; the rest waits."""
    leases = [lease("a", 0, draining=True), lease("b", 0, dead=True), lease("c", 9, room=0), lease("d", 50, room=2)]
    wanted = sessions(5)
    assert [len(share_of(owner, wanted, leases)) for owner in "abcd"] == [0, 0, 0, 2]
    assert share_of("d", wanted, leases[:3]) == []


def test_a_moved_session_goes_to_who_holds_least() -> None:
    """Never back to where it is, nor to a shard that could not take it."""
    leases = [lease("a", 0), lease("b", 5), lease("c", 3), lease("d", 1, room=0), lease("e", 1, draining=True)]
    taker = least_loaded(leases, but="a")
    assert taker is not None
    assert taker.owner == "c"
    assert least_loaded(leases[:1], but="a") is None


def test_keys_take_turns_when_there_is_not_room_for_all() -> None:
    """A thousand sessions of one key, all made before, do not take the place of another key's first."""
    crowd = sessions(1_000)
    late = Session("ses_late", "another", "a", created_at=9)
    assert in_turns([*crowd, late])[:3] == [crowd[0], late, crowd[1]]
    assert late in share_of("a", [*crowd, late], [lease("a", 0, room=2)])

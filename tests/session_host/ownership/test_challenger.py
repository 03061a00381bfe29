from session_host.ownership.challenger import DEAD_AFTER, Challenger
from shared.leases.model import Lease


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def lease(owner: str, version: int, **fields: bool) -> Lease:
    return Lease(owner, "host", version, held=0, room=10, **fields)


def test_a_lease_that_does_not_change_for_ten_seconds_is_a_dead_shards() -> None:
    """By this process's own clock, from when it first saw that version; a renewal begins it anew."""
    clock = Clock()
    challenger = Challenger("me", clock)
    assert challenger.see([lease("a", 1), lease("b", 7)]) == []
    clock.now += DEAD_AFTER - 0.1
    assert challenger.see([lease("a", 1), lease("b", 8)]) == []
    assert (challenger.is_late("a"), challenger.is_late("b"), challenger.suspects) == (True, False, True)
    clock.now += 0.1
    assert challenger.see([lease("a", 1), lease("b", 8)]) == [lease("a", 1)]
    clock.now += DEAD_AFTER - 0.2
    assert challenger.see([lease("b", 8)]) == []


def test_a_challenger_that_was_frozen_looks_again_first() -> None:
    """However long it slept, what it sees afterwards is what counts: a renewed lease is a living shard's."""
    clock = Clock()
    challenger = Challenger("me", clock)
    challenger.see([lease("a", 1)])
    clock.now += 3600
    assert challenger.see([lease("a", 500)]) == []


def test_nobody_challenges_itself_or_the_dead() -> None:
    """Its own lease is the keeper's business; what is declared dead stays so until its shard is back."""
    clock = Clock()
    challenger = Challenger("me", clock)
    leases = [lease("me", 1), lease("a", 1, dead=True)]
    challenger.see(leases)
    clock.now += 60
    assert challenger.see(leases) == []
    assert challenger.see([lease("a", 2)]) == []
    assert not challenger.suspects

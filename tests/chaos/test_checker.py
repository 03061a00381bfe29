"""The checker itself: what it has to see, and what it must not take for a fault."""

from typing import Any

import pytest

from tests.chaos.__main__ import summary
from tests.chaos.connections import died_with, ended_over, failovers, overlap_ms
from tests.chaos.history import Verdict
from tests.chaos.manifests import Manifests


def connection(begin: float, end: float | None, *, reason: str = "closed", last: float | None = None) -> dict[str, Any]:
    return {"number": "1", "device": 1, "from": begin, "to": end, "lastFrame": last or end or begin, "reason": reason}


@pytest.mark.parametrize(
    ("connections", "expected"),
    [
        ([connection(0, 10), connection(11, None)], 0),
        ([connection(0, 12), connection(11, None, last=15)], 1000),
        ([connection(0, 41, reason="replaced", last=9), connection(11, None, last=50)], 0),
        ([connection(0, 41, reason="replaced", last=12), connection(11, None, last=50)], 1000),
        ([connection(0, None, last=14), connection(11, None, last=13)], 2000),
    ],
    ids=["one after the other", "both open", "frozen and replaced", "spoke beside its successor", "neither ended"],
)
def test_overlap(connections: list[dict[str, Any]], expected: float) -> None:
    """Two connections overlap as long as both live; one that was replaced lives until its last word."""
    assert overlap_ms(connections) == expected


def test_another_device_is_no_overlap() -> None:
    """Two devices of one number may be connected at once."""
    assert overlap_ms([connection(0, 10), {**connection(5, None), "device": 2}]) == 0


def test_a_failover_counts_from_the_fault() -> None:
    """From the fault to the next connection; a device whose connection had ended before is none."""
    lost, kept_away = [connection(0, 101), connection(109, None)], [connection(0, 50), connection(120, None)]
    assert failovers(lost, 100, ["1"]) == [9]
    assert failovers(kept_away, 100, ["1"]) == []
    assert failovers([connection(0, None)], 100, ["1"]) == []


def test_what_died_with_its_process_is_told_from_what_was_lost() -> None:
    """Only what was acknowledged in the half second before the last word of that number's connection that ended."""
    places = [connection(0, 130, last=100), connection(133, None, last=140)]
    assert died_with(places, "1", 99.9)
    assert not died_with(places, "1", 99.0)
    assert not died_with(places, "1", 139.9)
    assert not died_with(places, "2", 99.9)


def test_a_connection_is_found_by_what_was_acknowledged_over_it() -> None:
    """Of that number, and only once it has ended."""
    places = [connection(0, 130), connection(133, None)]
    assert ended_over(places, "1", 129.9) == 130
    assert ended_over(places, "1", 131) is None
    assert ended_over(places, "1", 134) is None
    assert ended_over(places, "2", 99) is None


def test_a_manifest_that_goes_back_is_seen() -> None:
    """Epoch first, then sequence; each session's by itself."""
    manifests = Manifests()
    for key, place in (("a", (1, 5)), ("b", (1, 2)), ("a", (2, 1)), ("a", (2, 1))):
        manifests.saw(key, place)
    assert not manifests.rewound
    manifests.saw("a", (1, 6))
    assert manifests.rewound == ["a: from (2, 1) to (1, 6)"]


def test_the_last_line() -> None:
    """The sum over all runs, as docs/chaos.md shows it."""
    verdicts = [Verdict(unknown=2, failovers=[3.0, 5.0]), Verdict(failovers=[11.0])]
    assert summary(verdicts) == (
        "chaos: 2 runs, lost 0, doubled 0, unknown 2, rewound 0, overlap 0 ms, failover p50 5.0 s max 11.0 s"
    )

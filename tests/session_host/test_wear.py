"""When a process is worn."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from session_host.wear import EACH_SESSION, Bounds, Wear, open_files, resident_memory
from session_host.whatsapp.leftovers import Leftovers

_NEVER = Bounds(leftovers=1_000_000, memory=0, min_age=0)


@pytest.fixture
def pipes() -> Iterator[list[int]]:
    found: list[int] = []
    yield found
    for descriptor in found:
        os.close(descriptor)


def test_a_process_within_its_bounds_is_not_worn() -> None:
    """However much memory it has, when that has no bound."""
    assert Wear(_NEVER, Leftovers(threads=5)).reason(0) is None


def test_what_the_library_left_over_is_bounded() -> None:
    """Threads and connections are counted together; the reason says how many."""
    leftovers = Leftovers(threads=2, connections={1, 2})
    wear = Wear(Bounds(leftovers=3, memory=0, min_age=0), leftovers)
    assert wear.reason(0) == "4 threads and files of the library are left over"
    leftovers.connections.clear()
    assert wear.reason(0) is None


def test_uploads_that_hang_are_bounded() -> None:
    """Each has a thread, of which there are sixteen."""
    wear = Wear(_NEVER, Leftovers(uploads=5))
    assert wear.reason(0) == "5 uploads hang in the library"
    assert Wear(_NEVER, Leftovers(uploads=4)).reason(0) is None


def test_memory_is_bounded_beside_what_sessions_need() -> None:
    """A process of many sessions may have more."""
    bound = resident_memory() // 2
    wear = Wear(Bounds(leftovers=1, memory=bound, min_age=0), Leftovers())
    assert str(wear.reason(0)).endswith("MiB of memory")
    assert wear.reason(resident_memory() // EACH_SESSION) is None


def test_a_young_process_is_not_worn() -> None:
    """Or a bound below what an empty process needs would replace it for ever."""
    wear = Wear(Bounds(leftovers=1, memory=1, min_age=3600), Leftovers())
    assert wear.reason(0) is None
    wear._began -= 3600
    assert wear.reason(0) is not None


def test_files_are_counted(pipes: list[int]) -> None:
    """Those that are open now."""
    gc.collect()  # what earlier tests left open closes when it is collected: not between the two
    gc.disable()
    try:
        before = open_files()
        pipes += os.pipe()
        assert open_files() == before + 2
    finally:
        gc.enable()
    assert Path("/proc/self/fd").exists()

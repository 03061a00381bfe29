import threading
from typing import Any

import pytest

from shared.adapters.sqlite import worker as workers
from shared.adapters.sqlite.worker import Job, Worker
from shared.errors import StoreUnavailable


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "ANSWER_WITHIN", 0.1)
    monkeypatch.setattr(workers, "_LOOK_EVERY", 0.02)


def run(batch: list[Job]) -> None:
    for job in batch:
        job.result = job.work()


@pytest.mark.usefixtures("impatient")
async def test_a_disk_that_hangs_is_an_error_and_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits is told within the deadline, those behind it too; what is asked afterwards is done."""
    disk = threading.Event()
    worker = Worker("test", run)
    first, second = worker.do(disk.wait), worker.do(lambda: "behind it")
    for hanging in (first, second):
        with pytest.raises(StoreUnavailable, match="did not answer"):
            await hanging
    monkeypatch.setattr(workers, "ANSWER_WITHIN", 60)
    disk.set()
    assert await worker.do(lambda: "well again") == "well again"
    await worker.close()


async def test_what_is_answered_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Results do not pile up until the next look, and looking ends when nothing waits."""
    monkeypatch.setattr(workers, "_LOOK_EVERY", 0.02)
    worker = Worker("test", run)
    results: list[Any] = [await worker.do(lambda number=number: number) for number in range(100)]
    assert results == list(range(100))
    assert len(worker._unanswered) == 1
    await worker.close()
    with pytest.raises(StoreUnavailable):
        await worker.do(lambda: None)

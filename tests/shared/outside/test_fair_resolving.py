"""Names whose servers say nothing, and whoever waits beside them."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest

from shared.outside.addresses import Allowed
from shared.outside.fair_resolving import FairResolving, names_of
from shared.outside.posting import NotPosted, Poster
from tests.shared.outside.test_fetching import server

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Names:
    """Answers `good.…`, and keeps who asks for anything else until the end of the test."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.asked: list[str] = []
        self.waiting = 0
        self.most = 0
        self._lock = threading.Lock()

    def __call__(self, host: str, port: int) -> list[str]:
        assert port
        with self._lock:
            self.asked.append(host)
            if host.startswith("good"):
                return ["127.0.0.1"]
            self.waiting += 1
            self.most = max(self.most, self.waiting)
        self.over.wait(120)
        with self._lock:
            self.waiting -= 1
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


@pytest.fixture
def names() -> Iterator[Names]:
    found = Names()
    yield found
    found.over.set()


async def test_a_thousand_names_that_hang_keep_nobody_else_waiting(names: Names) -> None:
    """One owner's have four threads and no more, also when nobody waits for them any longer; others are posted to."""
    names_of_all = FairResolving(names)
    hasty = Poster(Allowed.named("127.0.0.1"), names_of_all, within=0.5)
    poster = Poster(Allowed.named("127.0.0.1"), names_of_all, within=60)

    async def hanging(number: int) -> str:
        with pytest.raises(NotPosted) as refused:
            await hasty.post(f"http://hangs{number}.example/", {}, b"{}", whose="key_bad")
        return str(refused.value)

    async with server(OK) as port, asyncio.timeout(90):
        hung = [asyncio.create_task(hanging(number)) for number in range(1000)]
        while names.most < 4:
            await asyncio.sleep(0.01)
        for number in range(20):
            url = f"http://good{number}.example:{port}/"
            assert (await poster.post(url, {}, b"{}", whose="key_good")).status == 200
        assert set(await asyncio.gather(*hung)) == {"It did not answer within 0.5 s."}
        with pytest.raises(NotPosted):
            await hasty.post(f"http://good-for-another.example:{port}/", {}, b"{}", whose="key_bad")
        assert (await poster.post(f"http://good-too.example:{port}/", {}, b"{}", whose="key_good")).status == 200
        assert (names.most, names.waiting) == (4, 4)
        names.over.set()
        while names.waiting:
            await asyncio.sleep(0.01)
        assert (await poster.post(f"http://good-again.example:{port}/", {}, b"{}", whose="key_bad")).status == 200
    await hasty.close()
    await poster.close()


async def test_a_name_is_asked_for_once_in_a_while(names: Names) -> None:
    """Whoever asks; and what is not answered is asked for again."""
    resolving = FairResolving(names)
    for whose in ("a", "b", "a"):
        with names_of(whose):
            assert await resolving("good.example", 443) == ["127.0.0.1"]
    assert names.asked == ["good.example"]
    names.over.set()
    for _ in range(2):
        with pytest.raises(socket.gaierror):
            await resolving("gone.example", 443)
    assert names.asked.count("gone.example") == 2
    resolving.close()

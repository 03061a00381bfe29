"""What the library may still call when a client is gone has to be there."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import pytest

from session_host.whatsapp.library import neonize_client
from session_host.whatsapp.library.gate import Gate

_LOG_PLACE = 9
"""Of the arguments of the library's `Neonize`."""


class _Deaf:
    """A listener that is told how a client ended."""

    wanted = b""

    def __init__(self) -> None:
        self.ended: list[str] = []

    def on_end(self, error: str) -> None:
        self.ended.append(error)


async def test_a_log_line_of_a_client_that_is_gone_ends_no_shard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its goroutines may log after its thread has ended: they call a function that is kept as long as the process."""
    given: list[int] = []
    library = neonize_client._library

    class Noting:
        def __getattr__(self, name: str) -> Any:
            return getattr(library, name)

        @staticmethod
        def Neonize(*arguments: Any) -> Any:  # noqa: N802 - the library's name
            given.append(ctypes.cast(arguments[_LOG_PLACE], ctypes.c_void_p).value or 0)
            return library.Neonize(*arguments)

    monkeypatch.setattr(neonize_client, "_library", Noting())
    gate, listener = Gate(), _Deaf()
    async with gate.alone():
        for name in ("one.db", "two.db"):
            client = neonize_client.NeonizeClient(str(tmp_path / name), gate, listener)  # type: ignore[arg-type]
            client.run("none://", b"")
            client.remove()
    assert len(listener.ended) == 2
    assert all("proxy" in error for error in listener.ended), listener.ended
    kept = ctypes.cast(neonize_client._LOG, ctypes.c_void_p).value
    assert given == [kept, kept]

"""The program that a container's watcher starts every few seconds."""

from __future__ import annotations

import pytest

from session_host.health import folder_of
from session_host.settings import HostSettings
from shared.settings import StoreSettings
from tests.session_host.test_loaded import loaded


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"WAGATE_DATA_DIR": "/data"},
        {"WAGATE_HOST_DIR": "/host"},
        {"WAGATE_DATA_DIR": "/data\n", "WAGATE_HOST_DIR": " /host "},
    ],
)
def test_it_looks_where_the_host_marks(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads two variables by itself: as the settings read them."""
    for name in ("WAGATE_DATA_DIR", "WAGATE_HOST_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert folder_of(environment) == (HostSettings().host_dir or StoreSettings().data_dir)


def test_it_loads_next_to_nothing() -> None:
    """It is a new process each time."""
    assert loaded("session_host.health") & {"pydantic", "structlog", "asyncio", "nats", "sqlite3"} == set()

"""Where the console is opened in a browser, and what is said of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cli.gateway.data_folder import RunningGateway
from cli.launch.asked import Asked
from cli.launch.next_steps import next_steps
from cli.launch.opening import has_screen, wants_window


def test_a_browser_opens_where_somebody_looks_at_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not on a server, not for a program that reads what is printed; and as it was said."""
    opens = True
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not has_screen()
    assert not wants_window(None, as_json=False)
    assert wants_window(opens, as_json=True)
    monkeypatch.setenv("DISPLAY", ":0")
    assert has_screen()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert wants_window(None, as_json=False)
    assert not wants_window(None, as_json=True)
    assert not wants_window(not opens, as_json=False)


def test_the_program_that_runs_the_gateway_is_told() -> None:
    """Across the change from the command line to the program that stays."""
    asked = Asked("sandbox", "127.0.0.1", 3000, Path("data"), 3999, as_json=False, opens=True)
    assert Asked.decode(asked.encode()) == asked


@pytest.mark.parametrize("kind", ["whatsapp", "sandbox"])
def test_the_console_is_the_first_thing_that_is_said(kind: str) -> None:
    """With its address, before any command."""
    gateway = RunningGateway(1, kind, "http://localhost:3000", "nats://x", "t", "http://127.0.0.1:3999")
    assert "Console: http://localhost:3000" in next_steps(gateway, Path("data")).splitlines()[1]

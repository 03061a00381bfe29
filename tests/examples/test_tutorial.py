"""The tutorial's programs are run as a newcomer runs them, against a sandbox."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.examples.programs import LANGUAGES, installed, run
from tests.launched import Launched

SALES, SUPPORT = "628111111111", "628122222222"


def settings(gateway: Launched) -> dict[str, str]:
    return {"WAGATE_URL": gateway.url, "SANDBOX_URL": gateway.sandbox_url, "WAGATE_ADMIN_KEY": gateway.admin_key}


@pytest.mark.parametrize("language", LANGUAGES)
def test_tutorial_runs_to_its_end(language: str, gateway: Launched, tmp_path: Path) -> None:
    """One key, two numbers, the three ways to name a session and none, WA_DISCONNECTED handled, all deleted."""
    done = run(installed(language, "tutorial", tmp_path), tmp_path, settings(gateway))
    said = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"sales: connected as {SALES}" in said
    assert f"support: connected as {SUPPORT}" in said
    assert {f"list: sales connected {SALES}", f"list: support connected {SUPPORT}"} <= set(said)
    assert next(line for line in said if line.startswith("support received")).endswith(f"from {SALES}")
    assert any(line.startswith("default: WA_DISCONNECTED, it is ") for line in said)
    assert said[-4:] == [f"{name}: Session deleted successfully" for name in ("sales", "support", "default")] + ["done"]
    for picture in ("sales.png", "support.png"):
        assert (tmp_path / picture).read_bytes().startswith(b"\x89PNG")


def test_nothing_is_left_at_whatsapp(gateway: Launched, tmp_path: Path) -> None:
    """After the tutorial the phones have no linked device any more, and each message was sent once."""
    before = {frame["id"] for frame in frames(gateway)}
    done = run(installed("python", "tutorial", tmp_path), tmp_path, settings(gateway))
    assert done.returncode == 0, done.stdout + done.stderr
    assert len({frame["id"] for frame in frames(gateway)} - before) == 2
    for number in (SALES, SUPPORT):
        assert httpx.get(f"{gateway.sandbox_url}/phones/{number}", timeout=30).json()["devices"] == []


def frames(gateway: Launched) -> list[dict]:
    """What the tutorial's numbers sent so far."""
    told = (
        httpx.get(f"{gateway.sandbox_url}/frames", params={"from": number}, timeout=30) for number in (SALES, SUPPORT)
    )
    return [frame for answer in told for frame in answer.json()["frames"]]

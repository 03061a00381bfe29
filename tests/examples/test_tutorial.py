"""The examples are run as a newcomer runs them, against a sandbox."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from tests.launched import Launched, launched

EXAMPLES = Path(__file__).parents[2] / "examples"
SALES, SUPPORT = "628111111111", "628122222222"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Generator[Launched]:
    with launched("sandbox", tmp_path_factory.mktemp("examples") / "data") as started:
        yield started


def php() -> list[str]:
    if shutil.which("php") is None:
        pytest.skip("php is not installed (apt-get install php-cli php-curl)")
    modules = subprocess.run(["php", "-m"], capture_output=True, text=True, timeout=30, check=True).stdout
    if "curl" not in modules.split():
        pytest.skip("php has no curl extension (apt-get install php-curl)")
    return ["php", str(EXAMPLES / "php" / "tutorial.php")]


def javascript(folder: Path) -> list[str]:
    if shutil.which("npm") is None:
        pytest.skip("node and npm are not installed")
    copy = shutil.copytree(
        EXAMPLES / "javascript", folder / "javascript", ignore=shutil.ignore_patterns("node_modules")
    )
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=copy, timeout=100, check=True)
    return ["node", str(copy / "tutorial.mjs")]


def curl() -> list[str]:
    for program in ("curl", "jq"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    return ["bash", str(EXAMPLES / "curl" / "tutorial.sh")]


@pytest.mark.parametrize("language", ["python", "curl", "javascript", "php"])
def test_tutorial_runs_to_its_end(language: str, gateway: Launched, tmp_path: Path) -> None:
    """One key, two numbers, the three ways to name a session and none, WA_DISCONNECTED handled, all deleted."""
    commands = {
        "python": lambda: [sys.executable, str(EXAMPLES / "python" / "tutorial.py")],
        "curl": curl,
        "javascript": lambda: javascript(tmp_path),
        "php": php,
    }
    settings = {"WAGATE_URL": gateway.url, "SANDBOX_URL": gateway.sandbox_url, "WAGATE_ADMIN_KEY": gateway.admin_key}
    done = subprocess.run(
        commands[language](),
        cwd=tmp_path,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
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
    settings = {"WAGATE_URL": gateway.url, "SANDBOX_URL": gateway.sandbox_url, "WAGATE_ADMIN_KEY": gateway.admin_key}
    before = len(frames(gateway))
    subprocess.run(
        [sys.executable, str(EXAMPLES / "python" / "tutorial.py")],
        cwd=tmp_path,
        env=os.environ | settings,
        timeout=100,
        check=True,
    )
    assert len({frame["id"] for frame in frames(gateway)[before:]}) == 2
    for number in (SALES, SUPPORT):
        assert httpx.get(f"{gateway.sandbox_url}/phones/{number}").json()["devices"] == []


def frames(gateway: Launched) -> list[dict]:
    return json.loads(httpx.get(f"{gateway.sandbox_url}/frames").text)["frames"]

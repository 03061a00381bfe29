"""Runs the examples as a newcomer does, in each language."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
LANGUAGES = ("python", "curl", "javascript", "php")


def command(language: str, name: str) -> list[str]:
    """What to type for an example; skips the test where its language is not installed."""
    match language:
        case "python":
            return [sys.executable, str(EXAMPLES / "python" / f"{name}.py")]
        case "curl":
            for program in ("curl", "jq"):
                if shutil.which(program) is None:
                    pytest.skip(f"{program} is not installed")
            return ["bash", str(EXAMPLES / "curl" / f"{name}.sh")]
        case "javascript":
            if shutil.which("npm") is None:
                pytest.skip("node and npm are not installed")
            return ["node", str(EXAMPLES / "javascript" / f"{name}.mjs")]
        case _:
            return ["php", *_php_with_curl(), str(EXAMPLES / "php" / f"{name}.php")]


def installed(language: str, name: str, folder: Path) -> list[str]:
    """The same for an example that needs packages; those of JavaScript are installed into a copy of it."""
    typed = command(language, name)
    if language != "javascript":
        return typed
    ignored = shutil.ignore_patterns("node_modules")
    copy = shutil.copytree(EXAMPLES / "javascript", folder / "javascript", ignore=ignored)
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=copy, timeout=100, check=True)
    return ["node", str(copy / f"{name}.mjs")]


def run(typed: list[str], folder: Path, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run(
        typed, cwd=folder, env=os.environ | settings, capture_output=True, text=True, timeout=100, check=False
    )


def _php_with_curl() -> list[str]:
    if shutil.which("php") is None:
        pytest.skip("php is not installed (apt-get install php-cli php-curl)")
    modules = subprocess.run(["php", "-m"], capture_output=True, text=True, timeout=30, check=True).stdout
    if "curl" not in modules.split():
        pytest.skip("php has no curl extension (apt-get install php-curl)")
    return []

"""What the API refuses to start with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from functions.settings import ApiSettings


@pytest.mark.parametrize("name", ["admin_key", "metrics_token"])
def test_a_short_secret_is_refused(name: str) -> None:
    """Sixteen characters at least, unless a setting says that a short one is wanted; it is not repeated."""
    with pytest.raises(ValidationError, match="16 characters") as refused:
        ApiSettings(**{name: "fifteen-letters"})
    assert "fifteen-letters" not in str(refused.value)
    assert ApiSettings(**{name: "sixteen-letters!"})
    assert ApiSettings(**{name: "1234"}, allow_short_secrets=True)


def test_the_process_ends_with_a_sentence(tmp_path: Path) -> None:
    """No traceback: which setting, what is wrong and what to do; the secret is not in it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WAGATE_")}
    given = environment | {"WAGATE_ADMIN_KEY": "admin123", "WAGATE_DATA_DIR": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-m", "functions"], env=given, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert "WAGATE_ADMIN_KEY" in ended.stderr
    assert "openssl rand" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "admin123" not in ended.stderr + ended.stdout

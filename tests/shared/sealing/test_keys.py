"""The keys that encrypt secrets: where they come from."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from shared.sealing.keys import keys_of
from shared.sealing.sealer import Sealer
from shared.settings import StoreSettings, in_words

AT_ONCE = """
import sys
from pathlib import Path
from shared.sealing.sealer import Sealer
sealer = Sealer(None, Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
print(sealer.seal(b"plain", "x"))
"""


@pytest.mark.parametrize("setting", ["too-short-a-key", f"{'a' * 32},short", ",", "short," + "a" * 32])
def test_a_key_that_could_be_guessed_is_refused(setting: str) -> None:
    """By the setting's name, without what was set."""
    with pytest.raises(ValidationError) as refused:
        StoreSettings(secrets_key=setting)
    words = in_words(refused.value)
    assert words.startswith("WAGATE_SECRETS_KEY: a key has fewer than 32 characters")
    assert "short" not in words + str(refused.value)


def test_a_setting_is_not_shown() -> None:
    """Nor is a key in what is made of it."""
    settings = StoreSettings(secrets_key="a-key-of-the-tests-0123456789abcdef")
    assert "a-key-of" not in repr(settings) + repr(keys_of(settings.secrets_key, None))
    assert StoreSettings(secrets_key="").secrets_key is None


def test_processes_that_make_the_file_at_once_have_one_key(tmp_path: Path) -> None:
    """The API and a host that start together: each opens what the others sealed; nothing is left beside it."""
    file = tmp_path / "data" / "secrets.key"
    processes = [
        subprocess.Popen([sys.executable, "-c", AT_ONCE, file], stdin=-1, stdout=-1, text=True) for _ in range(4)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    sealed = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert [Sealer(None, file).open(each, "x") for each in sealed] == [b"plain"] * 4
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]

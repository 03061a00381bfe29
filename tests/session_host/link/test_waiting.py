"""What a spare shard hears, and what it looks at before it takes a slot."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from session_host.link.waiting import files_of_modules

TOLD = "from session_host.link.waiting import told_slot; print(told_slot()); import os; print(os.read(0, 1))"


@pytest.mark.parametrize(("said", "heard"), [(b"12\n", "12\nb''\n"), (b"", "None\nb''\n"), (b"1", "None\nb''\n")])
def test_a_spare_is_told_its_slot(said: bytes, heard: str) -> None:
    """A line with a number; what comes after it is left for the lifeline. Half a line is the end of a supervisor."""
    told = subprocess.run([sys.executable, "-c", TOLD], input=said, capture_output=True, check=True, timeout=30)
    assert told.stdout.decode() == heard


def test_another_version_on_the_disk_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that was replaced, or is gone, since it was loaded."""
    file = tmp_path / "loaded_by_test_waiting.py"
    file.write_text("VERSION = 1\n")
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    monkeypatch.setitem(sys.modules, file.stem, importlib.util.module_from_spec(spec))
    loaded = files_of_modules(tmp_path)
    assert files_of_modules(tmp_path) == loaded != {}
    newer = file.with_suffix(".new")
    newer.write_text("VERSION = 2\n")
    newer.replace(file)
    assert files_of_modules(tmp_path) != loaded
    file.unlink()
    assert files_of_modules(tmp_path) != loaded

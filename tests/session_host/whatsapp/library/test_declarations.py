"""The library is made to allow values that it does not know, or left as it is. What it tells then: `test_mended.py`."""

import sys
from pathlib import Path

import pytest

from session_host.whatsapp.library.declarations import allow_unknown_values, known
from session_host.whatsapp.library.neonize_client import library_file, protobufs


def test_the_library_that_is_installed_is_what_python_has_of_it() -> None:
    """Its declarations are found in its memory, byte for byte, and changed; asking again changes nothing."""
    assert allow_unknown_values(library_file())
    assert allow_unknown_values(library_file())


@pytest.mark.parametrize("other", [sys.executable, "/nowhere/neonize.so"])
def test_another_library_is_left_as_it_is(other: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One without these declarations, or none at all: it is said in the log."""
    assert not allow_unknown_values(other)
    assert "library_declarations_unknown" in capsys.readouterr().err


def test_what_is_not_loaded_is_left_as_it_is(tmp_path: Path) -> None:
    """The same library in another place is none of this process."""
    copy = tmp_path / "copy.so"
    copy.write_bytes(Path(library_file()).read_bytes())
    assert not allow_unknown_values(str(copy))


def test_an_empty_value_is_none() -> None:
    """Python itself would give the first value of the enum for it: of a receipt, that the message was delivered."""
    assert protobufs.Receipt().Type == protobufs.Receipt.DELIVERED
    assert known(protobufs.Receipt(), "Type") is None
    assert known(protobufs.Receipt(Type=protobufs.Receipt.READ), "Type") == protobufs.Receipt.READ

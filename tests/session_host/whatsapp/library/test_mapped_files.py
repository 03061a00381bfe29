"""Small files stay mapped for a while, so many bytes of them; what was written anew is mapped anew."""

import os
from pathlib import Path

import pytest

from session_host.whatsapp.library.mapped_files import MappedFiles, mapped


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "a"
    made.write_bytes(b"words")
    return made


def _keep(files: MappedFiles, file: Path) -> os.stat_result:
    found = file.stat()
    files.keep(found, mapped(file))
    return found


def test_a_file_that_was_mapped_is_there_again(file: Path) -> None:
    """By what it is, not by its name: a link to it is the same file."""
    files = MappedFiles()
    assert files.find(file.stat()) is None
    _keep(files, file)
    (link := file.with_name("b")).hardlink_to(file)
    assert files.find(link.stat()).raw == b"words"


def test_a_file_that_was_written_anew_is_another_one(file: Path) -> None:
    """Under the same name and of the same size: its bytes are those of the disk."""
    files = MappedFiles()
    _keep(files, file)
    (anew := file.with_name("b")).write_bytes(b"WORDS")
    anew.replace(file)
    assert files.find(file.stat()) is None


def test_few_bytes_stay_mapped(tmp_path: Path) -> None:
    """Of large files none; of small ones those that were mapped last."""
    files, found = MappedFiles(), list[os.stat_result]()
    (large := tmp_path / "large").write_bytes(bytes((1 << 20) + 1))
    assert files.find(_keep(files, large)) is None
    for number in range(9):
        (small := tmp_path / str(number)).write_bytes(bytes(1 << 20))
        found.append(_keep(files, small))
    assert files.find(found[0]) is None
    assert all(files.find(each) is not None for each in found[1:])


def test_a_file_that_is_not_there_is_not_mapped(tmp_path: Path) -> None:
    """Whoever asks is told as by the disk."""
    with pytest.raises(FileNotFoundError):
        mapped(tmp_path / "a")

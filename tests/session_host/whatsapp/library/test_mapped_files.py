"""Small files stay mapped for a while, so many bytes of them; what was written anew is mapped anew."""

from pathlib import Path

import pytest

from session_host.whatsapp.library.mapped_files import MappedFiles


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "a"
    made.write_bytes(b"words")
    return made


def test_a_file_that_was_mapped_is_there_again(file: Path) -> None:
    """By what it is, not by its name: a link to it is the same file."""
    files = MappedFiles()
    first = files.of(file)
    (link := file.with_name("b")).hardlink_to(file)
    assert files.of(link) is first
    assert first.raw == b"words"


def test_a_file_that_was_written_anew_is_another_one(file: Path) -> None:
    """Under the same name and of the same size: its bytes are those of the disk."""
    files = MappedFiles()
    first = files.of(file)
    (anew := file.with_name("b")).write_bytes(b"WORDS")
    anew.replace(file)
    assert (files.of(file).raw, first.raw) == (b"WORDS", b"words")


def test_few_bytes_stay_mapped(tmp_path: Path) -> None:
    """Of large files none; of small ones those that were mapped last."""
    files = MappedFiles()
    (large := tmp_path / "large").write_bytes(bytes((1 << 20) + 1))
    assert files.of(large) is not files.of(large)
    small = [tmp_path / str(number) for number in range(9)]
    for each in small:
        each.write_bytes(bytes(1 << 20))
    views = [files.of(each) for each in small]
    assert [files.of(each) is view for each, view in zip(small[1:], views[1:], strict=True)] == [True] * 8
    assert files.of(small[0]) is not views[0]


def test_a_file_that_is_not_there_is_not_mapped(file: Path) -> None:
    """Whoever asks is told as by the disk, also when it was mapped before."""
    files = MappedFiles()
    files.of(file)
    file.unlink()
    with pytest.raises(FileNotFoundError):
        files.of(file)

"""Documents go out as they are; what they are is seen from their bytes first."""

from pathlib import Path

import pytest

from session_host.media.orders import Order
from session_host.media.work.documents import prepare
from tests.session_host.media.inputs import picture


@pytest.mark.parametrize(
    ("content", "name", "said", "is_"),
    [
        (b"%PDF-1.7\n", "a.txt", "text/plain", "application/pdf"),
        (
            b"PK\x03\x04 and so on",
            "a.odt",
            "",
            "application/vnd.oasis.opendocument.text",
        ),
        (b"name;number\n", "a.csv", "", "text/csv"),
        (b"hello", "", "text/plain", "text/plain"),
        (b"hello", "", "", "application/octet-stream"),
    ],
)
def test_a_document_is_what_its_bytes_are(tmp_path: Path, content: bytes, name: str, said: str, is_: str) -> None:
    """Then what its name says, and last what is said of it."""
    (tmp_path / "a").write_bytes(content)
    made = prepare(Order("document", tmp_path / "a", tmp_path / "out", said, name))
    assert (made.mimetype, made.converted, made.thumbnail) == (is_, False, None)


def test_a_picture_that_is_a_document_is_shown_small(tmp_path: Path) -> None:
    """And goes out unchanged even when it is damaged."""
    picture().save(tmp_path / "a", "PNG")
    assert prepare(Order("document", tmp_path / "a", tmp_path / "out")).thumbnail
    (tmp_path / "a").write_bytes((tmp_path / "a").read_bytes()[:200])
    assert prepare(Order("document", tmp_path / "a", tmp_path / "out")).thumbnail is None

"""The harness that runs the blocks of a page fails where a page is wrong, and only there."""

from pathlib import Path

import pytest

from tests.docs.blocks import blocks
from tests.docs.reader import PageFailedError, Reader

PAGE = """# A page

```sh
not run
```

```sh test keep=KEY
echo '{"success": true, "apiKey": "wa_abc"}'
```

Then:

```sh test shows=wa_abc
echo "$KEY from localhost:3000"
```
"""


def follow(page: str, folder: Path, patience: float = 30.0) -> list[str]:
    file = folder / "page.md"
    file.write_text(page)
    reader = Reader(folder, {"localhost:3000": "127.0.0.1:4"}, patience)
    return [reader.follow(block) for block in blocks(file)]


def test_blocks_run_in_order_with_what_was_kept(tmp_path: Path) -> None:
    """Only marked blocks run; a key is carried over as a reader would copy it; addresses are replaced."""
    assert follow(PAGE, tmp_path)[1] == "wa_abc from 127.0.0.1:4\n"


def test_block_knows_where_it_stands(tmp_path: Path) -> None:
    """A failure names the line to open."""
    file = tmp_path / "page.md"
    file.write_text(PAGE)
    assert [block.line for block in blocks(file)] == [8, 14]


def test_exported_variables_last(tmp_path: Path) -> None:
    """What one block exports the next one has, with spaces and quotes."""
    page = '```sh test\nexport A="it\'s a  b"\n```\n```sh test\necho "$A"\n```\n'
    assert follow(page, tmp_path)[1] == "it's a  b\n"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("false\necho after", "status 1"),
        ("false | cat", "status 1"),
        ("echo $UNSET", "unbound"),
        ("""echo '{"success": true}{"success": false, "code": "WA_DISCONNECTED"}'""", "WA_DISCONNECTED"),
        ("""echo '{"error": "no such contact"}'""", "no such contact"),
    ],
)
def test_wrong_block_fails_with_its_place(code: str, says: str, tmp_path: Path) -> None:
    """A failing command, in a pipe too, an unset variable and an answer that is an error fail the page."""
    with pytest.raises(PageFailedError, match=says) as failed:
        follow(f"text\n\n```sh test\n{code}\n```\n", tmp_path)
    assert "page.md:4" in str(failed.value)


def test_promised_output_has_to_be_there(tmp_path: Path) -> None:
    """`shows` fails when the output is another."""
    with pytest.raises(PageFailedError, match="'connected' was not shown"):
        follow("```sh test shows=connected\necho starting\n```\n", tmp_path)


def test_until_repeats_a_block(tmp_path: Path) -> None:
    """`until` runs a block again until it shows what it waits for, and takes an error meanwhile for "not yet"."""
    page = """```sh test until=connected
echo x >> tries; [ $(wc -l < tries) = 3 ] && echo connected || echo '{"success": false}'
```
"""
    assert follow(page, tmp_path) == ["connected\n"]


def test_until_ends(tmp_path: Path) -> None:
    """What never comes fails after the deadline."""
    with pytest.raises(PageFailedError, match=r"within 0\.3 s"):
        follow("```sh test until=connected\necho starting\n```\n", tmp_path, patience=0.3)


def test_unknown_word_is_refused(tmp_path: Path) -> None:
    """A misspelt word does not silently do nothing."""
    with pytest.raises(ValueError, match=r"page\.md:1.*untill"):
        follow("```sh test untill=connected\ntrue\n```\n", tmp_path)

"""The console's languages: `python -m tools.catalogues` takes new texts into their catalogues and compiles them.

A text is what stands in a template or in the code, in English. `locale/LANGUAGE/LC_MESSAGES/console.po` has what it is
in another language, by hand; `console.mo` is made of it, and is what the gateway reads.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
CONSOLE = ROOT / "functions" / "console"
LOCALE = CONSOLE / "locale"
_WIDTH = 120
_WHENEVER = datetime(2026, 1, 1, tzinfo=UTC)
"""In the head of a catalogue: it is the same whenever it is made."""
_KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "ngettext": (1, 2), "say": (1, 2)}
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OPTIONS = {"templates/**.html": {"silent": "false"}}


def texts() -> Catalog:
    """Every text of the console."""
    found = Catalog(project="wagate console", fuzzy=False)
    for file, _, message, comments, context in extract_from_dir(
        CONSOLE, method_map=_METHODS, options_map=_OPTIONS, keywords=_KEYWORDS, comment_tags=()
    ):
        found.add(message, None, [(file, None)], auto_comments=comments, context=context)  # pyright: ignore[reportArgumentType] - a file without a line, which would change with every edit
    return found


def catalogue(language: str) -> Catalog:
    """What a language has so far, with the texts of now: new ones are empty, and those that are gone are left out."""
    file = LOCALE / language / "LC_MESSAGES" / "console.po"
    known = read_po(io.BytesIO(file.read_bytes()), locale=language) if file.exists() else Catalog(locale=language)
    known.update(texts(), no_fuzzy_matching=True)
    known.obsolete.clear()
    known.fuzzy = False
    known.creation_date = known.revision_date = _WHENEVER
    known.header_comment = f"# The console in {language}."
    return known


def po(found: Catalog) -> bytes:
    """The catalogue as its file has it, the same whenever it is written."""
    written = io.BytesIO()
    write_po(written, found, width=_WIDTH, sort_by_file=True, omit_header=False, include_previous=False)
    dated = (
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Generated-By",
        "Report-Msgid-Bugs-To",
        "Last-Translator",
        "Language-Team",
    )
    lines = written.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(tuple(f'"{name}' for name in dated))).encode()


def mo(found: Catalog) -> bytes:
    """The same as a program reads it."""
    written = io.BytesIO()
    write_mo(written, found)
    return written.getvalue()


def lacking(found: Catalog) -> list[str]:
    """Texts that nobody has translated."""
    return [
        str(message.id)
        for message in found
        if message.id and not all(message.string if isinstance(message.string, tuple) else [message.string])
    ]


def main() -> int:
    """Write every language anew; how many texts are not translated."""
    without = 0
    for folder in sorted(path for path in LOCALE.iterdir() if path.is_dir()):
        found = catalogue(folder.name)
        for name, content in (("console.po", po(found)), ("console.mo", mo(found))):
            target = folder / "LC_MESSAGES" / name
            if not target.exists() or target.read_bytes() != content:
                target.write_bytes(content)
                print(f"made anew: {target.relative_to(ROOT)}, commit it")
        for text in lacking(found):
            print(f"not in {folder.name}: {text}")
            without += 1
    return without


if __name__ == "__main__":
    sys.exit(1 if main() else 0)

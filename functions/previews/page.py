"""What a page says of itself for those who link to it: Open Graph, Twitter's cards, or its title.

Only its `<meta>` and `<title>` are read, each by itself, in time that grows with the page and no faster: no tree is
made of what a stranger wrote (docs/adr/0046).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from itertools import islice
from typing import Final

from typing_extensions import override

_LONGEST_TITLE, _LONGEST_DESCRIPTION, _LONGEST_ADDRESS = 256, 512, 2048
"""Characters; the rest is cut off. Ours: phones show a line or two."""
_TITLES: Final = ("og:title", "twitter:title")
_DESCRIPTIONS: Final = ("og:description", "twitter:description", "description")
_PICTURES: Final = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
_SAID: Final = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_SAID_INSIDE: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_BEGINS: Final = re.compile(r"<!--|<(?:script|style|meta|title)\b", re.IGNORECASE)
_ENDS: Final = {
    "<!--": re.compile("-->"),
    "<script": re.compile("</script", re.IGNORECASE),
    "<style": re.compile("</style", re.IGNORECASE),
}
_TITLE: Final = re.compile(r"<title[^>]*>([^<]*)", re.IGNORECASE)
_MOST_TAGS, _LONGEST_TAG = 250, 4096
_LOOKED_AT: Final = 4096
"""Bytes in which a page says how its text is encoded."""
_TEXT: Final = re.compile(
    r"(utf-?8|utf-?16(le|be)?|us-ascii|latin-?1|iso-?8859-\d{1,2}|windows-\d{3,4}|koi8-[ru]|gbk|gb2312|gb18030|big5"
    r"|shift[-_]jis|euc-(jp|kr)|tis-620)",
    re.IGNORECASE,
)
"""Encodings of pages: Python has others, of which some are none of texts."""


@dataclass(frozen=True, slots=True)
class Page:
    """What it says."""

    title: str
    description: str | None = None
    picture: str | None = None
    """An address, maybe relative to the page's."""


class _Attributes(HTMLParser):
    """Of the first tag of what it is fed."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self.found: dict[str, str] | None = None
        self.feed(tag)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.found is None:
            self.found = {name: value or "" for name, value in attrs}


def read_page(html: bytes, content_type: str | None) -> Page | None:
    """What a page says of itself; None when it has no title.

    Args:
        html: its first bytes, which may be cut off anywhere.
        content_type: what its server says it is.
    """
    says: dict[str, str] = {}
    heading = ""
    for tag in islice(_tags(html.decode(_encoding(html, content_type), "replace")), _MOST_TAGS):
        if tag[1:6].lower() == "title":
            inside = _TITLE.match(tag)
            heading = heading or ("" if inside is None else unescape(inside[1]))
        else:
            meta = _Attributes(tag).found or {}
            name = meta.get("property") or meta.get("name") or ""
            says.setdefault(name.strip().lower(), meta.get("content", ""))
    title = _first(says, _TITLES) or _line(heading)
    if not title:
        return None
    picture = _first(says, _PICTURES)
    return Page(
        title=title[:_LONGEST_TITLE],
        description=_first(says, _DESCRIPTIONS)[:_LONGEST_DESCRIPTION] or None,
        picture=picture if 0 < len(picture) <= _LONGEST_ADDRESS else None,
    )


def _tags(html: str) -> Iterator[str]:
    """What begins with `<meta` or `<title`, each with what follows it; not what is in comments, scripts and styles."""
    place = 0
    while found := _BEGINS.search(html, place):
        place = found.end()
        kind = found[0].lower()
        if kind in _ENDS:
            end = _ENDS[kind].search(html, place)
            if end is None:
                return
            place = end.end()
        else:
            yield html[found.start() : found.start() + _LONGEST_TAG]


def _first(says: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((line for name in names if (line := _line(says.get(name, "")))), "")


def _line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _encoding(html: bytes, content_type: str | None) -> str:
    said = _SAID.search(content_type or "")
    name = said[1] if said else ""
    if not name and (inside := _SAID_INSIDE.search(html[:_LOOKED_AT])):
        name = inside[1].decode("ascii", "replace")
    return name if _TEXT.fullmatch(name) else "utf-8"

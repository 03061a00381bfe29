"""What is read of a page, whoever made it."""

from __future__ import annotations

import pytest

from functions.previews.links import first_link
from functions.previews.page import Page, read_page

HTML = "text/html"


@pytest.mark.parametrize(
    ("html", "page"),
    [
        ("<title> A  shop\n</title>", Page("A shop")),
        ('<title>A</title><meta name="description" content="Cups">', Page("A", "Cups")),
        (
            '<meta property="og:title" content="Cups &amp; more"><meta property="og:image" content="/c">',
            Page("Cups & more", None, "/c"),
        ),
        ('<META NAME="twitter:title" CONTENT="T"><meta name=twitter:image content=//x/y>', Page("T", None, "//x/y")),
        ('<meta property="og:title" content="first"><meta property="og:title" content="second">', Page("first")),
        ('<meta property="og:title" content=""><title>T</title>', Page("T")),
        ('<meta property="og:title" content="cut off', None),
        ("<p>no title", None),
        ("<!-- <title>A</title> --><script>'<title>B</title>'</script><title>T</title>", Page("T")),
        ("<style><title>A</title></style><title>T</title>", Page("T")),
        ("<!-- <title>A</title>", None),
        ('<meta name="description" content="a > b"><title>T</title>', Page("T", "a > b")),
        ("<metadata><titles>A</titles>", None),
        ("", None),
        ("<title></title>", None),
        ("<title>a\0b</title>", Page("ab")),
        (f"<title>{'x' * 1000}</title>", Page("x" * 256)),
        (f'<title>T</title><meta property="og:image" content="http://x/{"y" * 3000}">', Page("T")),
    ],
)  # fmt: skip
def test_what_a_page_says_of_itself(html: str, page: Page | None) -> None:
    """Open Graph before Twitter's cards before its title; what is longer than anybody shows is cut off."""
    assert read_page(html.encode(), HTML) == page


@pytest.mark.parametrize(
    ("html", "said", "title"),
    [
        ("<title>Öl</title>".encode("latin-1"), "text/html; charset=ISO-8859-1", "Öl"),
        ('<meta charset="windows-1251"><title>Чай</title>'.encode("cp1251"), HTML, "Чай"),
        ('<meta charset="shift_jis"><title>茶</title>'.encode("shift_jis"), HTML, "茶"),
        ("<title>Öl</title>".encode(), "text/html; charset=nonsense", "Öl"),
        ("<title>Öl</title>".encode(), "text/html; charset=rot13", "Öl"),
        (b"<title>\xff\xfe</title>", HTML, "\ufffd\ufffd"),
    ],
)
def test_its_text_is_read_as_it_is_encoded(html: bytes, said: str, title: str) -> None:
    """Header, then the page itself, then UTF-8; nothing else that Python calls an encoding."""
    page = read_page(html, said)
    assert page is not None
    assert page.title == title


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "piece", [b"<", b"<!--", b"<a ", b"<div>", b"<![CDATA[", b"&amp", b"<meta ", b"<title>", b"<table>"]
)
def test_a_page_made_to_be_slow_is_not(piece: bytes) -> None:
    """As much of it as is read is done with in a moment: by HTML's own rules some take half a minute."""
    read_page(piece * (512 * 1024 // len(piece)), HTML)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("no link", None),
        ("www.example.com is none", None),
        ("https://example.com", "https://example.com"),
        ("see https://example.com/a?b=c#d, please", "https://example.com/a?b=c#d"),
        ("(https://example.com/a)", "https://example.com/a"),
        ("https://en.wikipedia.org/wiki/Tea_(drink)", "https://en.wikipedia.org/wiki/Tea_(drink)"),
        ("*https://example.com/*", "https://example.com/"),
        ('<a href="HTTP://EXAMPLE.com/x">', "HTTP://EXAMPLE.com/x"),
        ("first http://a.test then http://b.test", "http://a.test"),
        ("https://", None),
        ("https://...", None),
        ("ftp://example.com", None),
    ],
)
def test_the_first_link_of_a_text(text: str, link: str | None) -> None:
    """Without what is around it in a sentence."""
    assert first_link(text) == link

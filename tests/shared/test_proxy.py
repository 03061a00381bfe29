"""One reading of the proxy's address."""

import base64

import pytest

from shared.proxy import Proxy, proxy_of


@pytest.mark.parametrize(
    ("url", "scheme", "host", "port", "user", "password"),
    [
        ("http://proxy:3128", "http", "proxy", 3128, None, ""),
        ("http://proxy", "http", "proxy", 80, None, ""),
        ("https://proxy/", "https", "proxy", 443, None, ""),
        ("socks5://10.0.0.1", "socks5", "10.0.0.1", 1080, None, ""),
        ("http://[::1]:3128", "http", "::1", 3128, None, ""),
        ("http://user:pa%23s%40s@proxy:3128", "http", "proxy", 3128, "user", "pa#s@s"),
        ("http://user@proxy:3128", "http", "proxy", 3128, "user", ""),
    ],
)
def test_an_address_is_read(url: str, scheme: str, host: str, port: int, user: str | None, password: str) -> None:  # noqa: PLR0913, PLR0917 - a row
    """With its usual port, user and password; shown without these."""
    proxy = Proxy.parse(url)
    assert proxy == Proxy(scheme, host, port, user, password)
    assert str(proxy) == f"{host}:{port}"
    assert not password or password not in repr(proxy)


@pytest.mark.parametrize(
    "url",
    [
        "proxy:3128",
        "127.0.0.1:3128",
        "gopher://proxy:70",
        "http://?proxy",
        "http://:3128",
        "http://proxy:http",
        "http://proxy:99999",
        "http://user:pa#ss@proxy:3128",
        "http://user:pa/ss@proxy:3128",
        "http://user:pa?ss@proxy:3128",
        "http://user:pa@ss@proxy:3128",
        "http://user:pa ss@proxy:3128",
        "http://user:pa%zzs@proxy:3128",
        "http://user:p\u00e4ss@proxy:3128",
        "http://proxy:3128/path",
        "http://[::1:3128",
    ],
)
def test_what_is_none_is_refused_without_being_told(url: str) -> None:
    """Whatever a password may hold that an address may not."""
    with pytest.raises(ValueError, match="http://") as refused:
        Proxy.parse(url)
    assert url not in str(refused.value)
    assert "ss@" not in str(refused.value)


def test_who_asks_is_said_decoded() -> None:
    """A proxy compares the password itself, not its form in an address."""
    line = Proxy.parse("http://user:pa%23ss@proxy:3128").authorization
    assert line == f"Proxy-Authorization: Basic {base64.b64encode(b'user:pa#ss').decode()}\r\n"
    assert Proxy.parse("http://proxy:3128").authorization == ""


def test_both_names_are_looked_at() -> None:
    """In the order in which a session host does."""
    both = {"WHATSAPP_PROXY": "http://one:1", "WAGATE_WHATSAPP_PROXY": "http://two:2"}
    assert proxy_of(both) == "http://one:1"
    assert proxy_of({"WAGATE_WHATSAPP_PROXY": " http://two:2 "}) == "http://two:2"
    assert proxy_of({"WHATSAPP_PROXY": ""}) is None
    assert proxy_of({}) is None

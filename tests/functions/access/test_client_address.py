"""Whose address a wrong key is counted for, when proxies are between."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from functions.access.client_address import Proxies
from functions.settings import ApiSettings
from tests.functions.conftest import Api, api_with


async def guesses(api: Api, *forwarded: str) -> list[int]:
    """What wrong keys are answered that came with these headers."""
    return [
        (await api.http.get("/api/sessions", headers={"X-API-Key": f"wa_{n}", "X-Forwarded-For": value})).status_code
        for n, value in enumerate(forwarded)
    ]


@pytest.mark.parametrize("proxies", ["", "10.1.2.3", "10.0.0.0/8"])
async def test_nobody_is_believed_but_proxies(nats_url: str, tmp_path: Path, proxies: str) -> None:
    """Without the setting, or from elsewhere, a caller cannot choose the address its wrong keys are counted for."""
    async with api_with(nats_url, tmp_path, auth_failures_per_minute=1, trusted_proxies=proxies) as api:
        assert await guesses(api, "192.0.2.1", "192.0.2.2") == [403, 429]


@pytest.mark.parametrize("proxies", ["127.0.0.1", "127.0.0.0/8, ::1", "*"])
async def test_what_a_proxy_says_is_believed_and_what_its_caller_says_is_not(
    nats_url: str, tmp_path: Path, proxies: str
) -> None:
    """Proxies append: the last address is the proxy's word, all before it is what the caller wrote."""
    async with api_with(nats_url, tmp_path, auth_failures_per_minute=1, trusted_proxies=proxies) as api:
        assert await guesses(api, "192.0.2.1", "192.0.2.2") == [403, 403]
        assert await guesses(api, *(f"198.51.100.{n}, 192.0.2.9" for n in range(3))) == [403, 429, 429]


@pytest.mark.parametrize(
    ("trusted", "forwarded", "client"),
    [
        ("10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["192.0.2.1, not an address"], "10.0.0.1"),
        ("10.0.0.1", ["1.1.1.1", "192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", ["1.1.1.1,192.0.2.1:4711"], "192.0.2.1"),
        ("10.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("10.0.0.1", ["2001:DB8:0::1"], "2001:db8::1"),
        ("10.0.0.0/24, 2001:db8:9::/48", ["1.1.1.1, 192.0.2.1, 10.0.0.7, 2001:db8:9::5"], "192.0.2.1"),
        ("10.0.0.0/24", ["10.0.0.8, 10.0.0.7"], "10.0.0.8"),
        ("10.0.0.1", ["192.0.2.1, 10.0.0.7"], "10.0.0.7"),
        ("*", ["1.1.1.1, 192.0.2.1"], "192.0.2.1"),
        ("*", ["192.0.2.1, 10.0.0.7"], "10.0.0.7"),
        ("", ["192.0.2.1"], "10.0.0.1"),
    ],
)
def test_the_rightmost_hop_that_is_no_proxy(trusted: str, forwarded: list[str], client: str) -> None:
    """`*` trusts whoever connects, and nobody behind it."""
    assert Proxies.named(trusted).client_of("10.0.0.1", [value.encode() for value in forwarded]) == client


def test_an_address_of_ipv4_in_ipv6_is_the_same_proxy() -> None:
    """What a socket that takes both says of a caller."""
    assert Proxies.named("10.0.0.1").client_of("::ffff:10.0.0.1", [b"192.0.2.1"]) == "192.0.2.1"


@pytest.mark.parametrize("wrong", ["proxy", "10.0.0.1, caddy", "10.0.0.1/40", "10.0.0.1 10.0.0.2", "*, 10.0.0.1"])
def test_a_proxy_that_is_no_address_is_refused_at_start(wrong: str) -> None:
    """A name would never match, and every caller would share the proxy's count."""
    with pytest.raises(ValidationError, match="not an address or a network"):
        ApiSettings(trusted_proxies=wrong)

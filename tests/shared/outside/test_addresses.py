"""Which addresses are the world's."""

import pytest

from shared.outside.addresses import Allowed

NONE = Allowed()
BLOCKED = """
    127.0.0.1 127.255.255.254 10.0.0.1 172.16.3.4 172.31.255.255 192.168.0.1 100.64.0.1 100.127.255.255
    169.254.169.254 0.0.0.0 0.1.2.3 224.0.0.1 255.255.255.255 240.0.0.1 192.0.0.1 192.0.2.1 198.18.0.1 198.51.100.1
    203.0.113.5 192.88.99.1 ::1 :: fe80::1 fe80::1%lo fc00::1 fd12::1 fec0::1 ff02::1 2001:db8::1 2001::1 100::1
    ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::10.0.0.1
    64:ff9b:1::1 2002:7f00:1:: 2002:a9fe:a9fe:: ::127.0.0.1
"""
OPEN = """
    8.8.8.8 93.184.216.34 172.32.0.1 100.128.0.1 2606:4700::1111 ::ffff:8.8.8.8 64:ff9b::8.8.8.8
"""


@pytest.mark.parametrize("address", BLOCKED.split())
def test_an_address_that_is_not_the_worlds_is_not_permitted(address: str) -> None:
    """Loopback, private, link-local, CGNAT, for documents, for many, and those that carry one of them inside."""
    assert not NONE.permits("example.com", address)


@pytest.mark.parametrize("address", OPEN.split())
def test_an_address_of_the_world_is_permitted(address: str) -> None:
    """Next to those that are not as well."""
    assert NONE.permits("example.com", address)


def test_what_is_allowed_is_named() -> None:
    """By host, whatever it resolves to; by address and network, whoever resolves to it."""
    allowed = Allowed.named(" Minio.local, 10.1.0.0/16,::1 ,192.168.7.7")
    assert allowed.permits("minio.local", "127.0.0.1")
    assert allowed.permits("MINIO.LOCAL.", "127.0.0.1")
    assert not allowed.permits("x.minio.local", "127.0.0.1")
    assert allowed.permits("x", "10.1.2.3")
    assert not allowed.permits("x", "10.2.0.1")
    assert allowed.permits("x", "::1")
    assert allowed.permits("x", "192.168.7.7")
    assert not Allowed.named("").permits("", "127.0.0.1")


@pytest.mark.parametrize("text", ["10.1.0.0/33", "10.1.0.1/16", "300.1.1.1", "::g"])
def test_what_is_neither_is_refused(text: str) -> None:
    """A network that is misspelled is no host's name."""
    with pytest.raises(ValueError, match=text.replace(".", r"\.")):
        Allowed.named(text)

"""What strangers may write for an address, and where it must not lead."""

from __future__ import annotations

from dataclasses import dataclass

PUBLIC = "93.184.216.34"
NAMES = {
    "public.test": [[PUBLIC]],
    "private.test": [["10.0.0.5"]],
    "six.test": [["fd00::5"]],
    "rebound.test": [[PUBLIC], ["127.0.0.1"]],
    "both.test": [["127.0.0.1", PUBLIC, "10.0.0.5"]],
    "mapped.test": [["::ffff:10.0.0.5"]],
    "nat64.test": [["64:ff9b::a00:5"]],
}
"""What each name resolves to: the first time, the second, and so on."""
_REFUSED = "MEDIA_URL_REFUSED"


@dataclass(frozen=True)
class Row:
    """One address, what is raised for it, and what may be reached."""

    name: str
    url: str
    raises: str | None = _REFUSED
    reaches: tuple[str, ...] = ()
    allowed: str = ""


def _led(name: str, to: str) -> Row:
    return Row(f"a redirect to {name}", f"http://public.test/to?{to}", reaches=(PUBLIC,))


_DIRECT = {
    "loopback": "http://127.0.0.1/",
    "loopback, another": "http://127.9.9.9/",
    "localhost": "http://localhost/",
    "loopback, IPv6": "http://[::1]/",
    "any address": "http://0.0.0.0/",
    "zero": "http://0/",
    "any address, IPv6": "http://[::]/",
    "private, class A": "http://10.0.0.5/",
    "private, class B": "http://172.16.0.5/",
    "private, class C": "http://192.168.0.5/",
    "private, IPv6": "http://[fd00::5]/",
    "site-local": "http://[fec0::5]/",
    "CGNAT": "http://100.64.0.5/",
    "link-local, the cloud's own": "http://169.254.169.254/latest/meta-data/",
    "link-local, IPv6": "http://[fe80::5]/",
    "the cloud's own, IPv6": "http://[fd00:ec2::254]/",
    "to many": "http://224.0.0.1/",
    "to all": "http://255.255.255.255/",
    "mapped": "http://[::ffff:127.0.0.1]/",
    "mapped, in hex": "http://[::ffff:7f00:1]/",
    "compatible": "http://[::127.0.0.1]/",
    "NAT64": "http://[64:ff9b::7f00:1]/",
    "NAT64, private": "http://[64:ff9b::10.0.0.5]/",
    "6to4": "http://[2002:7f00:1::]/",
    "decimal": "http://2130706433/",
    "octal": "http://0177.0.0.1/",
    "hex": "http://0x7f.0.0.1/",
    "hex, whole": "http://0x7f000001/",
    "short": "http://127.1/",
    "a private name": "http://private.test/",
    "a private name, IPv6": "http://six.test/",
    "a mapped name": "http://mapped.test/",
    "a NAT64 name": "http://nat64.test/",
    "full-width digits": "http://\uff11\uff12\uff17.\uff10.\uff10.\uff11/",
    "a name before it": "http://public.test@127.0.0.1/",
    "a password before it": "http://a:b@127.0.0.1/",
    "a backslash": "http://127.0.0.1\\@public.test/",
    "file:": "file:///etc/passwd",
    "gopher:": "gopher://127.0.0.1:6379/_INFO",
    "ftp:": "ftp://127.0.0.1/",
    "data:": "data:text/plain,hi",
    "no scheme": "//127.0.0.1/",
    "no host": "http:///etc/passwd",
    "nothing": "",
}
_NOT_LED_TO = {"a backslash", "nothing", "no host", "full-width digits"}
"""Which mean something else where the redirect is from."""
ROWS = [
    *(Row(name, url) for name, url in _DIRECT.items()),
    *(_led(name, url) for name, url in _DIRECT.items() if name not in _NOT_LED_TO),
    Row("a dot behind", "http://127.0.0.1./", "MEDIA_URL_FAILED"),  # which is no name
    Row("a name of the world", "http://public.test/", None, (PUBLIC,)),
    Row("a redirect within the world", "http://public.test/to?http://public.test/", None, (PUBLIC, PUBLIC)),
    Row("a name with both", "http://both.test/", None, (PUBLIC,)),
    Row("a name that changes", "http://rebound.test/", None, (PUBLIC,)),
    Row("a name that changes, asked twice", "http://rebound.test/to?http://rebound.test/", reaches=(PUBLIC,)),
    Row("a network that is allowed", "http://10.0.0.5/", None, ("10.0.0.5",), "10.0.0.0/8"),
    Row("a host that is allowed", "http://private.test/", None, ("10.0.0.5",), "private.test"),
    Row("another host", "http://six.test/", allowed="private.test"),
]

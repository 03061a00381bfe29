"""What a shard goes by, as rows tell it in whatever order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from session_host.session.chosen import Chosen
from session_host.whatsapp.client_options import ClientOptions
from shared.proxy import Proxy
from shared.sealing.sealer import Sealer
from shared.sessions.chosen import AS_AT_FIRST, merged
from shared.sessions.model import Desired, Held, Session
from shared.sessions.sealed_proxy import UNREADABLE, sealed_proxy

SEALER = Sealer("a-key-of-the-tests-0123456789abcdef", None)


def row(version: int, **settings: Any) -> Session:
    chosen = merged(None, settings) if settings else None
    return Session("ses_1", "key_1", "sales", 0, settings=chosen, settings_version=version)


def test_a_row_that_was_read_earlier_takes_nothing_back() -> None:
    """Of two changes at once the shard may read the rows in any order."""
    chosen = Chosen(SEALER)
    chosen.take(row(2, autoRead=True))
    chosen.take(row(1, alwaysOnline=True))
    assert (chosen.of("ses_1").auto_read, chosen.of("ses_1").always_online) == (True, False)
    held = Held("ses_1", 1, Desired.RUNNING, settings_version=2)
    assert not chosen.differs(held)
    assert chosen.differs(replace(held, settings_version=3))
    assert chosen.of("ses_other") == AS_AT_FIRST


def test_clients_connect_as_the_host_does_unless_something_else_was_chosen() -> None:
    """A proxy of a session's own takes the place of the host's, which nobody looks at."""
    host = ClientOptions("http://10.0.0.1:3128", device_name="wagate")
    chosen = Chosen(SEALER, host)
    assert chosen.client_options("ses_1") == host
    chosen.take(row(1, proxy="http://93.184.216.34:3128", deviceName="Toko"))
    assert chosen.client_options("ses_1") == ClientOptions(
        "http://93.184.216.34:3128", own_proxy=True, device_name="Toko"
    )
    chosen.take(row(2))
    assert chosen.client_options("ses_1") == host


def test_a_proxy_is_used_as_it_was_given() -> None:
    """What is said to it is sealed in the row; a row of before, with a password as it is, is read on."""
    chosen = Chosen(SEALER)
    url = "socks5://shop:p%40ss@93.184.216.34:1080"
    for version, proxy in enumerate((url, sealed_proxy(url, "ses_1", SEALER)), start=1):
        chosen.take(row(version, proxy=proxy))
        assert chosen.client_options("ses_1").proxy == url


def test_nothing_goes_around_a_proxy_whose_password_cannot_be_read() -> None:
    """Of another key, or of another session: no address that anything connects to, and a word in the log."""
    other = Sealer("another-key-of-the-tests-0123456789abcdef", None)
    url = "http://shop:pass@93.184.216.34:3128"
    for sealed in (sealed_proxy(url, "ses_1", other), sealed_proxy(url, "ses_2", SEALER)):
        chosen = Chosen(SEALER)
        chosen.take(row(1, proxy=sealed))
        with capture_logs() as logs:
            options = chosen.client_options("ses_1")
        assert (options.proxy, options.own_proxy) == (UNREADABLE, True)
        assert [each["event"] for each in logs] == ["proxy_not_decrypted"]
    with pytest.raises(ValueError, match="address"):
        Proxy.parse(UNREADABLE)

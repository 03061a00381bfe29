"""Whatever is asked of a client that is not connected never reaches the library, which ends the process over it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from session_host.whatsapp import asking  # noqa: F401 - has every question answered
from session_host.whatsapp.answering import ANSWERS
from session_host.whatsapp.client import NotSent, WhatsAppClient
from session_host.whatsapp.clients import NeonizeClients
from shared.contracts.content.text import Text
from shared.jids import Jid
from tests.contents import least

SOMEBODY = Jid.parse("628123456789@s.whatsapp.net")


@pytest.fixture
async def unconnected(tmp_path: Path) -> AsyncIterator[WhatsAppClient]:
    """A client that was not opened."""
    interval = sys.getswitchinterval()
    clients = NeonizeClients(max_sessions=1)
    yield clients(str(tmp_path / "auth.db"), on_signal=lambda _: None, on_event=lambda _: None)
    sys.setswitchinterval(interval)


async def test_no_question_reaches_the_library(unconnected: WhatsAppClient) -> None:
    """Of all that there are, and those to come."""
    assert len(ANSWERS) > 30
    for question in ANSWERS:
        with pytest.raises(NotSent):
            await unconnected.ask(least(question))


async def test_nothing_else_does(unconnected: WhatsAppClient, tmp_path: Path) -> None:
    """A send, a file, look-ups, a code to type, and the good-bye to the phone: also once it is closed."""
    file = tmp_path / "file"
    file.write_bytes(b"x")
    for _ in range(2):
        for call in (
            unconnected.send(SOMEBODY, Text(text="x"), secret=b"0" * 32),
            unconnected.upload(file, 1, "image"),
            unconnected.check_number(SOMEBODY.user),
            unconnected.acquainted(SOMEBODY.user),
            unconnected.numbers_of(frozenset({"900000000000001@lid"})),
            unconnected.devices_of(SOMEBODY),
            unconnected.request_pair_code(SOMEBODY.user),
            unconnected.logout(),
        ):
            with pytest.raises(NotSent):
                await call
        await unconnected.close()

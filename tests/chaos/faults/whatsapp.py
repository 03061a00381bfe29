"""Faults of WhatsApp."""

from __future__ import annotations

import asyncio
import random
from typing import ClassVar

from typing_extensions import override

from sandbox.phones.odd_stanzas import ODD
from tests.chaos.faults.fault import Fault
from tests.chaos.field import Field


class WhatsAppCloses(Fault):
    """WhatsApp closes every connection, without a goodbye."""

    name = "whatsapp_closes"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        for number in on.numbers.values():
            await on.whatsapp.post("/faults", kind="close", target=number, mode="abort")


class WhatsAppFails(Fault):
    """WhatsApp ends every stream with an error and refuses logins for a while."""

    name = "whatsapp_fails"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        for number in on.numbers.values():
            await on.whatsapp.post("/faults", kind="refuse", target=number, code=503, until_cleared=True)
            await on.whatsapp.post("/faults", kind="stream_error", target=number)
        await asyncio.sleep(chance.uniform(2, 6))
        await on.whatsapp.clear_faults()


class WhatsAppSilent(Fault):
    """WhatsApp takes a session's messages and acknowledges none for a while."""

    name = "whatsapp_silent"
    kind: ClassVar[str] = "drop_acks"
    longest: ClassVar[float] = 8

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        number = chance.choice(list(on.numbers.values()))
        await on.whatsapp.post("/faults", kind=self.kind, target=number, until_cleared=True)
        await asyncio.sleep(chance.uniform(2, self.longest))
        await on.whatsapp.clear_faults()


class WhatsAppRefuses(WhatsAppSilent):
    """Likewise, and answers them with errors."""

    name = "whatsapp_refuses"
    kind = "reject_messages"
    longest = 6


class WhatsAppReplaces(Fault):
    """WhatsApp says of one session that it was opened elsewhere; the gateway must not fight over it."""

    name = "whatsapp_replaces"
    keeps_sessions = False

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        await on.whatsapp.post("/faults", kind="replace", target=chance.choice(list(on.numbers.values())))


class WhatsAppUnlinks(Fault):
    """The phone unlinks one session."""

    name = "whatsapp_unlinks"
    keeps_sessions = False

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        await on.whatsapp.post("/faults", kind="unlink", target=chance.choice(list(on.numbers.values())))


class OddStanza(Fault):
    """WhatsApp sends every session something that the library does not know."""

    name = "odd_stanza"

    @override
    async def happen(self, on: Field, chance: random.Random) -> None:
        for number in on.numbers.values():
            await on.whatsapp.post("/faults", kind="odd_stanza", target=number, mode=chance.choice(list(ODD)))

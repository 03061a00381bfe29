"""The work of `benchmarks.arrivals`, as a program of one checkout: texts that arrive, in this process alone.

`python benchmarks/arrivals_work.py TEXTS TIMES` prints `{"callback": …, "applying": …}`: microseconds of the processor
for each text, the least of so many times. `callback` is what the library's thread does, from the event's bytes to the
journal; `applying` from there to the row in the inbox (SQLite), with everything that the store's threads do for it.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pylibmagic  # noqa: F401  # pyright: ignore[reportUnusedImport] - brings libmagic, which neonize imports

from session_host.inbound.applying import Inbound
from session_host.inbound.departed import Departed
from session_host.inbound.journal import Journal
from session_host.inbound.receipts import NO_SENDS, Receipts
from session_host.inbound.resends import Resends
from session_host.session.chat_timers import ChatTimers
from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.callbacks import Callbacks
from session_host.whatsapp.client import Arrival
from session_host.whatsapp.library import neonize_client as library
from session_host.whatsapp.library.event_numbers import EventNumber
from session_host.whatsapp.recent_sends import RecentSends
from shared.adapters.stores import Stores, open_stores
from shared.ids import now_ms
from shared.settings import StoreSettings

_UID = "ses_1"
_WORDS = "Is my order on its way? I have been waiting for it since yesterday. "


def payloads(count: int, first: int) -> list[bytes]:
    """Events of the library, each a text of a person whose chat goes by LID, as phones write them."""
    neonize = library.protobufs
    lid = neonize.JID(User="90012345678", Server="lid", RawAgent=0, Device=3, Integrator=0, IsEmpty=False)
    number = neonize.JID(
        User="628123456789", Server="s.whatsapp.net", RawAgent=0, Device=0, Integrator=0, IsEmpty=False
    )
    nobody = neonize.JID(User="", Server="", RawAgent=0, Device=0, Integrator=0, IsEmpty=True)
    source = neonize.MessageSource(
        Chat=lid, Sender=lid, SenderAlt=number, RecipientAlt=nobody, IsFromMe=False, IsGroup=False
    )
    made: list[bytes] = []
    for at in range(first, first + count):
        message = library.E2eMessage(conversation=f"{_WORDS}{at}")
        message.messageContextInfo.messageSecret = at.to_bytes(32, "big")
        info = neonize.MessageInfo(
            MessageSource=source, ID=f"3EB0{at:016X}", Timestamp=1_700_000_000_000 + at, Pushname="Ana", Type="text"
        )
        event = neonize.Message(Info=info, Message=message)
        _fill(event)
        made.append(event.SerializeToString())
    return made


def _fill(message: Any) -> None:  # noqa: ANN401 - a protobuf
    """Set what is required to what the library has for nothing."""
    for field in message.DESCRIPTOR.fields:
        if field.message_type is None and field.has_presence and not message.HasField(field.name):
            if field.is_required:
                setattr(message, field.name, field.default_value)
        elif field.message_type is not None and field.is_required:
            _fill(getattr(message, field.name))


async def _devices_of(_uid: str, _jid: object) -> int:
    raise NotImplementedError  # nothing asks for a message again


async def measure(stores: Stores, journal: Journal, texts: int, times: int) -> dict[str, float]:
    """Both, in microseconds a text."""
    people = Acquaintances()
    people.is_my_account("62800", "8000@lid")

    def keep(arrival: Arrival) -> None:
        journal.keep(_UID, arrival.event, arrival.raw, held=arrival.held)

    nobody = cast("Any", None)
    callbacks = Callbacks(
        asyncio.get_running_loop(),
        keep,
        nobody,
        people,
        RecentSends(),
        on_silence=nobody,
        on_early_request=nobody,
        cut=nobody,
    )
    inbound = Inbound(
        journal,
        stores.inbox,
        Receipts(stores.messages, lambda _: NO_SENDS),
        Departed(stores.sessions, lambda _: "key_a"),
        Resends(stores.messages, _devices_of, lambda _: None, now_ms),
        ChatTimers(stores.messages),
    )
    least: dict[str, float] = {}
    with closing(inbound):
        for turn in range(times + 1):
            events = payloads(texts, turn * texts)
            gc.collect()
            began = time.process_time()
            for payload in events:
                callbacks.on_event(EventNumber.MESSAGE, payload)
            between = time.process_time()
            while await inbound.apply():
                pass
            after = time.process_time()
            if turn:  # the first one loads what is loaded once
                for name, used in (("callback", between - began), ("applying", after - between)):
                    least[name] = min(least.get(name, used), used)
    return {name: used / texts * 1e6 for name, used in least.items()}


async def main(texts: int, times: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_stores(StoreSettings(data_dir=Path(folder))) as stores:
            journal = Journal(Path(folder) / "journal.db", synchronous="NORMAL")
            with closing(journal):
                print(json.dumps(await measure(stores, journal, texts, times)))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))

"""A process that sends, tells and publishes is killed again and again: every outcome is in the log once, in order."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from session_host.inbound.applying import Inbound
from session_host.inbound.journal import Journal
from session_host.inbound.publishing import Publishing
from session_host.inbound.receipts import NO_SENDS, Receipts
from session_host.inbound.telling import Telling
from session_host.session.chat_timers import ChatTimers
from shared.adapters.nats.bus import NatsBus
from shared.adapters.nats.event_stream import StreamLimits
from shared.adapters.stores import open_stores
from shared.ids import now_ms
from shared.messages.model import MessageState
from shared.settings import StoreSettings
from tests.emulators.nats_process import NatsServer
from tests.session_host.gateway_host import ROOT
from tests.session_host.inbound.test_telling import Held
from tests.session_host.no_resends import no_resends
from tests.session_host.own_shard import ALL_HERE
from tests.shared.adapters.contracts.samples import a_message

LIVES, KILLED_AFTER = 6, 60
PROGRAM = """
import sys
from pathlib import Path
from tests.session_host.inbound.test_told_once import run_until_killed
run_until_killed(Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "send")
"""


def run_until_killed(folder: Path, url: str, sends: bool) -> None:  # noqa: FBT001 - a word of a command line
    """Come into outcomes and tell them without end, each said once its row has it; or tell what is left, and end."""
    asyncio.run(_run(folder, url, sends=sends))


async def _run(folder: Path, url: str, *, sends: bool) -> None:
    bus, loop = await NatsBus.connect(url, name="test"), asyncio.get_running_loop()
    async with open_stores(StoreSettings(data_dir=folder / "data")) as stores:

        def wake() -> None:
            inbound.wake()
            publishing.wake()

        journal = Journal(
            folder / "0.db", synchronous="NORMAL", on_append=lambda: loop.call_soon_threadsafe(wake)
        )  # fmt: skip
        telling = Telling(journal, stores.outcomes, Held())
        receipts, timers = Receipts(stores.messages, lambda _: NO_SENDS), ChatTimers(stores.messages)
        inbound = Inbound(journal, stores.inbox, receipts, ALL_HERE, no_resends(stores), timers, telling=telling)
        publishing = Publishing(journal, bus.event_log(StreamLimits(max_bytes=64 * 1024**2)), ALL_HERE)
        work = [asyncio.create_task(part.run()) for part in (telling, inbound, publishing)]
        for uid in Held().uids():
            telling.ring(uid)
        while sends:
            for uid in Held().uids():
                row = a_message(uid, state=MessageState.SENDING, epoch=1)
                await stores.messages.accept(row)
                await stores.messages.advance(row.id, MessageState.SENT, now=now_ms(), wa_id=f"WA-{row.id}")
                telling.ring(uid)
                print(row.id, flush=True)  # noqa: T201 - the test reads it
        while await stores.outcomes.untold(Held().uids(), limit=9) or journal.waits:
            await asyncio.sleep(0.01)
        for task in work:
            task.cancel()


async def test_every_outcome_is_told_once_through_six_kills(own_nats: NatsServer, tmp_path: Path) -> None:
    """Whatever the process was doing: nothing is lost, nothing there twice, and each session's are in their order."""

    async def begin(what: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROGRAM, str(tmp_path), own_nats.url, what, cwd=ROOT, stdout=subprocess.PIPE
        )

    said: list[str] = []
    for life in range(LIVES):
        process = await begin("send")
        assert process.stdout is not None
        async with asyncio.timeout(60):
            said += [(await process.stdout.readline()).decode().strip() for _ in range(KILLED_AFTER + 7 * life)]
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
    async with asyncio.timeout(60):
        await (await begin("end")).wait()
    bus = await NatsBus.connect(own_nats.url, name="test")
    try:
        page = await bus.event_reader().read("key_a", None, after=0, limit=10_000)
    finally:
        await bus.close()
    assert not page.more
    for uid in Held().uids():
        told = [event.id.partition("/")[0] for event in page.events if event.session_uid == uid]
        assert told == sorted(told)
        assert len(told) == len(set(told))
    told_at_all = {event.id.partition("/")[0] for event in page.events}
    assert set(said) <= told_at_all
    async with open_stores(StoreSettings(data_dir=tmp_path / "data")) as stores:
        for message_id in told_at_all:
            row = await stores.messages.get(message_id)
            assert row is not None
            assert row.state is MessageState.SENT

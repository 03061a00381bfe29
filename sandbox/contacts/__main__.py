"""The contacts' process, started by its parent through `sandbox.trust`.

`python -m sandbox.trust sandbox.contacts --channel FD --data FOLDER --control URL`, with WHATSAPP_PROXY set.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import socket
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from sandbox.contacts.gate import Gate
from sandbox.contacts.mailbox import Mailbox
from sandbox.contacts.phone import Phones
from sandbox.contacts.roster import MAX_CONTACTS, Roster
from sandbox.contacts.service import Service
from sandbox.contacts.surroundings import Surroundings
from sandbox.contacts.turns import Turns
from sandbox.contacts.wire import MAILBOX, MAX_LINE

_HEADROOM: Final = 32  # threads for calls; every connected client holds one for its whole life


async def run(channel: socket.socket, data: Path, control: str, proxy: str) -> None:
    """Serve the parent at the other end of `channel` until it closes it."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(MAX_CONTACTS + _HEADROOM))
    mailbox = Mailbox(data / MAILBOX)
    around = Surroundings(data, proxy, mailbox, Gate(), Phones(control), Turns())
    reader, writer = await asyncio.open_connection(sock=channel, limit=MAX_LINE)
    async with asyncio.TaskGroup() as tasks:
        roster = Roster(around, tasks)
        roster.resume()
        await Service(roster, mailbox, writer).serve(reader)
        await roster.stop()
    await around.phones.close()
    mailbox.close()


async def run_and_leave(channel: socket.socket, data: Path, control: str, proxy: str) -> None:
    """Run, then end the process at once: threads still inside Go would hold the interpreter for ever."""
    try:
        await run(channel, data, control, proxy)
    except Exception:  # noqa: BLE001 - whatever ended it is told here, nobody is above
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.trust sandbox.contacts")
    parser.add_argument("--channel", type=int, required=True, help="file descriptor of a connected socket")
    parser.add_argument("--data", type=Path, required=True, help="folder for the mailbox and the auth databases")
    parser.add_argument("--control", required=True, help="URL of the sandbox's control API")
    arguments = parser.parse_args()
    logging.getLogger("whatsmeow").setLevel(logging.WARNING)
    arguments.data.mkdir(parents=True, exist_ok=True)
    channel = socket.socket(fileno=arguments.channel)
    asyncio.run(run_and_leave(channel, arguments.data, arguments.control, os.environ["WHATSAPP_PROXY"]))


if __name__ == "__main__":
    main()

"""`python -m sandbox`: a WhatsApp of one's own, until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

import uvloop

from sandbox.app import Sandbox
from sandbox.settings import Settings


def parse_settings(arguments: list[str]) -> Settings:
    """Return the settings a command line asks for.

    Raises:
        SystemExit: It cannot be understood.
    """
    default = Settings()
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--control-port", type=int, default=default.control_port, help="0: any free one")
    parser.add_argument("--proxy-port", type=int, default=default.proxy_port, help="0: any free one")
    parser.add_argument("--data", type=Path, help="folder to keep all state in; without it, memory only")
    parser.add_argument("--ready-file", type=Path, help="written, with the addresses, once everything listens")
    parser.add_argument("--pre-keys-claimed", type=int, default=default.pre_keys_claimed, metavar="N")
    parser.add_argument("--qr-refs", type=int, default=default.qr_refs, metavar="N")
    parser.add_argument("--qr-seconds", type=_seconds, default=(default.qr_first, default.qr_others), metavar="A,B")
    parser.add_argument("--qr-rounds", type=int, default=default.qr_rounds, metavar="N")
    parser.add_argument("--strict-interactive", action="store_true", help="refuse buttons and lists as WhatsApp does")
    parser.add_argument("--media-ttl", type=int, default=default.media_ttl, metavar="SECONDS")
    parser.add_argument("--media-lifetime", type=float, default=default.media_lifetime, metavar="SECONDS")
    parser.add_argument("--media-file-bytes", type=int, default=default.media_file_bytes, metavar="N")
    parser.add_argument("--media-total-bytes", type=int, default=default.media_total_bytes, metavar="N")
    options = vars(parser.parse_args(arguments))
    first, others = options.pop("qr_seconds")
    return Settings(**options, qr_first=first, qr_others=others)


async def run(settings: Settings) -> None:
    """Run a sandbox until the process is told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with Sandbox(settings) as addresses:
        sys.stdout.write(addresses.to_json() + "\n")
        sys.stdout.flush()
        await stop.wait()


def _seconds(text: str) -> tuple[float, float]:
    first, _, others = text.partition(",")
    return float(first), float(others or first)


def main() -> None:
    """Run the command line."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(parse_settings(sys.argv[1:])))


if __name__ == "__main__":
    main()

"""`python -m benchmarks.media_crashes`: files on their way while the shard, and what makes files ready, are killed.

Each scenario is a function that the end-to-end tests call once with a few files, and this command with a hundred; the
last line of a scenario is its sum over all rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import os
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import psutil

from benchmarks import gateway as gateways
from benchmarks.crashes import (
    Kills,
    Sends,
    kill_running_shard,
    kill_shard,
    kill_while,
    logged_in,
    send_until_it_ends,
    sum_of,
    told,
)
from benchmarks.gateway import Gateway
from benchmarks.heard import fate, until_heard
from benchmarks.processes import kind_of
from tests.session_host.media.inputs import animation, picture, sound

_AT_ONCE = 30
_FILE_BYTES = 20_000
_CONTACT = "6290000000002"
_SETTLED_WITHIN = 20.0
"""Seconds without news, when everything is acknowledged."""


def kill_converters(gateway: Gateway) -> int:
    """Kill the processes that make files ready; how many there were."""
    killed = 0
    for process in psutil.Process(gateway.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if kind_of(process) == "converters":
                process.kill()
                killed += 1
    return killed


async def kill_while_sending(gateway: Gateway, sessions: list[str], sends: int) -> Sends:
    """Half of the files go as they are; first the converters' process is killed, then the shard, then both again."""
    kills: Kills = [
        (sends // 5, kill_converters),
        (2 * sends // 5, kill_shard),
        (3 * sends // 5, kill_converters),
        (4 * sends // 5, kill_shard),
    ]
    return await _kill(gateway, sessions, sends, kills, (*_AS_THEY_ARE, *_MADE_ANEW))


async def kill_while_converting(gateway: Gateway, sessions: list[str], sends: int) -> Sends:
    """Each file has to be made anew, and the converters' process alone is killed, again and again."""
    kills: Kills = [(ended, kill_converters) for ended in range(1, sends, max(2, sends // 10))]
    return await _kill(gateway, sessions, sends, kills, _MADE_ANEW)


async def _kill(gateway: Gateway, sessions: list[str], sends: int, kills: Kills, kinds: tuple[str, ...]) -> Sends:
    """Each file goes to a recipient of its own and is repeated until it ends."""
    files = await _uploaded(gateway)
    pairs = [(sessions[place % len(sessions)], sink) for place, sink in enumerate(await gateway.sinks(sends))]
    turns = cycle(kinds)

    async def send(gateway: Gateway, session: str, sink: str) -> str:
        kind = next(turns)
        return await send_until_it_ends(gateway, session, sink, _ROUTES[kind], {"mediaId": files[kind]})

    return await kill_while(gateway, pairs, kills, at_once=_AT_ONCE, send=send)


_ROUTES = {
    "document": "/api/send-document",
    "jpeg": "/api/send-image",
    "png": "/api/send-image",
    "voice": "/api/send-voice",
    "gif": "/api/send-gif",
}
_AS_THEY_ARE, _MADE_ANEW = ("document", "jpeg"), ("png", "voice", "gif")


def _inputs(folder: Path) -> dict[str, Path]:
    """A file of each kind."""
    for name in ("a.jpg", "a.png"):
        picture().save(folder / name)
    (folder / "a.bin").write_bytes(os.urandom(_FILE_BYTES))
    made = (folder / "a.bin", folder / "a.jpg", folder / "a.png", sound(folder / "a.wav"), animation(folder / "a.gif"))
    return dict(zip(_ROUTES, made, strict=True))


async def _uploaded(gateway: Gateway) -> dict[str, str]:
    """The id of an upload of each kind."""
    with tempfile.TemporaryDirectory() as folder:
        files = await asyncio.to_thread(_inputs, Path(folder))
        return {kind: await gateway.upload(await asyncio.to_thread(file.read_bytes)) for kind, file in files.items()}


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How many messages with a file were sent to the gateway's numbers, and how many files can be had of it, whole.

    `in_the_gap` and `missing` as in `benchmarks.crashes.Arrivals`; `not_had`: messages that are there without their
    file, by what they say of it.
    """

    sent: int
    had: int
    shown_twice: int
    not_had: dict[str, int]
    in_the_gap: list[str]
    missing: list[str]


async def kill_while_receiving(gateway: Gateway, sessions: dict[str, str], files: int, kills: int) -> Arrivals:
    """A contact sends files to every session (name -> number) in turn while the shard is killed again and again."""
    await gateway.control_post("/contacts", number=_CONTACT)
    names, every = list(sessions), files // (kills + 1)
    hashes: dict[str, str] = {}
    killed_at: list[float] = []
    for place in range(1, files + 1):
        content = os.urandom(_FILE_BYTES)
        said = await gateway.control_post(
            f"/contacts/{_CONTACT}/send",
            to=sessions[names[place % len(names)]],
            type="document",
            base64=base64.b64encode(content).decode(),
        )
        hashes[said["id"]] = hashlib.sha256(content).hexdigest()
        if place % every == 0 and place // every <= kills:
            await kill_running_shard(gateway)
            killed_at.append(time.time())
    await until_heard(gateway, sessions.values(), hashes.keys())
    shown = await _settled(gateway, names, len(hashes))
    there = {message["id"]: message["media"] for message in shown}
    fates = [await fate(gateway, id_, killed_at) for id_ in hashes if id_ not in there]
    reasons = [await _wrong(gateway, media, hashes[id_]) for id_, media in there.items() if id_ in hashes]
    return Arrivals(
        sent=files,
        had=reasons.count(""),
        shown_twice=sum(count > 1 for count in Counter(message["id"] for message in shown).values()),
        not_had=dict(Counter(reason for reason in reasons if reason)),
        in_the_gap=[words for words, gap in fates if gap],
        missing=[words for words, gap in fates if not gap],
    )


async def _settled(gateway: Gateway, names: list[str], wanted: int) -> list[dict[str, Any]]:
    """What the inboxes show, once it is so much, or does not change any more, and no file is fetched any more."""
    until, last = time.monotonic() + _SETTLED_WITHIN, 0
    while True:
        shown = [message for name in names for message in await gateway.inbox(name) if "media" in message]
        settled = all(message["media"]["state"] != "fetching" for message in shown)
        if len(shown) != last:
            last, until = len(shown), time.monotonic() + _SETTLED_WITHIN
        if (len(shown) >= wanted and settled) or time.monotonic() > until:
            return shown
        await asyncio.sleep(0.25)


async def _wrong(gateway: Gateway, media: dict[str, Any], sha256: str) -> str:
    """Why the file of a message cannot be had, or is another one; nothing when it is right."""
    if media["state"] != "stored":
        return str(media.get("reason", media["state"]))
    async with gateway.http.get(f"{gateway.url}{media['url']}", headers={"X-API-Key": gateway.key}) as answer:
        content = await answer.read()
    return "" if hashlib.sha256(content).hexdigest() == sha256 else f"another file ({answer.status})"


async def main(arguments: argparse.Namespace) -> None:
    """Run the scenarios and print what was seen."""
    with tempfile.TemporaryDirectory(prefix="wagate-crashes-") as folder:
        async with gateways.running(Path(folder) / "data") as gateway:
            sessions = await logged_in(gateway, arguments.sessions)
            for name, scenario in (("sending", kill_while_sending), ("converting", kill_while_converting)):
                if arguments.only in {None, name}:
                    rounds = range(arguments.rounds)
                    seen = [await told(name, scenario(gateway, list(sessions), arguments.files)) for _ in rounds]
                    print(f"{name}: {len(seen)} rounds, {sum_of(seen)}")
            if arguments.only in {None, "receiving"}:
                for _ in range(arguments.rounds):
                    await told("receiving", kill_while_receiving(gateway, sessions, arguments.files, arguments.kills))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.media_crashes", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", choices=("sending", "converting", "receiving"))
    parser.add_argument("--files", type=int, default=100, help="of a round")
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--kills", type=int, default=3, help="of the shard in a round of receiving")
    asyncio.run(main(parser.parse_args()))

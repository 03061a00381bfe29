"""The checker: what callers were told, beside what WhatsApp saw."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.connections import died_with, failovers, overlap_ms
from tests.chaos.customer import WORTH_REPEATING
from tests.chaos.field import Field
from tests.chaos.load import READER, History
from tests.chaos.manifests import Manifests

_SETTLED_WITHIN = 60.0
_LOOK_EVERY = 0.5


@dataclass(slots=True)
class Verdict:
    """What a run came to. Lists name what is wrong, in words.

    Attributes:
        lost: answered with success, or accepted by WhatsApp for a session, and not there in the end.
        doubled: there more than once.
        untrue: told that it had failed, and it was there: who then sends it again sends it twice.
        unknown: sends whose end the gateway called unknown; allowed, and counted.
        unseen: inbound messages that the library acknowledged to WhatsApp as its process died, before anybody could
            keep them: the one gap there is (docs/session-host.md), counted.
        unended: customers who repeated their request and got no end at all.
        broken: answers 500.
        rewound: manifests that went back.
        overlap_ms: two live connections of one device.
        failovers: seconds from the fault to each device's next connection.
        dark: sessions that are not connected in the end.
    """

    sends: int = 0
    inbound: int = 0
    unknown: int = 0
    unknown_arrived: int = 0
    lost: list[str] = field(default_factory=list[str])
    doubled: list[str] = field(default_factory=list[str])
    untrue: list[str] = field(default_factory=list[str])
    unseen: list[str] = field(default_factory=list[str])
    unended: list[str] = field(default_factory=list[str])
    broken: list[str] = field(default_factory=list[str])
    rewound: list[str] = field(default_factory=list[str])
    dark: list[str] = field(default_factory=list[str])
    overlap_ms: float = 0.0
    failovers: list[float] = field(default_factory=list[float])

    @property
    def wrong(self) -> dict[str, object]:
        """Everything that must not be, by its name; empty after a good run."""
        names = ("lost", "doubled", "untrue", "unended", "broken", "rewound", "dark", "overlap_ms")
        return {name: getattr(self, name) for name in names if getattr(self, name)}


async def judge(on: Field, history: History, manifests: Manifests, *, connected: bool = True) -> Verdict:
    """Wait until everything that must arrive has, or for a minute, then compare.

    Args:
        on: the field, healed.
        history: of the load, which has ended.
        manifests: what was seen of them.
        connected: whether every session has to be connected in the end, and every repeated request to end.
    """
    verdict = Verdict(sends=len(history.sends), inbound=len(history.inbound), rewound=manifests.rewound)
    if connected:
        verdict.dark = [name for name in on.numbers if not await _connects(on, name)]
    await asyncio.gather(*(on.customer.settle(send) for send in history.sends))
    for send in history.sends:
        if connected and send.repeats and (send.outcome == "open" or send.last.code in WORTH_REPEATING):
            verdict.unended.append(f"{send.text} of {send.session}: {send.last}")
        verdict.broken += [f"{send.text}: {told.body}" for told in send.answers if told.status == 500]
    arrived = await _arrived(on, history)
    for send in history.sends:
        count = arrived[send.text]
        if count > 1:
            verdict.doubled.append(f"{send.text} of {send.session} to {send.to}: {count} times")
        if send.outcome == "sent" and count == 0:
            verdict.lost.append(f"{send.text} of {send.session} to {send.to}: {send.last}")
        if send.outcome == "failed" and count:
            verdict.untrue.append(f"{send.text} of {send.session} to {send.to}: {send.last}")
        if send.outcome in {"unknown", "open"}:
            verdict.unknown += 1
            verdict.unknown_arrived += count
    await _judge_inbound(on, history, verdict)
    connections = await on.whatsapp.connections()
    verdict.overlap_ms = overlap_ms(connections)
    if history.struck_at is not None:
        verdict.failovers = failovers(connections, history.struck_at, list(on.numbers.values()))
    return verdict


async def _connects(on: Field, session: str) -> bool:
    try:
        await on.customer.until_connected(session)
    except TimeoutError:
        return False
    return True


async def _arrived(on: Field, history: History) -> Counter[str]:
    """How often each text reached its recipient; waits for those that have to."""
    to_reader = [send for send in history.sends if send.to == READER]
    due = {send.text for send in to_reader if send.outcome == "sent"}
    until = asyncio.get_running_loop().time() + _SETTLED_WITHIN
    texts: list[str] = []
    while to_reader:
        texts = await on.whatsapp.texts_of(READER)
        if due <= set(texts) or asyncio.get_running_loop().time() > until:
            break
        await asyncio.sleep(_LOOK_EVERY)
    arrived = Counter(texts)
    frames = await on.whatsapp.passed_on()
    arrived.update({send.text: frames[send.to] for send in history.sends if send.to != READER})
    return arrived


async def _judge_inbound(on: Field, history: History, verdict: Verdict) -> None:
    here = {name for name in on.numbers if await on.customer.connected(name)}  # WhatsApp keeps what is for others
    due = {item.text for item in history.inbound if item.accepted and item.session in here}
    until = asyncio.get_running_loop().time() + _SETTLED_WITHIN
    while True:
        shown = Counter([text for name in on.numbers for text in await on.customer.inbox(name)])
        if due <= shown.keys() or asyncio.get_running_loop().time() > until:
            break
        await asyncio.sleep(_LOOK_EVERY)
    acknowledged, connections = await on.whatsapp.acknowledged(), await on.whatsapp.connections()
    for item in history.inbound:
        if item.text in due and not shown[item.text]:
            at = acknowledged.get((on.numbers[item.session], item.id or ""))
            died = at is not None and died_with(connections, on.numbers[item.session], at)
            when = _when(at, history.struck_at, connections, on.numbers[item.session])
            (verdict.unseen if died else verdict.lost).append(f"{item.text} ({item.id}) for {item.session}, {when}")
        if shown[item.text] > 1:
            verdict.doubled.append(f"{item.text} for {item.session}: {shown[item.text]} times")


def _when(at: float | None, struck_at: float | None, connections: list[dict[str, Any]], number: str) -> str:
    """When a message was acknowledged and its number connected, in seconds after the fault."""
    zero = struck_at or 0.0
    lives = [
        f"{place['from'] - zero:.2f} to " + ("now" if place["to"] is None else f"{place['lastFrame'] - zero:.2f}")
        for place in connections
        if place["number"] == number
    ]
    acknowledged = "never acknowledged" if at is None else f"acknowledged {at - zero:.2f} s after the fault"
    return f"{acknowledged}; connected {', '.join(lives)}"

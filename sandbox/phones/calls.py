"""Calls: one rings at somebody's devices until it is ended, or one of them rejects it. Nothing is ever heard.

Facts: run with neonize 0.5.2 (whatsmeow of September 2026); only a `reject` makes no event there.
"""

from __future__ import annotations

import secrets
import time
from typing import Literal

from sandbox.connections.network import Network
from sandbox.state.accounts import Account
from sandbox.state.calls import Call
from sandbox.wire.nodes import Jid, Node
from sandbox.wire.nodes.jid import GROUP_SERVER


def ring(network: Network, caller: Account, called: Account, *, video: bool, group: str = "") -> Call:
    """Call somebody. It rings nowhere when they do not let the caller."""
    id_ = secrets.token_hex(16).upper()
    call = Call(id_, caller.number, called.number, int(time.time()), video, group)
    network.calls.add(call)
    if network.people.may(called.number, "calladd", caller.number):
        parts = [Node("audio", {"enc": "opus", "rate": "16000"})]
        if video:
            parts.append(Node("video", {"enc": "vp8"}))
        more: dict[str, str | Jid] = {"caller_pn": caller.pn_jid()}
        if group:
            more["group-jid"] = Jid(group.partition("@")[0], GROUP_SERVER)
        _tell(network, call, called, Node("offer", more, parts))
    return call


def end(network: Network, call: Call) -> None:
    """Have the caller hang up; whoever it rings at is told."""
    was_ringing, called = call.state == "ringing", network.directory.find(call.called)
    if call.state in ("ringing", "accepted"):
        call.state = "ended"
        if was_ringing and called is not None:
            _tell(network, call, called, Node("terminate", {"reason": "timeout"}))


def reject(network: Network, call: Call, by: tuple[str, int]) -> None:
    """Have one of the called one's devices reject it (the phone is number 0): their others ring no longer."""
    _answer(network, call, "rejected", by)


def accept(network: Network, call: Call, by: tuple[str, int]) -> None:
    """Have one of the called one's devices accept it (the phone is number 0): their others ring no longer."""
    _answer(network, call, "accepted", by)


def _answer(network: Network, call: Call, state: Literal["rejected", "accepted"], by: tuple[str, int]) -> None:
    if call.state != "ringing":
        return
    call.state = state
    called = network.directory.find(call.called)
    if called is not None:
        _tell(network, call, called, Node("terminate", {"reason": f"{state}_elsewhere"}), but=by)


def _tell(network: Network, call: Call, called: Account, what: Node, but: tuple[str, int] | None = None) -> None:
    caller = network.directory.find(call.caller)
    if caller is None:
        return
    attrs: dict[str, str | Jid] = {"call-id": call.id, "call-creator": caller.lid_jid(), **what.attrs}
    head: dict[str, str | Jid] = {"from": caller.lid_jid(), "t": str(int(time.time())), "notify": caller.name}
    head |= {"platform": "android", "version": "2.26.40"}
    for device in called.devices:
        to = (called.number, device)
        if to != but:
            inside = Node(what.tag, attrs, what.content)
            network.delivery.send(to, Node("call", {**head, "id": secrets.token_hex(8)}, [inside]))

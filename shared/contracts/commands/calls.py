"""Calls that come."""

from __future__ import annotations

from typing import Literal

from shared.contracts.commands.command import Change, Done


class RejectCall(Change[Done]):
    """Reject a call that rings. WhatsApp never says whether it did."""

    kind: Literal["reject_call"] = "reject_call"
    caller: str
    """The JID of who calls, as the event of the call has it."""
    call_id: str

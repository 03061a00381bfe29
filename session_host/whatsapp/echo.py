"""What only shows that WhatsApp brings something: another device of the number has a message of ours."""

from __future__ import annotations

from typing import Literal

from shared.contracts.event import Event


class Echo(Event):
    """A receipt that says nothing of anybody else. It is in no journal."""

    kind: Literal["echo"] = "echo"

"""What the gateway has still to do itself: in the journal so that it is not forgotten, and nothing for tenants."""

from __future__ import annotations

from shared.contracts.own_events import CallToReject, MessagesToRead
from shared.events.declaring import tells


@tells(CallToReject)
def call(_: CallToReject) -> None:
    """The call itself is told as one that rang."""


@tells(MessagesToRead)
def read(_: MessagesToRead) -> None:
    """The messages themselves are told when they come."""

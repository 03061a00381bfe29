"""What became of each person that something was asked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sandbox.groups.group import Invitation
from sandbox.groups.groups import Groups
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node

BLOCKED: Final = 401
FORBIDDEN: Final = 403
NOT_FOUND: Final = 404
CONFLICT: Final = 409
FULL: Final = 419


@dataclass(frozen=True, slots=True)
class Outcome:
    """One person as asked for, with the account if there is one. `code`: why it was not done, 0 when it was.

    `invitation`: what the person may be sent instead, when its privacy refused.
    """

    jid: Jid
    account: Account | None
    code: int = 0
    invitation: Invitation | None = None

    def node(self) -> Node:
        """Return it as it stands in an answer."""
        attrs: dict[str, str | Jid] = {"jid": self.jid}
        if self.account is not None:
            attrs = {"jid": self.account.lid_jid(), "phone_number": self.account.pn_jid()}
        if self.code:
            attrs["error"] = str(self.code)
        if self.invitation is None:
            return Node("participant", attrs)
        offer = {"code": self.invitation.code, "expiration": str(self.invitation.expires)}
        return Node("participant", attrs, [Node("add_request", dict(offer))])


def people(groups: Groups, jids: list[Jid]) -> list[tuple[Jid, Account | None]]:
    """Return whom addresses mean, each once, with the account if there is one."""
    found = {jid.bare: groups.directory.resolve(jid) for jid in jids}
    once: dict[str, tuple[Jid, Account | None]] = {}
    for jid, account in found.items():
        once.setdefault(account.number if account else str(jid), (jid, account))
    return list(once.values())


def done(outcomes: list[Outcome]) -> list[Account]:
    """Return for whom it was done."""
    return [outcome.account for outcome in outcomes if outcome.account is not None and not outcome.code]

"""The Signal sessions of all phones, kept in the store: a phone that forgot them could not write to its devices."""

from __future__ import annotations

from sandbox.signal.session import Session
from sandbox.state.accounts import Account
from sandbox.state.storage import Store
from sandbox.wire.nodes import Jid


class Sessions:
    """By phone and device of somebody, its own ones among them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        rows = store.read("SELECT number, peer, state FROM signal_sessions")
        self._kept: dict[tuple[str, str], str] = {(number, peer): state for number, peer, state in rows}

    def has(self, phone: Account, peer: Jid) -> bool:
        """Tell whether a phone ever wrote to a device."""
        return (phone.number, str(peer)) in self._kept

    def find(self, phone: Account, peer: Jid) -> Session | None:
        """Return a phone's session with a device, None when they never wrote."""
        kept = self._kept.get((phone.number, str(peer)))
        return None if kept is None else Session.from_json(phone.identity, kept)

    def save(self, phone: Account, peer: Jid, session: Session) -> None:
        """Keep a session as it is now."""
        state = self._kept[phone.number, str(peer)] = session.to_json()
        self._store.write("INSERT OR REPLACE INTO signal_sessions VALUES (?, ?, ?)", phone.number, str(peer), state)

    def forget(self, phone: Account, peer: Jid) -> None:
        """Drop a session: the device is gone."""
        if self._kept.pop((phone.number, str(peer)), None) is not None:
            self._store.write("DELETE FROM signal_sessions WHERE number=? AND peer=?", phone.number, str(peer))

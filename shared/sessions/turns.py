"""Whose turn it is when several keys want something: one session of each, then the next of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from shared.sessions.model import Session


def in_turns(sessions: Iterable[Session]) -> list[Session]:
    """The oldest session of every key, then the second oldest of every key, …: the same order for whoever asks."""
    before: Counter[str] = Counter()
    order: list[tuple[int, int, str, Session]] = []
    for session in sorted(sessions, key=lambda session: (session.created_at, session.uid)):
        order.append((before[session.key_id], session.created_at, session.uid, session))
        before[session.key_id] += 1
    return [session for _, _, _, session in sorted(order, key=lambda place: place[:3])]

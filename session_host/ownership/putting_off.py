"""Sessions that may not begin to wait for a phone, since their key has too many that do."""

from __future__ import annotations

from collections.abc import Callable

from shared.sessions.model import TOO_MANY_LOGINS, Desired, Session, SessionReport, SessionStatus
from shared.sessions.ports import Sessions


def is_login(row: Session) -> bool:
    """Whether a session that nobody holds has certainly no pairing: it was just made, or put off or away before.

    Of any other only its auth folder tells.
    """
    put_away = row.report.status is SessionStatus.STOPPED and row.report.reason is not None
    return row.desired is Desired.RUNNING and (row.epoch == 0 or put_away)


async def put_off(sessions: Sessions, row: Session, owner: str, clock: Callable[[], int]) -> None:
    """Stop a session that nobody holds, and say why in its row, where its asker looks. Raises StoreUnavailable."""
    claimed = await sessions.claim(row.uid, owner)
    if claimed is None:
        return
    await sessions.set_desired(row.uid, Desired.STOPPED)
    report = SessionReport(SessionStatus.STOPPED, TOO_MANY_LOGINS, since=clock())
    await sessions.write_report(row.uid, owner, claimed.epoch, report)
    await sessions.release(row.uid, owner, claimed.epoch)

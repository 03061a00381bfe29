"""How a session lies in DynamoDB: its row, the row under its owner, and the writes that make one state of the other."""

from __future__ import annotations

from typing import Any

from shared.adapters.dynamodb.table import Row, Write
from shared.sessions.model import Desired, Held, Session, SessionReport, SessionStatus

REPORT = ("status", "reason", "since", "until", "next_try", "number", "lid", "push_name")
FREE = "yes"
"""In the attribute `free` of a session that nobody holds."""


def key_of(uid: str) -> dict[str, str]:
    """The key of a session's row."""
    return {"pk": uid, "sk": "-"}


def owned_by(owner: str) -> str:
    """The partition of what a shard holds; the sort key is the session's uid."""
    return f"owner#{owner}"


def owned_key(owner: str, uid: str) -> dict[str, str]:
    """The key of a session's row under its owner."""
    return {"pk": owned_by(owner), "sk": uid}


def session_of(row: Row) -> Session:
    """The session in a row."""
    report: dict[str, Any] = {name: row.get(name) for name in REPORT} | {"status": SessionStatus(row["status"])}
    return Session(
        uid=row["pk"],
        key_id=row["key_id"],
        name=row["name"],
        created_at=row["created_at"],
        desired=Desired(row["desired"]),
        owner=row.get("owner"),
        epoch=row["epoch"],
        report=SessionReport(**report),
        unlink_since=row.get("unlink_since"),
        settings=row.get("settings"),
        settings_version=row.get("settings_version", 0),
        history=row.get("history"),
    )


def held_of(row: Row) -> Held:
    """What the row under its owner says of a session."""
    unlink, version = row.get("unlink", False), row.get("settings_version", 0)
    return Held(row["sk"], row["epoch"], Desired(row["desired"]), unlink, version)


def new_row(session: Session) -> Row:
    """The row of a session that nobody holds yet."""
    return {
        **key_of(session.uid),
        "key_id": session.key_id,
        "name": session.name,
        "created_at": session.created_at,
        "desired": session.desired.value,
        "epoch": session.epoch,
        "free": FREE,
        "status": session.report.status.value,
        "since": session.report.since,
    }


def changed(before: Session, after: Session) -> list[Write]:
    """What makes one of the other: owner, epoch, wanted state, status; the row of its owner is changed with its own."""
    values: dict[str, Any] = {
        "desired": after.desired.value,
        "epoch": after.epoch,
        "status": after.report.status.value,
        "owner": after.owner,
        "free": FREE if after.owner is None else None,
        "unlink_since": after.unlink_since,
        "settings": after.settings,
        "settings_version": after.settings_version or None,
    }
    sets = [f"#{name} = :{name}" for name, value in values.items() if value is not None]
    removes = ", ".join(f"#{name}" for name, value in values.items() if value is None)
    values = {name: value for name, value in values.items() if value is not None} | {
        "desired_before": before.desired.value,
        "epoch_before": before.epoch,
        "status_before": before.report.status.value,
    }
    as_read = "#desired = :desired_before AND #epoch = :epoch_before AND #status = :status_before"
    may_be_missing = {
        "unlink_since": before.unlink_since,
        "owner": before.owner,
        "settings_version": before.settings_version or None,
    }
    for name, value in may_be_missing.items():
        if value is None:
            as_read += f" AND attribute_not_exists(#{name})"
        else:
            as_read += f" AND #{name} = :{name}_before"
            values[f"{name}_before"] = value
    writes = [Write.update(key_of(after.uid), f"SET {', '.join(sets)} REMOVE {removes}", as_read, values)]
    if before.owner is not None and before.owner != after.owner:
        writes.append(Write.delete(owned_key(before.owner, before.uid)))
    if after.owner is not None:
        held = {"epoch": after.epoch, "desired": after.desired.value, "unlink": after.unlink_since is not None}
        held["settings_version"] = after.settings_version
        writes.append(Write.put({**owned_key(after.owner, after.uid), **held}))
    return writes

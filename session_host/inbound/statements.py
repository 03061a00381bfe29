"""What is asked of the file of a journal, in SQL."""

from __future__ import annotations

APPLY = "entry INDEXED BY entry_to_apply WHERE applied = 0"
PUBLISH = "entry INDEXED BY entry_to_publish WHERE published = 0"
HOLD = "entry INDEXED BY entry_held WHERE held = 1"
COLUMNS = "seq, session_uid, event, raw"
AFTER = f"seq > ? AND seq < ifnull((SELECT min(seq) FROM {HOLD}), 9223372036854775807) ORDER BY seq LIMIT ?"  # noqa: S608 - constants
READ = {
    "applied": f"SELECT {COLUMNS} FROM {APPLY} AND {AFTER}",  # noqa: S608
    "published": f"SELECT {COLUMNS} FROM {PUBLISH} AND {AFTER}",  # noqa: S608
}
HELD = f"SELECT {COLUMNS} FROM {HOLD} ORDER BY seq LIMIT ?"  # noqa: S608
OF_KIND = f"SELECT {COLUMNS} FROM {APPLY} AND json_extract(CAST(event AS TEXT), '$.kind') = ?"  # noqa: S608
RELEASE = "UPDATE entry SET event = ?, held = 0 WHERE seq = ?"
MARK = {
    "applied": "UPDATE entry SET applied = 1 WHERE seq = ?",
    "published": "UPDATE entry SET published = 1 WHERE seq = ?",
}
REMOVE_FINISHED = "DELETE FROM entry WHERE seq = ? AND applied = 1 AND published = 1 AND set_aside IS NULL"
SET_ASIDE = {
    "applied": "UPDATE entry SET applied = 1, set_aside = ?, set_aside_at = ? WHERE seq = ?",
    "published": "UPDATE entry SET published = 1, set_aside = ?, set_aside_at = ? WHERE seq = ?",
}
COUNT = {
    "applied": f"SELECT count(*) FROM (SELECT 1 FROM {APPLY} LIMIT ?)",  # noqa: S608
    "published": f"SELECT count(*) FROM (SELECT 1 FROM {PUBLISH} LIMIT ?)",  # noqa: S608
}
PRUNE = """
DELETE FROM entry INDEXED BY entry_set_aside
WHERE set_aside IS NOT NULL AND applied = 1 AND published = 1 AND (
    set_aside_at < ?1
    OR seq <= (SELECT seq FROM entry WHERE set_aside IS NOT NULL ORDER BY seq DESC LIMIT 1 OFFSET ?2)
)
"""
WHO = "SELECT id, position, (SELECT ifnull(max(seq), 0) FROM entry) FROM journal"
NEXT_PART = "SELECT max(seq) FROM (SELECT seq FROM entry WHERE seq > ? ORDER BY seq LIMIT ?)"
FORGET = "DELETE FROM entry WHERE seq > ? AND seq <= ? AND session_uid = ?"
FIND = f"""
    SELECT {COLUMNS} FROM (SELECT {COLUMNS} FROM entry ORDER BY seq DESC LIMIT 2000)
    WHERE session_uid = ? AND json_extract(CAST(event AS TEXT), '$.id') = ? ORDER BY seq DESC LIMIT 1
"""  # noqa: S608

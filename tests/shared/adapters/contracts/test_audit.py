"""What every adapter of `shared.tenants.audit.AuditLog` does."""

from dataclasses import replace
from typing import Any

from shared.adapters.stores import Stores
from shared.ids import new_audit_id, now_ms
from shared.tenants.audit import ADMIN, KEPT_FOR_MS, NOBODY, AuditEntry

DAY = 86_400_000


def an_entry(**fields: Any) -> AuditEntry:
    values = {
        "id": new_audit_id(),
        "at": now_ms(),
        "by": ADMIN,
        "prefix": "",
        "of": NOBODY,
        "action": "generate_key",
        "route": "POST /api/admin/apikeys/generate",
        "address": "203.0.113.7",
    }
    return AuditEntry(**(values | fields))


async def test_an_entry_is_there_before_and_after_its_end(stores: Stores) -> None:
    """Every field survives; without an end nobody says what came of it."""
    entry = an_entry(of="key_1", about={"key_id": "key_1"})
    await stores.audit.begin(entry)
    assert await stores.audit.page(None, before=None, limit=10) == [entry]
    ended = replace(entry, status=404, code="KEY_NOT_FOUND")
    await stores.audit.end(ended)
    assert await stores.audit.page(None, before=None, limit=10) == [ended]
    assert await stores.audit.page("key_1", before=None, limit=10) == [ended]


async def test_pages_have_the_newest_first(stores: Stores) -> None:
    """Of a key only what concerns it; each page goes on behind the one before, over days too."""
    entries = [an_entry(of=f"key_{number % 2}") for number in range(7)]
    for entry in entries:
        await stores.audit.begin(entry)
    for of, expected in ((None, entries[::-1]), ("key_1", entries[5::-2]), ("key_9", [])):
        found: list[AuditEntry] = []
        while page := await stores.audit.page(of, before=found[-1].id if found else None, limit=2):
            found += page
        assert found == expected


async def test_what_is_older_is_found_too(stores: Stores) -> None:
    """An entry of weeks ago is behind those of today."""
    old = an_entry(at=now_ms() - 40 * DAY, id=_of(now_ms() - 40 * DAY))
    new = an_entry()
    for entry in (old, new):
        await stores.audit.begin(entry)
    assert await stores.audit.page(None, before=None, limit=5) == [new, old]
    assert await stores.audit.page(None, before=new.id, limit=5) == [old]


async def test_entries_go_with_their_age(stores: Stores) -> None:
    """After 90 days: at once from SQLite, by its own time from DynamoDB, which says so in the row."""
    at = now_ms() - KEPT_FOR_MS - DAY
    await stores.audit.begin(an_entry(at=at, id=_of(at), of="key_1"))
    await stores.audit.begin(an_entry(of="key_1"))
    assert len(await stores.audit.page(None, before=None, limit=5)) == 1


def _of(at: int) -> str:
    """An id that was made then."""
    letters = "0123456789abcdefghjkmnpqrstvwxyz"
    digits = [letters[at >> place & 31] for place in range(45, -1, -5)]
    return f"aud_{''.join(digits)}{'0' * 16}"

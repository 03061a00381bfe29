"""The tables and their indexes, in one place: for tests, for local set-ups, and to compare a template with.

| table | key | index: key | for |
|---|---|---|---|
| keys | id | by_hash: hash | authentication; `all` scans (a few hundred rows) |
| sessions | pk = uid, or `name#{key id}#{name}` holding a uid | by_key: key_id, created_at | `list_of` |
| | or `count#{key id}`, holding how many names it has | | |
| | | by_owner: owner, created_at | `owned_by` |
| | | free: free, created_at (only rows without an owner have `free`) | `unowned` |
| messages | id, or `idem#{hash}` holding a message id | open: open_of, id (only while open) | `open_of` |
| | | sending: sending_of, id (only while sending) | `sending_of` |
| | | by_wa_id: wa_key = `{session uid}#{WhatsApp id}` | `settle` |
| | | by_session: session_uid, id | `delete_of` |
| leases | owner | | all; `all` scans (one row for each shard) |
| inbox | session_uid, place = `p#{position}` a message, `d#{chat}#{id}#{from me}` its position | | all |

Indexes lag behind by milliseconds; whatever must not be wrong is decided by a conditional write on the table itself.
DynamoDB removes rows of `messages` some time after `expires` (seconds since 1970); reads leave them out from then on.
"""

from __future__ import annotations

from typing import Any

TTL_ATTRIBUTE = "expires"
_NUMBERS = frozenset({"created_at"})


def table_definitions(prefix: str) -> list[dict[str, Any]]:
    """The arguments of CreateTable for every table."""
    return [
        _table(f"{prefix}keys", ["id"], {"by_hash": ["hash"]}),
        _table(
            f"{prefix}sessions",
            ["pk"],
            {"by_key": ["key_id", "created_at"], "by_owner": ["owner", "created_at"], "free": ["free", "created_at"]},
        ),
        _table(
            f"{prefix}messages",
            ["id"],
            {
                "open": ["open_of", "id"],
                "sending": ["sending_of", "id"],
                "by_wa_id": ["wa_key"],
                "by_session": ["session_uid", "id"],
            },
        ),
        _table(f"{prefix}leases", ["owner"], {}),
        _table(f"{prefix}inbox", ["session_uid", "place"], {}),
    ]


async def create_tables(client: Any, prefix: str) -> None:  # noqa: ANN401 - aiobotocore makes its clients at run time
    """Make the tables that are missing and wait until they can be used; rows expire by `expires`."""
    for definition in table_definitions(prefix):
        try:
            await client.create_table(**definition)
        except client.exceptions.ResourceInUseException:
            continue  # it is there
        await client.get_waiter("table_exists").wait(
            TableName=definition["TableName"], WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
    await _expire_messages(client, f"{prefix}messages")


async def _expire_messages(client: Any, table: str) -> None:  # noqa: ANN401 - as above
    described = await client.describe_time_to_live(TableName=table)
    if described["TimeToLiveDescription"].get("TimeToLiveStatus") in {"ENABLED", "ENABLING"}:
        return
    await client.update_time_to_live(
        TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": TTL_ATTRIBUTE}
    )


def _table(name: str, key: list[str], indexes: dict[str, list[str]]) -> dict[str, Any]:
    attributes = sorted({attribute for names in (key, *indexes.values()) for attribute in names})
    definition: dict[str, Any] = {
        "TableName": name,
        "KeySchema": _key(key),
        "AttributeDefinitions": [
            {"AttributeName": attribute, "AttributeType": "N" if attribute in _NUMBERS else "S"}
            for attribute in attributes
        ],
        "BillingMode": "PAY_PER_REQUEST",
    }
    if indexes:
        definition["GlobalSecondaryIndexes"] = [
            {"IndexName": index, "KeySchema": _key(names), "Projection": {"ProjectionType": "ALL"}}
            for index, names in indexes.items()
        ]
    return definition


def _key(names: list[str]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]

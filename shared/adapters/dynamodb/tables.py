"""The tables and their indexes, in one place: for tests, for local set-ups, and to compare a template with.

| table | key | what is in it |
|---|---|---|
| keys | id | a key under its id; `hash#{hash}`: the id of the key with that hash |
| sessions | pk, sk | `{uid}`, `-`: a session |
| | | `key#{key id}`, `{name}`: the uid of the key's session of that name |
| | | `count#{key id}`, `-`: how many names it has |
| | | `owner#{owner}`, `{uid}`: that the shard holds it, under which epoch, and what is wanted of it |
| messages | pk, sk | `{session uid}`, `{id}`: a message |
| | | `{session uid}`, `timer#{chat}`: the disappearing timer of a chat |
| | | `{id}`, `-`: the session of the message; `idem#{hash}`, `-`: the message of an Idempotency-Key |
| leases | owner | a row for each shard; `all` scans |
| inbox | session_uid, place | `p#{position}`: a message; `s#…`: a status update; `h#…`: of history |
| | | `d#{chat}#{id}#{from me}`: the position of a message; `f#{position}`: that its file is to be had |
| | | `c#{chat}`: what is known of a chat, and where its newest message is |
| files | pk, sk | `{key id}`, `{id}`: a file |
| | | `bytes#{key id}`, `{day}`: the room of the key's files that expire on that day; `bytes#`, `{day}`: of all keys' |
| webhooks | pk, sk | `webhooks`, `{key id}#{id}`: a webhook; `count#{key id}`, `-`: how many the key has |
| | | `audit@{day}`, `{id}`: an entry of the audit log; `audit#{key id}`, `{id}`: the same, by key |
| | | `usage#{key id}`, `{hour}`: what a key did in that hour since 1970 |
| | | `forwarders`, `{id}`: a forwarder, and how far it is |
| | | `{subscription}`, `place`: how far it is; `r#{id}`: a replay |
| | | `{subscription}`, `d#{event}`: a delivery that waited; `{subscription}#{day}`, `d#{event}`: one that did not |

| index | of | key | for |
|---|---|---|---|
| free | sessions without an owner | free, created_at | `unowned` |
| open | messages that nobody began to send, of a session | pk, open | `open_of` |
| sending | messages in `sending`, or with an untold outcome, of a session | pk, sending | `sending_of`, `untold` |
| by_chat | of messages and of an inbox: by chat; keys, and types in an inbox | pk or session_uid, chat_place | chats |
| by_wa_id | messages with an id of WhatsApp's, of a session; keys only | pk, wa_id | `settle` |
| of_session | files that came with messages, of a key; keys only | pk, session_uid | `expire_of` |
| due | files by the day on which they expire | due, expires_at | `expired` |
| waiting | pending deliveries by their time, of a subscription | pk, waiting | `waiting` |
| by_state | what is not delivered, of a subscription; all but the event | pk, state_place | `page`, `counts` |

A global index lags behind the table, usually by milliseconds, and nobody says by how much at most: who takes a session
that `free` shows does so by a conditional write, and what `due` shows is looked at again. The others are local: they
are read as every finished write left them. All items of one session, and the rows of all files of one key, may have
10 GB with their copies in local indexes, and so may the deliveries of a subscription that waited, and those of one day
that did not.
DynamoDB removes rows of `messages` some time after `expires` (seconds since 1970); reads leave them out from then on.
"""

from __future__ import annotations

from typing import Any, Literal

TTL_ATTRIBUTE = "expires"
EXPIRING = ("messages", "inbox", "files", "webhooks")
"""Tables whose rows DynamoDB removes some time after `TTL_ATTRIBUTE`, in seconds since 1970."""
_NUMBERS = frozenset({"created_at", "expires_at"})
Projection = Literal["ALL", "KEYS_ONLY"] | tuple[str, ...]
"""What an index holds of a row beside its keys: attributes by their names."""
_SORTED_BY = {"by_chat": "chat_place", "by_wa_id": "wa_id", "of_session": "session_uid", "by_state": "state_place"}
"""The attribute a local index is sorted by, where it is not called as the index is."""

_DELIVERY_WITHOUT_BODY = (
    "session_uid", "type", "log", "position", "state", "next_at", "first_at", "attempts", "tries", "test", "waited",
)  # fmt: skip


def table_definitions(prefix: str) -> list[dict[str, Any]]:
    """The arguments of CreateTable for every table."""
    return [
        _table(f"{prefix}keys", ["id"]),
        _table(f"{prefix}sessions", ["pk", "sk"], everywhere={"free": ["free", "created_at"]}),
        _table(
            f"{prefix}messages",
            ["pk", "sk"],
            within={"open": "ALL", "sending": "ALL", "by_wa_id": "KEYS_ONLY", "by_chat": "KEYS_ONLY"},
        ),
        _table(f"{prefix}leases", ["owner"]),
        _table(f"{prefix}inbox", ["session_uid", "place"], within={"by_chat": ("from_me", "type")}),
        _table(
            f"{prefix}files",
            ["pk", "sk"],
            everywhere={"due": ["due", "expires_at"]},
            within={"of_session": "KEYS_ONLY"},
        ),
        _table(f"{prefix}webhooks", ["pk", "sk"], within={"waiting": "ALL", "by_state": _DELIVERY_WITHOUT_BODY}),
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
    for table in EXPIRING:
        await _expire(client, prefix + table)


async def _expire(client: Any, table: str) -> None:  # noqa: ANN401 - as above
    described = await client.describe_time_to_live(TableName=table)
    if described["TimeToLiveDescription"].get("TimeToLiveStatus") in {"ENABLED", "ENABLING"}:
        return
    await client.update_time_to_live(
        TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": TTL_ATTRIBUTE}
    )


def _table(
    name: str,
    key: list[str],
    *,
    everywhere: dict[str, list[str]] | None = None,
    within: dict[str, Projection] | None = None,
) -> dict[str, Any]:
    """A table with global indexes by any key, and local ones."""
    local = {index: [key[0], _SORTED_BY.get(index, index)] for index in within or {}}
    attributes = sorted(
        {attribute for names in (key, *(everywhere or {}).values(), *local.values()) for attribute in names}
    )
    definition: dict[str, Any] = {
        "TableName": name,
        "KeySchema": _key(key),
        "AttributeDefinitions": [
            {"AttributeName": attribute, "AttributeType": "N" if attribute in _NUMBERS else "S"}
            for attribute in attributes
        ],
        "BillingMode": "PAY_PER_REQUEST",
    }
    if everywhere:
        definition["GlobalSecondaryIndexes"] = [_index(index, names, "ALL") for index, names in everywhere.items()]
    if within:
        definition["LocalSecondaryIndexes"] = [_index(index, local[index], within[index]) for index in within]
    return definition


def _index(name: str, key: list[str], projection: Projection) -> dict[str, Any]:
    held: dict[str, Any] = {"ProjectionType": projection}
    if not isinstance(projection, str):
        held = {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(projection)}
    return {"IndexName": name, "KeySchema": _key(key), "Projection": held}


def _key(names: list[str]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]

"""What DynamoDB charges for a request on demand, by its published rules, of the items before and after it.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html and, for the indexes,
GSI.html; sizes of items: CapacityUnitCalculations.html.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from shared.adapters.dynamodb.tables import table_definitions

Item = dict[str, dict[str, Any]]
"""As on the wire: name -> {type: value}."""

_WRITE_UNIT, _READ_UNIT = 1024, 4096
_NUMBER_BASE, _MAP_BASE, _MAP_ENTRY = 1, 3, 1


def _names(definition: dict[str, Any]) -> tuple[str, ...]:
    return tuple(each["AttributeName"] for each in definition["KeySchema"])


KEYS = {definition["TableName"]: _names(definition) for definition in table_definitions("")}
"""The attributes of each table's key, by the table's name without a prefix."""


class Index(NamedTuple):
    """An index: its key with the table's, and whether it holds whole items or these attributes only."""

    key: tuple[str, ...]
    whole: bool

    def entry(self, item: Item | None) -> Item | None:
        """What it holds of an item."""
        if item is None or not all(name in item for name in self.key):
            return None
        return item if self.whole else {name: item[name] for name in self.key}


INDEXES = {
    definition["TableName"]: {
        index["IndexName"]: Index(
            tuple(dict.fromkeys(_names(index) + _names(definition))), index["Projection"]["ProjectionType"] == "ALL"
        )
        for index in definition.get("GlobalSecondaryIndexes", []) + definition.get("LocalSecondaryIndexes", [])
    }
    for definition in table_definitions("")
}
"""The indexes of each table; local ones cost as much as global ones."""


def item_bytes(item: Item) -> int:
    """The size of an item: names and values, without the 100 bytes that storage adds for each copy of it."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(typed: dict[str, Any]) -> int:
    ((kind, value),) = typed.items()
    if kind == "N":
        return _NUMBER_BASE + math.ceil(len(str(value).strip("-").strip("0")) / 2)
    if kind == "M":
        return _MAP_BASE + item_bytes(value) + _MAP_ENTRY * len(value)
    return len(str(value).encode()) if kind == "S" else 1


def copies(table: str, item: Item) -> int:
    """In how many places the item is: the table, and each index whose key it has."""
    return 1 + sum(index.entry(item) is not None for index in INDEXES[table].values())


def write_units(table: str, before: Item | None, after: Item | None) -> int:
    """Of one write that is in no transaction; a refused one has the same item before and after."""
    units = _units(_WRITE_UNIT, *(item for item in (before, after) if item is not None))
    if before == after:
        return units
    for index in INDEXES[table].values():
        was, is_now = index.entry(before), index.entry(after)
        if was == is_now:
            continue
        if was is not None and is_now is not None and all(was[name] == is_now[name] for name in index.key):
            units += _units(_WRITE_UNIT, was, is_now)
        else:  # put in, taken out, or both
            units += sum(_units(_WRITE_UNIT, item) for item in (was, is_now) if item is not None)
    return units


def read_units(items: Sequence[Item], *, consistent: bool) -> float:
    """Of one read that looked at these items; one that finds nothing costs as much as the smallest."""
    units = max(math.ceil(sum(map(item_bytes, items)) / _READ_UNIT), 1)
    return units if consistent else units / 2


def _units(size: int, *items: Item) -> int:
    return max(math.ceil(max(map(item_bytes, items), default=0) / size), 1)

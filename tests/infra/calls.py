"""What code calls in DynamoDB: the methods of ports that a side uses, and what they do to tables."""

import ast
import re
from functools import cache

from tests.infra.templates import ROOT

PORTS = ("keys", "sessions", "messages", "leases", "inbox")
"""The names by which both sides hold a port; its table has the same name."""

_ACTIONS = {
    "get": "GetItem",
    "get_many": "BatchGetItem",
    "remove_many": "BatchWriteItem",
    "put": "PutItem",
    "update": "UpdateItem",
    "delete": "DeleteItem",
    "query": "Query",
    "scan": "Scan",
}

Actions = dict[tuple[str, str], set[str]]
"""Actions by table and index; "" is the table itself."""


def actions_of(side: str) -> Actions:
    """What `functions` or `session_host` makes the adapters do."""
    found: Actions = {}
    for port in PORTS:
        adapter = _adapter(port)
        for method in _used(side, port) & set(adapter):
            for index, action in _done_by(adapter, method):
                found.setdefault((port, index), set()).add(action)
    return found


@cache
def _source(side: str) -> str:
    return "\n".join(path.read_text() for path in sorted((ROOT / side).rglob("*.py")))


def _used(side: str, port: str) -> set[str]:
    """The words in `messages.WORD(`, `self._messages.WORD` given to somebody who calls it, and the like."""
    return set(re.findall(rf"(?<![A-Za-z])_?{port}\.([a-z_]+)\b", _source(side)))


@cache
def _adapter(port: str) -> dict[str, ast.AST]:
    """The methods of a port's adapter and the functions beside it, by name."""
    tree = ast.parse((ROOT / "shared" / "adapters" / "dynamodb" / f"{port}.py").read_text())
    (adapter,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name.startswith("Dynamo")]
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name: node for node in (*tree.body, *adapter.body) if isinstance(node, functions)}


def _done_by(adapter: dict[str, ast.AST], method: str) -> set[tuple[str, str]]:
    """Index and action of each request that a method may make, by way of other methods and functions too."""
    found: set[tuple[str, str]] = set()
    for call in [node for node in ast.walk(adapter[method]) if isinstance(node, ast.Call)]:
        target, _, name = ast.unparse(call.func).rpartition(".")
        if target in {"self._table", "Write"} and name in _ACTIONS:
            indexes = [ast.literal_eval(keyword.value) for keyword in call.keywords if keyword.arg == "index"]
            found.add((indexes[0] if indexes else "", _ACTIONS[name]))
        elif target in {"self", ""} and name in adapter and name != method:
            found |= _done_by(adapter, name)
    return found

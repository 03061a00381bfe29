"""What code calls in DynamoDB: the methods of ports that a side uses, and what they do to tables."""

import ast
import re
from functools import cache

from tests.infra.templates import ROOT

PORTS = {
    "keys": "keys",
    "sessions": "sessions",
    "messages": "messages",
    "receipts": "receipts",
    "send_log": "send_log",
    "leases": "leases",
    "inbox": "inbox",
    "file_rows": "files",
    "chats": "chats",
    "webhooks": "webhooks",
    "deliveries": "deliveries",
    "forwarders": "forwarders",
    "audit": "audit",
    "usage_rows": "usage",
}
"""The table of each port, by the names under which both sides hold one."""
_WITHIN = {
    "receipts": "messages",
    "send_log": "messages",
    "chats": "inbox",
    "deliveries": "webhooks",
    "forwarders": "webhooks",
    "audit": "webhooks",
    "usage": "webhooks",
}
"""Adapters that keep theirs in the table of another one."""
_NAMED = {"self._inbox": "inbox", "self._messages": "messages"}
"""Tables that an adapter has beside its own, by what it calls them."""
_SHARED = {
    "FileKeeping": "media/keeping",
    "FileSweep": "media/sweeping",
    "forget_of_key": "webhooks/forgetting",
    "forget_of_session": "webhooks/forgetting",
    "disable": "webhooks/disabling",
    "UsageCounting": "tenants/usage",
}
"""What calls a port for a side that calls or makes it, and where it is in `shared/`."""

_ACTIONS = {
    "get": "GetItem",
    "get_many": "BatchGetItem",
    "put_many": "BatchWriteItem",
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
    for port, table in PORTS.items():
        adapter = _adapter(table)
        for method in _used(side, port) & set(adapter):
            for named, index, action in _done_by(adapter, method):
                found.setdefault((named or _WITHIN.get(table, table), index), set()).add(action)
    return found


@cache
def _source(side: str) -> str:
    source = "\n".join(path.read_text() for path in sorted((ROOT / side).rglob("*.py")))
    used = {module for name, module in _SHARED.items() if re.search(rf"(?<![.\w]){name}\(", source)}
    return "\n".join([source, *((ROOT / f"shared/{module}.py").read_text() for module in sorted(used))])


def _used(side: str, port: str) -> set[str]:
    """The words in `messages.WORD(`, `self._messages.WORD` given to somebody who calls it, and the like."""
    return set(re.findall(rf"(?<![A-Za-z])_?{port}\.([a-z_]+)\b", _source(side)))


@cache
def _adapter(table: str) -> dict[str, ast.AST]:
    """The methods of a table's adapter and the functions it calls, by name; those of its parts as `_part.name`."""
    tree = _module(f"shared.adapters.dynamodb.{table}")
    (adapter,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name.startswith("Dynamo")]
    imported = _imported(tree)
    found: dict[str, ast.AST] = {}
    for module in set(imported.values()):
        found |= _functions(_module(module).body)
    found |= _functions(tree.body) | _functions(adapter.body)
    for attribute, (module, name) in _parts(adapter, imported).items():
        part = _module(module)
        (its_class,) = [node for node in part.body if isinstance(node, ast.ClassDef) and node.name == name]
        methods = _functions(part.body) | _functions(its_class.body)
        found |= {f"{attribute}.{method}": node for method, node in methods.items()}
    return found


def _module(name: str) -> ast.Module:
    return ast.parse((ROOT / f"{name.replace('.', '/')}.py").read_text())


def _functions(body: list[ast.stmt]) -> dict[str, ast.AST]:
    return {node.name: node for node in body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


def _imported(tree: ast.Module) -> dict[str, str]:
    """The modules beside it that a module takes names from, by name."""
    return {
        alias.name: node.module
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("shared.adapters.dynamodb.")
        for alias in node.names
    }


def _parts(adapter: ast.ClassDef, imported: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Module and class of each `self._part = Part(...)` of an adapter whose class is another module's."""
    made = [node for node in ast.walk(adapter) if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)]
    return {
        ast.unparse(node.targets[0]).removeprefix("self."): (imported[name], name)
        for node in made
        if (name := ast.unparse(node.value.func)) in imported and name[0].isupper()
    }


def _done_by(adapter: dict[str, ast.AST], method: str) -> set[tuple[str, str, str]]:
    """Table, index and action of each request that a method may make, by way of others too; "": the adapter's table."""
    found: set[tuple[str, str, str]] = set()
    part, dot, _ = method.rpartition(".")
    for call in [node for node in ast.walk(adapter[method]) if isinstance(node, ast.Call)]:
        target, _, name = ast.unparse(call.func).rpartition(".")
        if target in {"self._table", "Write", *_NAMED} and name in _ACTIONS:
            indexes = [ast.literal_eval(keyword.value) for keyword in call.keywords if keyword.arg == "index"]
            found.add((_NAMED.get(target, ""), indexes[0] if indexes else "", _ACTIONS[name]))
            continue
        here = target in {"self", ""}
        called = f"{part}{dot}{name}" if here else f"{target.removeprefix('self.')}.{name}"
        if called in adapter and called != method:
            found |= _done_by(adapter, called)
    return found

"""docs/cli.md says which command asks which route: both are there."""

from __future__ import annotations

import re
from pathlib import Path

import rich_click as click

from cli.main import wagate
from cli.program.deferred import DeferredCommand
from functions.reference.openapi import document

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
ROW = re.compile(r"^\| (`[a-z].*) \| (`(?:GET|POST|PUT|PATCH|DELETE) /.*) \|$", re.MULTILINE)


def rows() -> list[tuple[list[str], list[str]]]:
    """Commands and routes of each row; a command of the same group as the one before it is named without it."""
    found: list[tuple[list[str], list[str]]] = []
    for commands, routes in ROW.findall(PAGE.read_text(encoding="utf-8")):
        group, named = "", list[str]()
        for command in re.findall(r"`([^`]+)`", commands):
            first, _, second = command.partition(" ")
            group = first if second or first in wagate.commands else group
            named.append(command if first == group else f"{group} {command}")
        found.append((named, re.findall(r"`([A-Z]+ /[^`]*)`", routes)))
    return found


def is_there(command: str) -> bool:
    name, _, below = command.partition(" ")
    found = wagate.commands.get(name)
    if isinstance(found, DeferredCommand):
        found = found.load()
    return found is not None and (not below or (isinstance(found, click.Group) and below in found.commands))


def test_every_command_of_the_table_is_there() -> None:
    """One that is called otherwise now fails here."""
    assert [command for commands, _ in rows() for command in commands if not is_there(command)] == []


def test_every_route_of_the_table_is_there() -> None:
    """Likewise."""
    routes = {f"{method.upper()} {path}" for path, methods in document("1")["paths"].items() for method in methods}
    named = {route for _, routes_of in rows() for route in routes_of}
    assert len(named) > 60
    assert named - routes == set()

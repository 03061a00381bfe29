"""What each part imports comes with it: an image of one part has its own packages and nothing of the others'."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
OWN = frozenset(path.name for path in ROOT.iterdir() if path.is_dir())
EXTRAS_OF = {
    "functions": ("api", "aws", "lambda", "otel"),
    "session_host": ("host", "aws", "otel"),
    "sandbox": ("sandbox",),
    "cli": ("cli", "aws", "local", "mcp"),
}
"""By house, what is installed for it beside what every part has."""


def imported_by(house: str) -> set[str]:
    """The top names of all modules of others that a house imports, wherever it does."""
    found: set[str] = set()
    for path in (ROOT / house).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                found.add(node.module.partition(".")[0])
    return found - OWN - set(sys.stdlib_module_names)


def installed_for(house: str) -> set[str]:
    """The names of the packages that a house is installed with."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *(line for extra in EXTRAS_OF[house] for line in extras[extra])]
    return {canonicalize_name(Requirement(line).name) for line in lines}


@pytest.mark.parametrize("house", EXTRAS_OF)
def test_a_part_is_installed_with_what_it_imports(house: str) -> None:
    """Where a package that another part brings is enough here, in production it is not there."""
    packages, installed = packages_distributions(), installed_for(house)
    missing = {
        name: packages.get(name, ["?"])
        for name in imported_by(house)
        if not installed & {canonicalize_name(package) for package in packages.get(name, ["?"])}
    }
    assert missing == {}

"""The templates as CloudFormation sees them: template.yaml translated by SAM, the others as they are."""

import copy
import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]
PARTS = sorted((ROOT / "infra").glob("*.yaml"))
SIZES = ("small", "medium", "large")


class _NoManagedPolicies:
    """SAM asks for the names of AWS' own policies; the template uses none of SAM's that need them."""

    def load(self) -> dict[str, str]:
        return {}


@cache
def _translated() -> dict[str, Any]:
    template = yaml_parse((ROOT / "template.yaml").read_text())
    with mock.patch.dict(os.environ, {"AWS_DEFAULT_REGION": "eu-central-1"}):
        return transform(template, {}, _NoManagedPolicies())


@cache
def _parsed(name: str) -> dict[str, Any]:
    return yaml_parse((ROOT / "infra" / f"{name}.yaml").read_text())


def template(name: str = "template") -> dict[str, Any]:
    """One template, by the name of its file; `template` is the one at the top, translated."""
    return copy.deepcopy(_translated() if name == "template" else _parsed(name))


def names() -> list[str]:
    """All templates."""
    return ["template", *[path.stem for path in PARTS]]


def resources(kind: str, *among: str) -> dict[str, dict[str, Any]]:
    """The resources of a type, by `file.LogicalId`, with everything that stands beside their properties."""
    return {
        f"{name}.{identity}": resource
        for name in among or names()
        for identity, resource in template(name)["Resources"].items()
        if resource["Type"] == kind
    }


def properties(kind: str, *among: str) -> dict[str, dict[str, Any]]:
    """The properties alone."""
    return {name: resource.get("Properties", {}) for name, resource in resources(kind, *among).items()}


def only(kind: str, *among: str) -> dict[str, Any]:
    """The properties of the only resource of a type."""
    (found,) = properties(kind, *among).values()
    return found


def substituted(value: Any, values: dict[str, str]) -> str:
    """A string, or what Fn::Sub makes of one with these values."""
    if isinstance(value, str):
        return value
    text = value["Fn::Sub"]
    if isinstance(text, list):
        text = text[0]
    text = re.sub(r"\$\{([^!}]+)\}", lambda found: values[found[1]], text)
    return text.replace("${!", "${")


def statements() -> list[tuple[str, dict[str, Any]]]:
    """Every statement of every role of ours, with `file.Role.Sid` for a name."""
    found: list[tuple[str, dict[str, Any]]] = []
    for name, role in properties("AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                found.append((f"{name}.{statement.get('Sid', policy['PolicyName'])}", statement))  # noqa: PERF401
    return found


def listed(value: Any) -> list[Any]:
    """What may be one thing or a list of them, as a list."""
    return value if isinstance(value, list) else [value]


def in_text(value: Any) -> str:
    """A part of a template as text, to look for words in."""
    return json.dumps(value, sort_keys=True)

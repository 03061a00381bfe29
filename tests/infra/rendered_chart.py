"""The Helm chart as Kubernetes gets it, with each set of values of `infra/helm/wagate/ci/`."""

import copy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.helm import chart, program

SETS = {path.name.removesuffix("-values.yaml"): path for path in chart.SETS}
NAMES = sorted(SETS)


def helm() -> Path:
    """The program; the test is skipped where there is none for this machine."""
    found = program.helm()
    if found is None:
        pytest.skip("no package with helm for this machine, and none on PATH")
    return found


def refusal(name: str, *settings: str) -> str:
    """What helm says when it refuses a set of values with these changes."""
    with pytest.raises(chart.ChartError) as refused:
        chart.rendered(helm(), SETS[name], *settings)
    return str(refused.value)


@cache
def _rendered(name: str, settings: tuple[str, ...]) -> list[dict[str, Any]]:
    text = chart.rendered(helm(), SETS[name], *settings)
    return [document for document in yaml.safe_load_all(text) if document]


def documents(name: str, *settings: str) -> list[dict[str, Any]]:
    """All manifests of a set of values."""
    return copy.deepcopy(_rendered(name, settings))


def one(kind: str, part: str, name: str = "everything", *settings: str) -> dict[str, Any]:
    """The only manifest of a kind whose name ends with the part."""
    (found,) = [
        document
        for document in documents(name, *settings)
        if document["kind"] == kind and document["metadata"]["name"] == f"wagate-{part}"
    ]
    return found


def pods(name: str, *settings: str) -> dict[str, dict[str, Any]]:
    """Everything that becomes a pod, by `Kind/name`: its metadata and its spec."""
    found = {}
    for document in documents(name, *settings):
        title = f"{document['kind']}/{document['metadata']['name']}"
        if document["kind"] == "Pod":
            found[title] = document
        elif document["kind"] in {"Deployment", "StatefulSet"}:
            found[title] = document["spec"]["template"]
    return found


def containers(name: str) -> dict[str, dict[str, Any]]:
    """All containers, by `Kind/name/container`."""
    return {
        f"{title}/{container['name']}": container
        for title, pod in pods(name).items()
        for container in pod["spec"]["containers"]
    }


def environment(container: dict[str, Any]) -> dict[str, Any]:
    """The variables of a container: their value, or `Secret/key` where they come from."""
    return {variable["name"]: variable.get("value") or _source(variable) for variable in container.get("env", [])}


def _source(variable: dict[str, Any]) -> str:
    source = variable["valueFrom"]
    if "secretKeyRef" in source:
        return f"{source['secretKeyRef']['name']}/{source['secretKeyRef']['key']}"
    return source["fieldRef"]["fieldPath"]

"""Alerts and the dashboard ask for metrics that exist; tests/e2e/test_metrics.py sees that these are really emitted."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "infra" / "prometheus"
ALERTS = [
    rule for group in yaml.safe_load((PROMETHEUS / "alerts.yaml").read_text())["groups"] for rule in group["rules"]
]
DASHBOARD = json.loads((ROOT / "infra" / "grafana" / "wagate.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
JOBS = {job["job_name"] for job in yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())["scrape_configs"]}
BY_PROMETHEUS = {"job", "instance", "le"}
"""Labels that Prometheus adds, and that of a histogram's buckets."""


def documented() -> dict[str, set[str]]:
    """The metrics of docs/metrics.md and their labels."""
    found = {"up": set[str]()}
    text = (ROOT / "docs" / "metrics.md").read_text()
    for section in text.split("\n### ")[1:]:
        hosts = section.startswith("Of session hosts")
        for name, labels, what in re.findall(r"^\| `(\w+)` \|(.*?)\| (.*) \|$", section, re.MULTILINE):
            of_shard = (
                set() if labels.strip() == "none" else {"shard"} if hosts or section.startswith("Of both") else set()
            )
            known = set(re.findall(r"`(\w+)`", labels)) | of_shard
            names = (
                [f"{name}_{part}" for part in ("bucket", "sum", "count")] if what.startswith("histogram") else [name]
            )
            found |= dict.fromkeys(names, known)
    return found


KNOWN = documented()


def selectors(node: Any) -> Iterator[promql_parser.VectorSelector]:
    """Each metric that an expression asks for, however deep."""
    match node:
        case promql_parser.VectorSelector():
            yield node
        case promql_parser.MatrixSelector():
            yield node.vector_selector
        case promql_parser.BinaryExpr():
            yield from selectors(node.lhs)
            yield from selectors(node.rhs)
        case promql_parser.AggregateExpr() | promql_parser.ParenExpr() | promql_parser.SubqueryExpr():
            yield from selectors(node.expr)
        case promql_parser.Call():
            for argument in node.args:
                yield from selectors(argument)
        case promql_parser.NumberLiteral() | promql_parser.StringLiteral():
            return
        case _:
            raise AssertionError(f"{type(node)} is not looked into")


EXPRESSIONS = {rule["alert"]: rule["expr"] for rule in ALERTS} | {
    f"{panel['title']} {target['refId']}": target["expr"] for panel in PANELS for target in panel["targets"]
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_what_is_asked_for_exists(name: str) -> None:
    """Every metric, every label it is chosen by or summed over, and every job."""
    expression = EXPRESSIONS[name]
    found = list(selectors(promql_parser.parse(expression)))
    assert found
    labels = BY_PROMETHEUS | set[str]().union(*(KNOWN[selector.name] for selector in found))
    for selector in found:
        for matcher in selector.matchers.matchers:
            assert matcher.name in BY_PROMETHEUS | KNOWN[selector.name], expression
            if matcher.name == "job":
                assert matcher.value in JOBS
    for summed in re.findall(r"by \(([^)]*)\)", expression):
        assert {label.strip() for label in summed.split(",")} <= labels, expression


def test_every_metric_of_ours_is_shown_or_watched() -> None:
    """One that nobody looks at is not worth counting."""
    asked = {selector.name for text in EXPRESSIONS.values() for selector in selectors(promql_parser.parse(text))}
    unasked = {name for name in KNOWN if name.startswith("wagate_")} - asked
    assert {name.removesuffix("_sum").removesuffix("_count") for name in unasked} == {
        "wagate_send_seconds",  # their buckets are
        "wagate_delivery_seconds",
        "wagate_api_request_seconds",
    }


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_to_do(rule: dict[str, Any]) -> None:
    """How bad it is, what is seen, and which page of the runbooks helps."""
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"]
    headings = re.findall(r"^## (.+)$", (ROOT / "infra" / "runbooks.md").read_text(), re.MULTILINE)
    assert rule["annotations"]["runbook"] in headings


def test_labels_in_legends_exist() -> None:
    """What a legend names is a label of the metric."""
    for panel in PANELS:
        for target in panel["targets"]:
            labels = BY_PROMETHEUS | set[str]().union(
                *(KNOWN[selector.name] for selector in selectors(promql_parser.parse(target["expr"])))
            )
            assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= labels


def test_panels_do_not_lie_on_each_other() -> None:
    """Each cell of the grid is one panel's."""
    taken: dict[tuple[int, int], str] = {}
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert taken.setdefault((x, y), panel["title"]) == panel["title"]
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian's package prometheus) is not here")
def test_prometheus_takes_its_configuration(tmp_path: Path) -> None:
    """Rules and all, by Prometheus' own tool."""
    for name in ("prometheus.yml", "alerts.yaml"):
        shutil.copy(PROMETHEUS / name, tmp_path)
    (tmp_path / "metrics-token").write_text("a token")
    done = subprocess.run(
        ["promtool", "check", "config", "prometheus.yml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

"""The costs in infra/README.md are those that the script computes, with the numbers of the template."""

import pytest

from infra import costs
from tests.infra.templates import ROOT, SIZES, properties, template

MAPPING = template()["Mappings"]["Sizes"]


def test_the_readme_has_the_table() -> None:
    """`python -m infra.costs` prints what is written there."""
    assert costs.table() in (ROOT / "infra" / "README.md").read_text()


@pytest.mark.parametrize("name", SIZES)
def test_sizes_are_those_of_the_template(name: str) -> None:
    """Whoever changes one sees what it costs."""
    size, numbers = costs.SIZES[name], MAPPING[name]
    assert size == costs.Size(
        zones=3 if numbers["EveryZone"] == "yes" else 1,
        api_gb=numbers["ApiMemory"] / 1024,
        vcpu=numbers["HostCpu"] / 1024,
        gb=numbers["HostMemory"] / 1024,
        hosts_min=numbers["HostsMin"],
        sessions_wanted=numbers["SessionsPerShardWanted"],
        instance=numbers["NatsInstance"],
        volume=numbers["NatsVolume"],
    )
    assert costs.hosts(size, {"small": 100, "medium": 1_000, "large": 10_000}[name]) <= numbers["HostsMax"]


def test_what_is_paid_by_the_piece_is_counted() -> None:
    """Endpoints, secrets, metrics of alarms."""
    endpoints = [one for one in properties("AWS::EC2::VPCEndpoint").values() if one["VpcEndpointType"] == "Interface"]
    alarms = properties("AWS::CloudWatch::Alarm").values()
    metrics = [len([one for one in alarm.get("Metrics", []) if "MetricStat" in one]) or 1 for alarm in alarms]
    assert len(endpoints) == costs.ENDPOINTS
    assert len(properties("AWS::SecretsManager::Secret")) == costs.SECRETS
    assert sum(metrics) == costs.ALARM_METRICS


def test_units_are_those_that_were_measured() -> None:
    """docs/operations.md says what a session and a shard cost in DynamoDB and S3."""
    page = (ROOT / "docs" / "operations.md").read_text()
    assert f"| **one additional session** | **{costs.SESSION_AT_REST:.2f}** | **{costs.SESSION_BUSY:.2f}** | |" in page
    assert f"a shard, with any number of sessions | {costs.SHARD} |" in page

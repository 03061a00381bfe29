"""Session hosts on Fargate: how they run, stop, and are replaced."""

import inspect
from typing import Any

import pytest

from session_host.settings import HostSettings
from session_host.supervising import shard_process
from tests.infra.templates import SIZES, only, resources, template

TASK = only("AWS::ECS::TaskDefinition")
(CONTAINER,) = TASK["ContainerDefinitions"]
SERVICE = only("AWS::ECS::Service")
ENVIRONMENT = {variable["Name"]: variable["Value"] for variable in CONTAINER["Environment"]}


def test_a_host_has_time_to_hand_over() -> None:
    """ECS waits longer than the supervisor, which kills a shard that does not stop; Fargate allows 120 s."""
    needed = float(ENVIRONMENT["WAGATE_STOP_WITHIN"]) + shard_process._KILL_AFTER
    assert needed + 10 <= CONTAINER["StopTimeout"] <= 120


def test_new_hosts_run_before_old_ones_are_stopped() -> None:
    """So that there is somebody to hand sessions to; a deploy whose tasks do not start is taken back."""
    assert SERVICE["DeploymentConfiguration"] == {
        "MinimumHealthyPercent": 100,
        "MaximumPercent": 200,
        "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True},
    }


def test_a_deploy_does_not_change_how_many_run() -> None:
    """A number in the template would undo auto scaling at every deploy."""
    assert "DesiredCount" not in SERVICE


def test_there_are_always_two_hosts() -> None:
    """One that takes over when the other dies."""
    sizes = template()["Mappings"]["Sizes"]
    assert all(2 <= sizes[size]["HostsMin"] < sizes[size]["HostsMax"] for size in SIZES)


def test_it_scales_by_sessions_per_shard() -> None:
    """Out soon, in slowly, and before shards are full."""
    policy = only("AWS::ApplicationAutoScaling::ScalingPolicy")["TargetTrackingScalingPolicyConfiguration"]
    assert policy["CustomizedMetricSpecification"] == {
        "Namespace": "wagate",
        "MetricName": "SessionsPerShard",
        "Statistic": "Average",
    }
    assert policy["ScaleOutCooldown"] < policy["ScaleInCooldown"]
    sizes = template()["Mappings"]["Sizes"]
    assert all(sizes[size]["SessionsPerShardWanted"] <= 0.8 * sizes[size]["SessionsPerShard"] for size in SIZES)


@pytest.mark.parametrize("size", SIZES)
def test_a_task_has_room_for_its_sessions(size: str) -> None:
    """Twice what was measured (docs/benchmarks/report.md) for its share of the size's sessions, with one host gone."""
    sizes = template()["Mappings"]["Sizes"][size]
    sessions = {"small": 100, "medium": 1_000, "large": 10_000}[size] / (sizes["HostsMin"] - 1)
    shards = -(-sessions // sizes["SessionsPerShard"])
    assert 2 * (64.3 + shards * 118.3 + sessions * 0.87) <= sizes["HostMemory"]


def test_secrets_come_from_secrets_manager() -> None:
    """None of them in the environment that the task definition shows."""
    secrets = [secret["Fn::If"][1] if "Fn::If" in secret else secret for secret in CONTAINER["Secrets"]]
    assert {secret["Name"]: secret["ValueFrom"]["Fn::Sub"] for secret in secrets} == {
        "WAGATE_NATS_CA": "${NatsCaArn}:WAGATE_NATS_CA::",
        "WAGATE_NATS_TOKEN": "${NatsTokenArn}:WAGATE_NATS_TOKEN::",
        "WAGATE_AUTH_KEY": "${AuthKeyArn}:WAGATE_AUTH_KEY::",
        "WAGATE_SECRETS_KEY": "${SecretsKeyArn}:WAGATE_SECRETS_KEY::",
    }
    assert not {"WAGATE_NATS_TOKEN", "WAGATE_AUTH_KEY", "WAGATE_SECRETS_KEY", "WAGATE_ADMIN_KEY"} & set(ENVIRONMENT)


def test_nothing_of_the_image_can_be_changed() -> None:
    """The root is read-only; two folders that go with the task can be written, one of them the host's."""
    assert CONTAINER["ReadonlyRootFilesystem"] is True
    assert {mount["ContainerPath"] for mount in CONTAINER["MountPoints"]} == {"/tmp", "/var/lib/wagate"}  # noqa: S108
    assert ENVIRONMENT["WAGATE_HOST_DIR"] == "/var/lib/wagate"
    assert all(set(volume) == {"Name"} for volume in TASK["Volumes"])


def test_it_runs_as_nobody_special() -> None:
    """Not root, no capabilities, no shell from outside, nothing privileged."""
    assert CONTAINER["User"] == "10001:10001"
    assert CONTAINER["LinuxParameters"] == {"InitProcessEnabled": True, "Capabilities": {"Drop": ["ALL"]}}
    assert SERVICE["EnableExecuteCommand"] is False
    assert "Privileged" not in CONTAINER


def test_it_has_no_public_address() -> None:
    """It is in private subnets, and nobody connects to it."""
    network = SERVICE["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert network["AssignPublicIp"] == "DISABLED"
    assert "PortMappings" not in CONTAINER


def test_events_are_on_three_servers() -> None:
    """As many as the cluster has."""
    assert ENVIRONMENT["WAGATE_EVENTS_REPLICAS"] == "3"
    assert len(resources("AWS::AutoScaling::AutoScalingGroup")) == 3


def test_logs_never_hold_up_a_session() -> None:
    """When CloudWatch does not take them they are dropped."""
    assert CONTAINER["LogConfiguration"]["Options"]["mode"] == "non-blocking"


def test_every_setting_is_one() -> None:
    """A host ignores variables it does not know: a name that is misspelled would be no error."""
    known: dict[str, Any] = {}
    for kind in inspect.getmro(HostSettings):
        known |= getattr(kind, "__annotations__", {})
    store = {"store", "aws_region", "table_prefix", "bucket", "nats_url", "media_bytes"}
    assert {name.removeprefix("WAGATE_").lower() for name in ENVIRONMENT} <= set(known) | store

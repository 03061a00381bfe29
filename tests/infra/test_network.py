"""The network: who may talk to whom, and nobody from outside."""

from typing import Any

import pytest

from tests.infra.templates import in_text, properties, resources

GROUPS = ("ApiGroup", "HostsGroup", "NatsGroup")


def rules(direction: str) -> list[dict[str, Any]]:
    """Every rule of a direction (Ingress, Egress), with the name of its group."""
    found = [
        {"GroupId": {"Ref": name.partition(".")[2]}, **rule}
        for name, group in properties("AWS::EC2::SecurityGroup").items()
        for rule in group.get(f"SecurityGroup{direction}", [])
    ]
    return found + list(properties(f"AWS::EC2::SecurityGroup{direction}").values())


def test_nobody_outside_can_connect() -> None:
    """Every rule that lets in names a group, or this network."""
    for rule in rules("Ingress"):
        assert "SourceSecurityGroupId" in rule or rule["CidrIp"] == "10.64.0.0/16", rule


def test_who_connects_to_whom() -> None:
    """The API and the hosts to NATS, NATS to itself, all to AWS' endpoints; nobody to the API and the hosts."""
    found = {
        (
            rule["GroupId"]["Ref"],
            rule["FromPort"],
            rule["ToPort"],
            in_text(rule.get("SourceSecurityGroupId", "network")),
        )
        for rule in rules("Ingress")
    }
    assert found == {
        ("EndpointsGroup", 443, 443, '"network"'),
        ("NatsGroup", 4222, 4222, '{"Ref": "ApiGroup"}'),
        ("NatsGroup", 4222, 4222, '{"Ref": "HostsGroup"}'),
        ("NatsGroup", 6222, 6222, '{"Ref": "NatsGroup"}'),
    }


@pytest.mark.parametrize("group", GROUPS)
def test_what_may_leave(group: str) -> None:
    """TLS, and NATS; a group without a rule of its own would let out everything."""
    ports = {rule["FromPort"] for rule in rules("Egress") if rule["GroupId"] == {"Ref": group}}
    assert ports == {443, 6222 if group == "NatsGroup" else 4222}
    assert properties("AWS::EC2::SecurityGroup", "groups")[f"groups.{group}"]["SecurityGroupEgress"]


def test_the_way_to_nats_is_open_to_the_world_only_when_it_is_outside() -> None:
    """With a NATS of our own the rule names its group."""
    for name in ("ApiToNats", "HostsToNats"):
        rule = properties("AWS::EC2::SecurityGroupEgress")[f"groups.{name}"]
        nothing = {"Ref": "AWS::NoValue"}
        assert rule["CidrIp"] == {"Fn::If": ["HasExternalNats", "0.0.0.0/0", nothing]}
        assert rule["DestinationSecurityGroupId"] == {"Fn::If": ["HasExternalNats", nothing, {"Ref": "NatsGroup"}]}


def test_no_subnet_gives_public_addresses() -> None:
    """What has one, has it by name: the ways out."""
    subnets = properties("AWS::EC2::Subnet")
    assert len(subnets) == 6
    assert not any(subnet["MapPublicIpOnLaunch"] for subnet in subnets.values())


@pytest.mark.parametrize("kind", ["Private", "Public"])
def test_there_is_a_subnet_in_each_of_three_zones(kind: str) -> None:
    """One zone may burn."""
    zones = [properties("AWS::EC2::Subnet")[f"network.{kind}{zone}"]["AvailabilityZone"] for zone in "ABC"]
    assert zones == [{"Fn::Select": [number, {"Fn::GetAZs": ""}]} for number in range(3)]


def test_private_subnets_leave_by_nat() -> None:
    """Hosts have to reach WhatsApp; nobody can reach them."""
    for zone in "ABC":
        route = properties("AWS::EC2::Route")[f"network.WayOut{zone}"]
        assert "GatewayId" not in route
        assert "NatA" in in_text(route["NatGatewayId"])
    assert resources("AWS::EC2::NatGateway")["network.NatB"]["Condition"] == "HasEveryZone"


def test_tables_and_bucket_are_reached_without_the_way_out() -> None:
    """From each private subnet, for nothing."""
    gateways = [one for one in properties("AWS::EC2::VPCEndpoint").values() if one["VpcEndpointType"] == "Gateway"]
    assert {one["ServiceName"]["Fn::Sub"].rpartition(".")[2] for one in gateways} == {"s3", "dynamodb"}
    assert all(one["RouteTableIds"] == [{"Ref": f"Routes{zone}"} for zone in "ABC"] for one in gateways)


def test_secrets_logs_and_images_are_reached_without_the_way_out() -> None:
    """By their usual names."""
    interfaces = [one for one in properties("AWS::EC2::VPCEndpoint").values() if one["VpcEndpointType"] == "Interface"]
    services = {one["ServiceName"]["Fn::Sub"].partition("${AWS::Region}.")[2] for one in interfaces}
    assert services == {"secretsmanager", "kms", "logs", "ecr.api", "ecr.dkr"}
    assert all(one["PrivateDnsEnabled"] for one in interfaces)


def test_refused_connections_are_written_down() -> None:
    """What an intruder in a container would leave behind."""
    (log,) = properties("AWS::EC2::FlowLog").values()
    assert (log["ResourceType"], log["TrafficType"]) == ("VPC", "REJECT")

"""The API and how the templates fit together."""

import json
import re
from typing import Any

import pytest

from tests.infra.templates import ROOT, SIZES, in_text, listed, names, only, properties, resources, template

FUNCTION = only("AWS::Lambda::Function")
STACKS = properties("AWS::CloudFormation::Stack")


def test_every_request_reaches_the_function() -> None:
    """One route for all: the application knows its own."""
    api = only("AWS::ApiGatewayV2::Api")
    assert list(api["Body"]["paths"]) == ["$default"]
    assert "Function" in in_text(api["Body"]["paths"])


def test_nobody_waits_longer_than_api_gateway_does() -> None:
    """A function that went on after 30 s would answer nobody."""
    assert FUNCTION["Timeout"] <= 30


def test_it_is_swept_every_five_minutes() -> None:
    """By the same function, which is told by its input."""
    rule = only("AWS::Events::Rule")
    (target,) = rule["Targets"]
    assert rule["ScheduleExpression"] == "rate(5 minutes)"
    assert json.loads(target["Input"]) == {"wagate": "sweep"}
    assert target["Arn"] == {"Fn::GetAtt": ["Function", "Arn"]}


def test_the_function_is_an_image() -> None:
    """Whose address is given at each deploy."""
    assert (FUNCTION["PackageType"], FUNCTION["Code"]) == ("Image", {"ImageUri": {"Ref": "ApiImageUri"}})


def test_the_function_runs_in_private_subnets_of_three_zones() -> None:
    """NATS has no public address."""
    wanted = [{"Fn::GetAtt": ["Network", f"Outputs.Private{zone}"]} for zone in "ABC"]
    assert FUNCTION["VpcConfig"]["SubnetIds"] == wanted
    assert FUNCTION["VpcConfig"]["SecurityGroupIds"] == [{"Fn::GetAtt": ["Groups", "Outputs.ApiGroup"]}]


def test_the_functions_environment_holds_no_secret() -> None:
    """Only where its secrets are: the environment is shown in the console."""
    assert set(FUNCTION["Environment"]["Variables"]) == {
        "WAGATE_STORE",
        "WAGATE_AWS_REGION",
        "WAGATE_TABLE_PREFIX",
        "WAGATE_BUCKET",
        "WAGATE_MEDIA_BYTES",
        "WAGATE_NATS_URL",
        "WAGATE_SECRETS",
    }
    own, key, ca = ({"Fn::GetAtt": ["Secrets", f"Outputs.{n}Arn"]} for n in ("ApiSecrets", "SecretsKey", "NatsCa"))
    ours = {"Fn::If": ["RunsNats", ca, {"Ref": "AWS::NoValue"}]}
    assert FUNCTION["Environment"]["Variables"]["WAGATE_SECRETS"] == {"Fn::Join": [",", [own, key, ours]]}


def test_the_access_log_shows_no_key() -> None:
    """Neither headers nor the query, in which API keys may be."""
    (stage,) = properties("AWS::ApiGatewayV2::Stage").values()
    logged = json.loads(stage["AccessLogSettings"]["Format"])
    assert set(logged) == {"requestId", "ip", "method", "path", "status", "ms", "integration"}
    assert not re.search(r"header|query|authorizer", stage["AccessLogSettings"]["Format"], re.IGNORECASE)


def test_with_a_domain_there_is_no_other_way_in() -> None:
    """AWS' own address is closed then, and TLS is 1.2 at least."""
    api = only("AWS::ApiGatewayV2::Api")
    assert in_text(api).count('{"Fn::If": ["HasDomain", true, false]}') == 1
    domain = resources("AWS::ApiGatewayV2::DomainName")["template.Domain"]
    assert domain["Condition"] == "HasDomain"
    assert domain["Properties"]["DomainNameConfigurations"][0]["SecurityPolicy"] == "TLS_1_2"


@pytest.mark.parametrize("stack", STACKS)
def test_a_nested_template_gets_what_it_asks_for(stack: str) -> None:
    """Each parameter without a default is given, and none that it does not have."""
    there = template(STACKS[stack]["TemplateURL"].removeprefix("infra/").removesuffix(".yaml"))["Parameters"]
    needed = {name for name, parameter in there.items() if "Default" not in parameter}
    given = set(STACKS[stack]["Parameters"])
    assert needed <= given <= set(there)


def test_every_output_that_is_used_is_there() -> None:
    """`Network.Outputs.Vpc` and all the others name an output of that template."""
    used = set(re.findall(r'"(\w+)", "Outputs\.(\w+)"', in_text(template())))
    used |= set(re.findall(r"\$\{(\w+)\.Outputs\.(\w+)\}", in_text(template())))
    assert len(used) > 15
    for stack, output in used:
        file = STACKS[f"template.{stack}"]["TemplateURL"].removeprefix("infra/").removesuffix(".yaml")
        assert output in template(file)["Outputs"], (stack, output)


def test_every_template_is_used() -> None:
    """None lies in infra/ that nobody deploys."""
    assert sorted(stack["TemplateURL"] for stack in STACKS.values()) == [
        f"infra/{name}.yaml" for name in sorted(names()) if name != "template"
    ]


def test_every_setting_is_documented() -> None:
    """What the templates set is in docs/settings.md; WAGATE_SECRETS, which only they set, in infra/README.md."""
    settings = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    used = {word.lower() for name in names() for word in re.findall(r'"WAGATE_([A-Z_]+)"', in_text(template(name)))}
    assert used - settings <= {"secrets"}
    assert "WAGATE_SECRETS" in (ROOT / "infra" / "README.md").read_text()


@pytest.mark.parametrize("size", SIZES)
def test_a_size_has_a_number_for_everything(size: str) -> None:
    """And the same names as the others; deploys with one size cannot fail where those with another do not."""
    sizes = template()["Mappings"]["Sizes"]
    used = set(re.findall(r'"Fn::FindInMap": \["Sizes", \{"Ref": "Size"\}, "(\w+)"\]', in_text(template())))
    assert set(sizes[size]) == used


@pytest.mark.parametrize("name", names())
def test_a_template_is_short_enough_to_read(name: str) -> None:
    """400 lines; a longer one is two."""
    path = ROOT / "template.yaml" if name == "template" else ROOT / "infra" / f"{name}.yaml"
    assert len(path.read_text().splitlines()) <= 400


def test_nothing_of_yaml_that_cloudformation_does_not_take() -> None:
    """Anchors and aliases: local tools resolve them, CloudFormation refuses them."""
    for path in [ROOT / "template.yaml", *(ROOT / "infra").glob("*.yaml")]:
        assert not re.search(r"(?::|-) [&*][a-z]", path.read_text()), path


def test_addresses_of_images_are_of_ecr() -> None:
    """Lambda and ECS, without the way to another registry, can pull from there only."""
    for parameter in ("ApiImageUri", "HostImageUri"):
        pattern = template()["Parameters"][parameter]["AllowedPattern"]
        assert re.fullmatch(pattern, "123456789012.dkr.ecr.eu-central-1.amazonaws.com/wagate/api:1.0")
        assert not re.fullmatch(pattern, "docker.io/wagate/api:1.0")


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("", True),
        ("nats://a:4222,nats://b:4222,nats://c:4222", True),
        ("tls://a.example.com:4222", True),
        ("nats://a:4223", False),
        ("http://a:4222", False),
        ("nats://a:4222,", False),
    ],
)
def test_an_external_nats_is_at_the_port_that_is_open(url: str, good: bool) -> None:  # noqa: FBT001 - a table
    """The security groups let out 4222 alone."""
    pattern = template()["Parameters"]["ExternalNatsUrl"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, url)) is good


def test_only_what_runs_for_everybody_is_public() -> None:
    """No resource policy but the API's and the schedule's, and both name whom they let in."""
    permissions: list[dict[str, Any]] = list(properties("AWS::Lambda::Permission").values())
    assert sorted(permission["Principal"] for permission in permissions) == [
        "apigateway.amazonaws.com",
        "events.amazonaws.com",
    ]
    assert all("SourceArn" in permission for permission in permissions)
    assert [listed(permission["Action"]) for permission in permissions] == [["lambda:InvokeFunction"]] * 2

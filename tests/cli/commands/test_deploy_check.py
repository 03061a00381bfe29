"""What is said of an AWS account before anything is deployed to it, by an emulated one."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.session import get_session
from click.testing import CliRunner, Result

from cli.main import wagate

REGION, ACCOUNT = "eu-central-1", "123456789012"
Check = Callable[..., Result]


@pytest.fixture
def aws(moto_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Clients of the emulator; the command is led there too."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("WAGATE_AWS_ENDPOINT_URL", moto_endpoint)
    return lambda service: get_session().create_client(service, region_name=REGION, endpoint_url=moto_endpoint)


@pytest.fixture
def name() -> str:
    return f"w{uuid.uuid4().hex[:12]}"


def check(*arguments: str) -> tuple[int, dict[str, list[dict[str, str]]]]:
    """The exit code, and findings by what was looked at."""
    done = CliRunner().invoke(wagate, ["deploy-check", *arguments, "--region", REGION, "--json"])
    found: dict[str, list[dict[str, str]]] = {}
    for finding in json.loads(done.stdout)["findings"]:
        found.setdefault(finding["check"], []).append(finding)
    return done.exit_code, found


def states(found: dict[str, list[dict[str, str]]]) -> dict[str, list[str]]:
    return {what: [finding["state"] for finding in findings] for what, findings in found.items()}


def test_an_account_in_which_everything_is_free_is_good(aws: Callable[[str], Any], name: str) -> None:
    """With the image there, nothing is left to do."""
    aws("ecr").create_repository(repositoryName=name)
    kind = "application/vnd.oci.image.manifest.v1+json"
    manifest = json.dumps({"schemaVersion": 2, "mediaType": kind, "config": {}, "layers": []})
    aws("ecr").put_image(repositoryName=name, imageManifest=manifest, imageTag="1")
    code, found = check(name, "--image", f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{name}:1")
    assert found.keys() == {"credentials", "zones", "tables", "bucket", "addresses", "image"}
    assert {state for each in states(found).values() for state in each} == {"ok"}
    assert code == 0


def test_what_an_earlier_stack_left_is_named(aws: Callable[[str], Any], name: str) -> None:
    """A new stack would stop at it, halfway."""
    attribute = {"AttributeName": "id"}
    aws("dynamodb").create_table(
        TableName=f"{name}-keys",
        KeySchema=[attribute | {"KeyType": "HASH"}],
        AttributeDefinitions=[attribute | {"AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    aws("s3").create_bucket(
        Bucket=f"{name}-{ACCOUNT}-{REGION}", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    code, found = check(name)
    assert (found["tables"][0]["state"], found["bucket"][0]["state"], code) == ("warn", "warn", 0)
    assert f"{name}-keys" in found["tables"][0]["text"]


@pytest.mark.parametrize(
    "image",
    [
        "docker.io/library/wagate:1",
        f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/wagate-that-is-not-there:1",
        f"999999999999.dkr.ecr.{REGION}.amazonaws.com/wagate:1",
        f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/wagate:1",
    ],
)
@pytest.mark.usefixtures("aws")
def test_an_image_that_cannot_be_deployed_fails(image: str, name: str) -> None:
    """Lambda takes images of its own account and region only; the words say what to do."""
    code, found = check(name, "--image", image)
    assert (found["image"][0]["state"], code) == ("fail", 1)
    assert found["image"][0]["remedy"]


def test_a_certificate_that_is_not_issued_fails(aws: Callable[[str], Any], name: str) -> None:
    """The stack would wait for it and be taken back."""
    arn = aws("acm").request_certificate(DomainName="gateway.example.com", ValidationMethod="DNS")["CertificateArn"]
    status = aws("acm").describe_certificate(CertificateArn=arn)["Certificate"]["Status"]
    code, found = check(name, "--certificate", arn)
    assert (found["certificate"][0]["state"], code) == (("ok", 0) if status == "ISSUED" else ("fail", 1))
    code, found = check(name, "--certificate", arn[:-1] + "x")
    assert (found["certificate"][0]["state"], code) == ("fail", 1)


@pytest.mark.usefixtures("aws")
def test_a_name_that_aws_would_refuse_is_refused(name: str) -> None:
    """Before anything is asked."""
    code, found = check(f"My_{name}")
    assert (states(found), code) == ({"stack": ["fail"]}, 1)


def test_without_credentials_nothing_else_is_looked_at(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """One line that says how to log in."""
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "WAGATE_AWS_ENDPOINT_URL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    code, found = check(name)
    assert (states(found), code) == ({"credentials": ["fail"]}, 1)
    assert "aws configure" in found["credentials"][0]["remedy"]

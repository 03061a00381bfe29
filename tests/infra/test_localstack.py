"""The deployment at AWS, tried on one machine: what prepares an emulator, and the compose file."""

import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml

from functions.settings import ApiSettings
from session_host.settings import HostSettings
from shared.adapters.dynamodb.tables import table_definitions
from shared.settings import StoreSettings
from tests.chaos.emulated import emulated

ROOT = Path(__file__).parents[2]
_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "localstack" / "docker-compose.yml").read_text())


pytestmark = pytest.mark.timeout(300)
"""LocalStack is started, and the script run twice."""


def init(*services: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "localstack" / "init.py"), *services],
        env=os.environ
        | {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "PYTHONPATH": str(ROOT)}
        | settings,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def emulator(endpoint: str) -> StoreSettings:
    """Settings for tables and a bucket that nobody else has."""
    name = uuid.uuid4().hex
    return StoreSettings(aws_endpoint_url=endpoint, table_prefix=f"i{name}-", bucket=f"i-{name}")


def prepared(settings: StoreSettings, *services: str, **held: str) -> str:
    """Run the script on what the settings name; returns what it said."""
    given = {
        "WAGATE_AWS_ENDPOINT_URL": str(settings.aws_endpoint_url),
        "WAGATE_TABLE_PREFIX": settings.table_prefix,
        "WAGATE_BUCKET": settings.bucket,
    }
    done = init(*services, **given, **held)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("endpoint", ["ministack_endpoint", "localstack_endpoint"])
async def test_it_makes_bucket_and_secret_and_may_be_repeated(endpoint: str, request: pytest.FixtureRequest) -> None:
    """A bucket that keeps versions of what is in it over a second run, and the secret as it was given last.

    LocalStack is what people run it on; here it has no DynamoDB.
    """
    settings = emulator(request.getfixturevalue(endpoint))
    async with emulated("s3", settings) as s3, emulated("secretsmanager", settings) as secrets:
        prepared(settings, "s3", "secretsmanager", WAGATE_ADMIN_KEY="first", WAGATE_NATS_TOKEN="token")  # noqa: S106
        first = await s3.put_object(Bucket=settings.bucket, Key="blob", Body=b"1")
        said = prepared(settings, "s3", "secretsmanager", WAGATE_ADMIN_KEY="second")
        assert said == f"ready: bucket {settings.bucket}, secret wagate\n"
        await s3.put_object(Bucket=settings.bucket, Key="blob", Body=b"2")
        old = await s3.get_object(Bucket=settings.bucket, Key="blob", VersionId=first["VersionId"])
        assert await old["Body"].read() == b"1"
        assert (await s3.get_bucket_versioning(Bucket=settings.bucket))["Status"] == "Enabled"
        place = await s3.get_bucket_location(Bucket=settings.bucket)
        assert place["LocationConstraint"] == settings.aws_region
        assert (await secrets.get_secret_value(SecretId="wagate"))["SecretString"] == '{"WAGATE_ADMIN_KEY": "second"}'


async def test_all_services_are_prepared_when_none_is_named(ministack_endpoint: str) -> None:
    """Tables as the code wants them beside the bucket and the secret, also over a second run."""
    settings = emulator(ministack_endpoint)
    for _ in range(2):
        said = prepared(settings)
    assert said == f"ready: tables {settings.table_prefix}*, bucket {settings.bucket}, secret wagate\n"
    async with emulated("dynamodb", settings) as dynamodb:
        for wanted in table_definitions(settings.table_prefix):
            table = (await dynamodb.describe_table(TableName=wanted["TableName"]))["Table"]
            assert table["KeySchema"] == wanted["KeySchema"]


async def test_what_is_not_named_is_not_made(ministack_endpoint: str) -> None:
    """Who names a service wants that one: an emulator may not serve the others."""
    settings = emulator(ministack_endpoint)
    prepared(settings, "s3")
    async with emulated("dynamodb", settings) as dynamodb:
        tables: list[str] = (await dynamodb.list_tables())["TableNames"]
    assert not [table for table in tables if table.startswith(settings.table_prefix)]


def test_a_service_it_makes_nothing_in_is_refused() -> None:
    """A slip of the pen would else prepare nothing and say that all is ready."""
    done = init("s3", "dynamo", WAGATE_AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert done.returncode == 1
    assert (
        done.stderr
        == "There is nothing to make in dynamo; name some of dynamodb, s3, secretsmanager, or none for all.\n"
    )


def test_it_touches_nothing_but_an_emulator() -> None:
    """Without an address it says what to do; it would make tables in somebody's account."""
    done = init()
    assert done.returncode == 1
    assert "WAGATE_AWS_ENDPOINT_URL" in done.stderr


def test_the_compose_file_gives_settings_that_there_are() -> None:
    """And reaches nothing from outside of this machine."""
    known = {f"WAGATE_{name.upper()}" for name in [*ApiSettings.model_fields, *HostSettings.model_fields]}
    services: dict[str, dict[str, Any]] = COMPOSE["services"]
    given = {name for service in services.values() for name in service.get("environment", {})}
    assert {name for name in given if name.startswith("WAGATE_")} <= known
    assert all(port.startswith("127.0.0.1:") for service in services.values() for port in service.get("ports", []))


@pytest.mark.parametrize("host", ["host-0", "host-1"])
def test_hosts_share_the_sandbox_s_loopback_address(host: str) -> None:
    """It is trusted there only."""
    assert COMPOSE["services"][host]["network_mode"] == "service:sandbox"


def test_nats_servers_have_names_of_their_own() -> None:
    """A cluster that keeps streams needs them, and each knows the way to all."""
    commands = [service["command"] for name, service in COMPOSE["services"].items() if name.startswith("nats-")]
    names = {word for command in commands for word in command if word.startswith("--name=")}
    assert names == {"--name=nats-0", "--name=nats-1", "--name=nats-2"}
    assert len({tuple(word for word in command if not word.startswith("--name=")) for command in commands}) == 1

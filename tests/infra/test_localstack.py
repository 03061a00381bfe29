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


def init(**settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "localstack" / "init.py")],
        env=os.environ
        | {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "PYTHONPATH": str(ROOT)}
        | settings,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


async def test_it_makes_what_is_missing_and_may_be_repeated(ministack_endpoint: str) -> None:
    """Tables as the code wants them, a bucket that keeps versions, a secret with what it was given last."""
    name = uuid.uuid4().hex
    settings = StoreSettings(aws_endpoint_url=ministack_endpoint, table_prefix=f"i{name}-", bucket=f"i-{name}")
    given = {
        "WAGATE_AWS_ENDPOINT_URL": ministack_endpoint,
        "WAGATE_TABLE_PREFIX": settings.table_prefix,
        "WAGATE_BUCKET": settings.bucket,
    }
    for key in ("first", "second"):
        done = init(**given, WAGATE_ADMIN_KEY=key)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("ready: ")
    async with (
        emulated("dynamodb", settings) as dynamodb,
        emulated("s3", settings) as s3,
        emulated("secretsmanager", settings) as secrets,
    ):
        for wanted in table_definitions(settings.table_prefix):
            table = (await dynamodb.describe_table(TableName=wanted["TableName"]))["Table"]
            assert table["KeySchema"] == wanted["KeySchema"]
        assert (await s3.get_bucket_versioning(Bucket=settings.bucket))["Status"] == "Enabled"
        assert (await secrets.get_secret_value(SecretId="wagate"))["SecretString"] == '{"WAGATE_ADMIN_KEY": "second"}'


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

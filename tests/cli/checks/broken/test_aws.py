"""Settings of AWS with which nothing can be kept."""

from __future__ import annotations

import uuid

import pytest
from botocore.session import get_session

from cli.gateway.ports import free_port
from shared.adapters.dynamodb.tables import table_definitions
from tests.cli.checks.broken.conftest import Doctor

REGION = "eu-central-1"


@pytest.fixture(scope="module")
def there(moto_endpoint: str) -> dict[str, str]:
    """Settings with which everything is there."""
    name = f"w{uuid.uuid4().hex[:12]}"

    def client(service: str):
        return get_session().create_client(
            service, region_name=REGION, endpoint_url=moto_endpoint,
            aws_access_key_id="test", aws_secret_access_key="test",  # noqa: S106 - the emulator's
        )  # fmt: skip

    for table in table_definitions(f"{name}-"):
        client("dynamodb").create_table(**table)
    client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return {
        "WAGATE_STORE": "dynamodb",
        "WAGATE_AWS_ENDPOINT_URL": moto_endpoint,
        "WAGATE_AWS_REGION": REGION,
        "WAGATE_TABLE_PREFIX": f"{name}-",
        "WAGATE_BUCKET": name,
        "WAGATE_SECRETS_KEY": "s" * 32,
        "WAGATE_AUTH_KEY": "A" * 43 + "=",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


@pytest.fixture
def kept(there: dict[str, str]) -> dict[str, str]:
    """The same, for a test to take from."""
    return dict(there)


@pytest.mark.broken("(nothing is)", "bucket", "is there", "", state="ok")
def test_everything_is_there(doctor: Doctor, kept: dict[str, str]) -> None:
    """Then AWS is well."""
    doctor.finds(**kept)


@pytest.mark.broken("There are no credentials for AWS", "AWS", "There are no credentials", "AWS_ACCESS_KEY_ID")
def test_no_credentials(doctor: Doctor, kept: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Of no kind: neither in the environment nor in a file, and the machine has no role."""
    del kept["AWS_ACCESS_KEY_ID"], kept["AWS_SECRET_ACCESS_KEY"]
    nothing = str(tmp_path_factory.mktemp("aws") / "nothing")
    files = {"AWS_SHARED_CREDENTIALS_FILE": nothing, "AWS_CONFIG_FILE": nothing, "AWS_EC2_METADATA_DISABLED": "true"}
    doctor.finds(**kept, **files)


@pytest.mark.broken("A table of DynamoDB is missing", "tables", "There is no", "sam deploy")
def test_a_table_that_is_missing(doctor: Doctor, kept: dict[str, str]) -> None:
    """Each is told that is."""
    found = doctor.finds(**kept | {"WAGATE_TABLE_PREFIX": "another-"})
    assert "another-keys, another-sessions" in found["text"]


@pytest.mark.broken("The region is another one", "tables", "in us-west-2", "WAGATE_AWS_REGION", also=("bucket",))
def test_another_region(doctor: Doctor, kept: dict[str, str]) -> None:
    """In which there is nothing of the gateway."""
    doctor.finds(**kept | {"WAGATE_AWS_REGION": "us-west-2"})


@pytest.mark.broken("The bucket is missing", "bucket", "There is no bucket", "WAGATE_BUCKET")
def test_a_bucket_that_is_missing(doctor: Doctor, kept: dict[str, str]) -> None:
    """Files and snapshots would have no place."""
    doctor.finds(**kept | {"WAGATE_BUCKET": "another"})


@pytest.mark.broken("AWS does not answer", "AWS", "does not answer", "WAGATE_AWS_ENDPOINT_URL")
def test_nobody_answers(doctor: Doctor, kept: dict[str, str]) -> None:
    """A way out that is closed, or an emulator that does not run."""
    doctor.finds(**kept | {"WAGATE_AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"})


@pytest.mark.broken("Hosts on AWS have no key for secrets", "keys", "WAGATE_SECRETS_KEY", "Set the same")
def test_no_key_for_secrets(doctor: Doctor, kept: dict[str, str]) -> None:
    """On one machine it is a file; several need one that is set."""
    del kept["WAGATE_SECRETS_KEY"]
    doctor.finds(**kept)

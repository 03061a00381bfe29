"""moto, ministack and LocalStack are what the store tests take them for."""

import concurrent.futures
import functools
import socket
import sys
import uuid
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.emulators import localstack_process, servers
from tests.emulators.localstack_process import localstack_server
from tests.emulators.process import ServerFailedError

ENDPOINTS = ["moto_endpoint", "ministack_endpoint"]


def client(service: str, endpoint: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="eu-central-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - emulators take any
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=30, read_timeout=60, max_pool_connections=8),
    )


def new_table(dynamodb: Any) -> str:
    table = f"t-{uuid.uuid4().hex}"
    dynamodb.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return table


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_dynamodb_refuses_a_second_conditional_put(endpoint: str, request: pytest.FixtureRequest) -> None:
    """The condition every "create only if absent" of the stores relies on holds in the emulator."""
    dynamodb = client("dynamodb", request.getfixturevalue(endpoint))
    put = {
        "TableName": new_table(dynamodb),
        "Item": {"pk": {"S": "a"}},
        "ConditionExpression": "attribute_not_exists(pk)",
    }
    dynamodb.put_item(**put)
    with pytest.raises(ClientError) as refused:
        dynamodb.put_item(**put)
    assert refused.value.response["Error"]["Code"] == "ConditionalCheckFailedException"


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_s3_honours_if_match_and_if_none_match(endpoint: str, request: pytest.FixtureRequest) -> None:
    """The conditions that the manifests of auth folders rely on hold in the emulator."""
    s3 = client("s3", request.getfixturevalue(endpoint))
    bucket = f"b-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket=bucket, Key="k", Body=b"2", IfNoneMatch="*")
    s3.put_object(Bucket=bucket, Key="k", Body=b"2", IfMatch=etag)
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket=bucket, Key="k", Body=b"3", IfMatch=etag)
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"2"


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_concurrent_transaction_is_kept(endpoint: str, request: pytest.FixtureRequest) -> None:
    """Transactions that run at once neither fail nor are forgotten."""
    dynamodb = client("dynamodb", request.getfixturevalue(endpoint))
    table = new_table(dynamodb)

    def add_one(number: int) -> None:
        update = {
            "TableName": table,
            "Key": {"pk": {"S": "counter"}},
            "UpdateExpression": "ADD hits :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
        put = {"TableName": table, "Item": {"pk": {"S": f"row-{number}"}}}
        dynamodb.transact_write_items(TransactItems=[{"Update": update}, {"Put": put}])

    with concurrent.futures.ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(add_one, range(40)))
    rows = dynamodb.scan(TableName=table, ConsistentRead=True)["Items"]
    assert next(row["hits"] for row in rows if row["pk"]["S"] == "counter") == {"N": "40"}
    assert len(rows) == 41


def test_of_concurrent_conditions_one_is_met(moto_endpoint: str, request: pytest.FixtureRequest) -> None:
    """A condition and its write are one thing, as they are for DynamoDB: of many who ask for the same, one has it."""
    request.addfinalizer(functools.partial(sys.setswitchinterval, sys.getswitchinterval()))
    sys.setswitchinterval(1e-6)  # seconds: the threads of moto meet at every step
    dynamodb = client("dynamodb", moto_endpoint)
    table = new_table(dynamodb)

    def take(key: str) -> bool:
        try:
            dynamodb.update_item(
                TableName=table,
                Key={"pk": {"S": key}},
                UpdateExpression="SET taken = :yes",
                ConditionExpression="attribute_not_exists(taken)",
                ExpressionAttributeValues={":yes": {"BOOL": True}},
            )
        except ClientError:
            return False
        return True

    keys = [f"row-{number // 8}" for number in range(160)]
    with concurrent.futures.ThreadPoolExecutor(max_workers=8) as pool:
        assert list(pool.map(take, keys)).count(True) == 20


def test_ministack_is_gone_after_its_context() -> None:
    """No emulator outlives the tests that used it, and each begins empty."""
    with servers.ministack_server() as endpoint:
        dynamodb = client("dynamodb", endpoint)
        assert dynamodb.list_tables()["TableNames"] == []
    with pytest.raises(EndpointConnectionError):
        dynamodb.list_tables()


def test_ministack_that_is_not_installed_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Someone who runs pytest without `make test` learns what to run."""
    monkeypatch.setattr(servers, "MINISTACK_PYTHON", tmp_path / "python")
    with pytest.raises(ServerFailedError, match="make test"), servers.ministack_server():
        pass


def test_localstack_listens_on_its_own_loopback_address_only(localstack_endpoint: str) -> None:
    """One that takes any address of this machine (127.0.0.2 is one) would serve the network too."""
    port = urlsplit(localstack_endpoint).port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=5)


def test_localstack_that_is_not_installed_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """Someone who runs pytest without `make test` learns what to run."""
    monkeypatch.setattr(localstack_process, "PYTHON", tmp_path / "python")
    with pytest.raises(ServerFailedError, match="make test"), localstack_server():
        pass

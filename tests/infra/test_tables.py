"""The tables of the stack are those that the code works with, and they outlive mistakes."""

from typing import Any

import pytest

from shared.adapters.dynamodb.tables import TTL_ATTRIBUTE, table_definitions
from tests.infra.templates import properties, resources, substituted

TABLES = {
    substituted(table["TableName"], {"Deployment": "x"}): table for table in properties("AWS::DynamoDB::Table").values()
}
INDEXES = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
PARTS = ("AttributeDefinitions", "BillingMode", *INDEXES, "KeySchema")


def test_tables_are_those_of_the_code() -> None:
    """Names, keys, attributes and indexes: a table that differs would be found out by the first query in production."""
    wanted: dict[str, Any] = {
        table["TableName"]: {part: table[part] for part in PARTS if part in table} for table in table_definitions("x-")
    }
    there = {name: {part: table[part] for part in PARTS if part in table} for name, table in TABLES.items()}
    for table in [*wanted.values(), *there.values()]:
        table["AttributeDefinitions"].sort(key=lambda attribute: attribute["AttributeName"])
        for indexes in INDEXES:
            table.get(indexes, []).sort(key=lambda index: index["IndexName"])
    assert there == wanted


def test_rows_of_messages_inbox_files_and_deliveries_expire() -> None:
    """DynamoDB removes by `expires`; only those rows have it."""
    assert {name: table.get("TimeToLiveSpecification") for name, table in TABLES.items()} == {
        "x-keys": None,
        "x-sessions": None,
        "x-messages": {"AttributeName": TTL_ATTRIBUTE, "Enabled": True},
        "x-leases": None,
        "x-inbox": {"AttributeName": TTL_ATTRIBUTE, "Enabled": True},
        "x-files": {"AttributeName": TTL_ATTRIBUTE, "Enabled": True},
        "x-webhooks": {"AttributeName": TTL_ATTRIBUTE, "Enabled": True},
    }


@pytest.mark.parametrize("name", TABLES)
def test_a_table_can_be_set_back_to_any_second(name: str) -> None:
    """Point-in-time recovery is on."""
    assert TABLES[name]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_encrypted_with_our_key(name: str) -> None:
    """Not with DynamoDB's, whose use nobody sees."""
    wanted = {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": {"Ref": "KeyArn"}}
    assert TABLES[name]["SSESpecification"] == wanted


@pytest.mark.parametrize("name", TABLES)
def test_a_table_cannot_be_deleted_by_mistake(name: str) -> None:
    """Neither through the API nor in the console."""
    assert TABLES[name]["DeletionProtectionEnabled"] is True


def test_what_is_kept_outlives_the_stack() -> None:
    """Tables, bucket, key, secrets and NATS' volumes stay when the stack goes, or one of them is replaced."""
    kinds = ("DynamoDB::Table", "S3::Bucket", "KMS::Key", "SecretsManager::Secret", "EC2::Volume")
    kept = {name: one for kind in kinds for name, one in resources(f"AWS::{kind}").items()}
    assert len(kept) == 7 + 1 + 1 + 7 + 3
    assert {(one.get("DeletionPolicy"), one.get("UpdateReplacePolicy")) for one in kept.values()} == {
        ("Retain", "Retain")
    }

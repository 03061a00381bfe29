"""Who may do what: each role only what the code it runs really calls."""

from typing import Any

import pytest

from tests.infra.calls import actions_of
from tests.infra.templates import in_text, listed, properties, statements

STATEMENTS = dict(statements())

EVERYTHING = {
    "api_role.Role.LambdaConnectsIt": "network interfaces have no name before they are made",
    "api_role.Role.ItsCodeMayNot": "it denies",
    "hosts.StartRole.LogInToRegistry": "a login to ECR is not one to a repository",
}
"""Statements on every resource, each with its reason."""

NATS_CA = {"Fn::If": ["HasNatsCa", {"Ref": "NatsCaArn"}, {"Ref": "AWS::NoValue"}]}
ENCRYPTION = {"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom"}
ENCRYPTION |= {"kms:ReEncryptTo"}


def granted(role: str) -> dict[tuple[str, str], set[str]]:
    """What a role may do in tables: actions by table and index ("" is the table itself)."""
    found: dict[tuple[str, str], set[str]] = {}
    for name, statement in STATEMENTS.items():
        actions = {action.removeprefix("dynamodb:") for action in listed(statement["Action"]) if "dynamodb:" in action}
        if not name.startswith(f"{role}.") or not actions:
            continue
        for resource in listed(statement["Resource"]):
            text = resource.get("Ref") or resource["Fn::Sub"]
            table, _, index = text.replace("${", "").replace("}", "").partition("/index/")
            found.setdefault((table.removesuffix("Arn").lower(), index), set()).update(actions)
    return found


def test_statement_names_are_unique() -> None:
    """So that the tests here see all of them."""
    assert len(STATEMENTS) == len(statements())


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_statement_allows_whole_families_of_actions(name: str) -> None:
    """Each action is spelled out."""
    assert not [action for action in listed(STATEMENTS[name]["Action"]) if "*" in action]
    assert not {"NotAction", "NotResource"} & set(STATEMENTS[name])


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_on_every_resource_has_a_reason(name: str) -> None:
    """Three have; all others name their resources."""
    assert ("*" in listed(STATEMENTS[name]["Resource"])) == (name in EVERYTHING)


def test_roles_have_no_other_policies() -> None:
    """The one for Session Manager; hosts may have one of who deploys them; all others stand in the templates."""
    policies = {name: role.get("ManagedPolicyArns") for name, role in properties("AWS::IAM::Role").items()}
    assert {name: policy for name, policy in policies.items() if policy} == {
        "hosts.Role": {"Fn::If": ["HasPolicy", [{"Ref": "PolicyArn"}], {"Ref": "AWS::NoValue"}]},
        "nats.Role": [{"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"}],
    }


def test_each_role_is_one_services() -> None:
    """No person and no other account can take a role."""
    trusted = {
        name: [statement["Principal"] for statement in role["AssumeRolePolicyDocument"]["Statement"]]
        for name, role in properties("AWS::IAM::Role").items()
    }
    assert trusted == {
        "api_role.Role": [{"Service": "lambda.amazonaws.com"}],
        "hosts.Role": [{"Service": "ecs-tasks.amazonaws.com"}],
        "hosts.StartRole": [{"Service": "ecs-tasks.amazonaws.com"}],
        "nats.Role": [{"Service": "ec2.amazonaws.com"}],
        "network.RefusedLogRole": [{"Service": "vpc-flow-logs.amazonaws.com"}],
    }


@pytest.mark.parametrize(("role", "side"), [("api_role.Role", "functions"), ("hosts.Role", "session_host")])
def test_a_role_may_do_in_tables_what_its_code_calls(role: str, side: str) -> None:
    """No action less, which production would find out, and none more."""
    assert granted(role) == actions_of(side)


def test_calls_are_found_in_the_code() -> None:
    """What the comparison rests on, by some that are known: through another method, an index, and in a transaction."""
    api, host = actions_of("functions"), actions_of("session_host")
    assert "DeleteItem" in api["sessions", ""]  # rename, in one transaction; set_desired by way of _free_name
    assert api["sessions", ""] >= {"Query", "BatchGetItem"}  # list_of
    assert "PutItem" in host["sessions", ""]  # claim, by way of a function
    assert {index for table, index in host if table == "messages"} == {"", "open", "sending", "by_wa_id"}
    assert {index for table, index in api if table == "inbox"} == {"", "by_chat"}  # by way of a part of an adapter
    assert host["leases", ""] == {"Scan", "UpdateItem", "DeleteItem"}


def test_a_host_knows_nothing_of_api_keys() -> None:
    """It can neither read the table nor write a key into it that would open the API."""
    assert "keys" not in {table for table, _ in granted("hosts.Role")}
    assert "KeysArn" not in in_text([one for name, one in STATEMENTS.items() if name.startswith("hosts.")])


def test_the_api_reaches_files_and_nothing_else_in_the_bucket() -> None:
    """What logs sessions in is none of its business: a hole in the API does not give numbers away."""
    reaching = {
        name: statement["Resource"]
        for name, statement in STATEMENTS.items()
        if name.startswith("api_role.") and [each for each in listed(statement["Action"]) if each.startswith("s3:")]
    }
    assert reaching == {"api_role.Role.BytesOfFiles": {"Fn::Sub": "${BucketArn}/media/*"}}


def test_a_host_reaches_snapshots_and_files_and_nothing_else_in_the_bucket() -> None:
    """Objects under auth/ and media/, single versions of which it cannot remove."""
    objects, bucket = STATEMENTS["hosts.Role.Snapshots"], STATEMENTS["hosts.Role.SnapshotsOfASession"]
    files = STATEMENTS["hosts.Role.BytesOfFiles"]
    assert objects["Resource"] == {"Fn::Sub": "${BucketArn}/auth/*"}
    assert files["Resource"] == {"Fn::Sub": "${BucketArn}/media/*"}
    assert set(objects["Action"]) == {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}
    assert set(files["Action"]) - set(objects["Action"]) == {"s3:AbortMultipartUpload"}
    assert (bucket["Action"], bucket["Resource"]) == ("s3:ListBucket", {"Ref": "BucketArn"})


def test_an_object_that_is_not_there_is_a_404() -> None:
    """S3 says 403 to who may not list, and a condition on the prefix is not met by GetObject, which has none."""
    assert "Condition" not in STATEMENTS["hosts.Role.SnapshotsOfASession"]


@pytest.mark.parametrize(
    ("name", "secrets"),
    [
        ("api_role.Role.Secrets", [{"Ref": "SecretsArn"}, {"Ref": "SecretsKeyArn"}, NATS_CA]),
        (
            "hosts.StartRole.ReadSecrets",
            [{"Ref": f"{n}Arn"} for n in ("NatsToken", "AuthKey", "SecretsKey")] + [NATS_CA],
        ),
        ("nats.Role.ReadSecrets", [{"Ref": "TokenArn"}, {"Ref": "AuthorityArn"}]),
    ],
)
def test_a_role_reads_its_own_secrets(name: str, secrets: list[Any]) -> None:
    """The API never sees the key of the snapshots, a host never the admin key, neither the key that signs for NATS."""
    assert listed(STATEMENTS[name]["Resource"]) == secrets
    reading = {name for name, one in STATEMENTS.items() if "secretsmanager:GetSecretValue" in listed(one["Action"])}
    assert reading == {"api_role.Role.Secrets", "hosts.StartRole.ReadSecrets", "nats.Role.ReadSecrets"}


def test_only_servers_of_nats_write_secrets() -> None:
    """Two: who signs their certificates, and what API and hosts are told of it."""
    writing = {name: one for name, one in STATEMENTS.items() if "secretsmanager:Put" in in_text(one["Action"])}
    assert list(writing) == ["nats.Role.WriteAuthority"]
    assert writing["nats.Role.WriteAuthority"]["Resource"] == [{"Ref": "AuthorityArn"}, {"Ref": "CaArn"}]


def test_the_key_is_used_only_by_way_of_a_service() -> None:
    """Nobody can decrypt with it what he got from elsewhere."""
    using = {name: one for name, one in STATEMENTS.items() if "kms:" in in_text(one["Action"])}
    assert len(using) == 6
    for statement in using.values():
        assert set(listed(statement["Action"])) <= ENCRYPTION | {
            "kms:CreateGrant",
            "kms:GenerateDataKeyWithoutPlaintext",
        }
        assert statement["Condition"]["StringEquals"]["kms:ViaService"]


def test_a_hosts_process_cannot_start_others_or_read_secrets() -> None:
    """What ECS needs to start a task is a role of its own, which the container does not have."""
    assert not [
        action
        for name, statement in STATEMENTS.items()
        if name.startswith("hosts.Role.")
        for action in listed(statement["Action"])
        if action.split(":")[0] not in {"dynamodb", "s3", "kms"}
    ]


def test_the_functions_code_cannot_touch_the_network() -> None:
    """Lambda itself has to; what runs in the function is denied the same actions."""
    allowed, denied = STATEMENTS["api_role.Role.LambdaConnectsIt"], STATEMENTS["api_role.Role.ItsCodeMayNot"]
    assert allowed["Action"] == denied["Action"]
    assert denied["Effect"] == "Deny"
    assert list(denied["Condition"]) == ["ArnEquals"]
    assert list(denied["Condition"]["ArnEquals"]) == ["lambda:SourceFunctionArn"]


def test_a_nats_server_attaches_volumes_to_itself_and_its_like_only() -> None:
    """Three volumes, and instances with this deployment's tag."""
    assert len(STATEMENTS["nats.Role.AttachVolume"]["Resource"]) == 3
    condition = STATEMENTS["nats.Role.AttachToServers"]["Condition"]
    assert condition == {"StringEquals": {"ec2:ResourceTag/wagate-nats": {"Ref": "Deployment"}}}

"""Secrets are made, never written down in the templates, and everything at rest is encrypted with one key."""

import json
import re
import string
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from session_host.auth_sync.cipher import key_of
from shared.sealing.keys import keys_in
from tests.infra.templates import names, only, properties, substituted, template

SECRETS = properties("AWS::SecretsManager::Secret", "secrets")
WRITTEN_LATER = {"secrets.NatsAuthority", "secrets.NatsCa"}
"""By the NATS servers: nobody knows them before."""
ALPHABET = string.ascii_letters + string.digits
"""What ExcludePunctuation leaves."""


def made(secret: str) -> dict[str, object]:
    """What Secrets Manager is asked to make."""
    found = SECRETS[f"secrets.{secret}"]["GenerateSecretString"]
    return found["Fn::If"][1] if "Fn::If" in found else found


def test_no_secret_has_a_default() -> None:
    """Each is made by Secrets Manager, of another secret, or of a parameter that has none."""
    assert set(SECRETS) - WRITTEN_LATER == {
        f"secrets.{n}" for n in ("NatsToken", "ApiSecrets", "AuthKeySeed", "AuthKey", "SecretsKey")
    }
    assert [SECRETS[secret]["SecretString"] for secret in WRITTEN_LATER] == ["{}", "{}"]
    for secret in ("NatsToken", "ApiSecrets", "AuthKeySeed", "SecretsKey"):
        assert made(secret)["ExcludePunctuation"] is True
        assert int(str(made(secret)["PasswordLength"])) >= 43
    written = SECRETS["secrets.AuthKey"]["SecretString"]["Fn::Sub"]
    assert re.sub(r"\{\{resolve:[^}]*\$\{AuthKeySeed\}[^}]*\}\}", "SEED", written) == '{"WAGATE_AUTH_KEY": "SEED="}'


def test_the_token_of_an_external_nats_is_hidden() -> None:
    """NoEcho, all the way down."""
    assert template()["Parameters"]["ExternalNatsToken"]["NoEcho"] is True
    assert template("secrets")["Parameters"]["ExternalNatsToken"]["NoEcho"] is True


@given(st.text(ALPHABET, min_size=43, max_size=43))
def test_every_auth_key_that_can_be_made_is_one(seed: str) -> None:
    """43 letters and digits and "=" are 32 bytes in base64, whichever they are: hosts take them as their key."""
    assert made("AuthKeySeed")["PasswordLength"] == 43
    written = SECRETS["secrets.AuthKey"]["SecretString"]["Fn::Sub"]
    value = json.loads(re.sub(r"\{\{resolve:[^}]*\}[^}]*\}\}", seed, written))["WAGATE_AUTH_KEY"]
    assert len(key_of(value, Path("nowhere"))) == 32


def test_the_key_of_secrets_is_one() -> None:
    """By the setting's own name, and as long as the API and the hosts want it."""
    assert made("SecretsKey")["GenerateStringKey"] == "WAGATE_SECRETS_KEY"
    assert keys_in("a" * int(str(made("SecretsKey")["PasswordLength"])))


def test_the_api_finds_both_of_its_secrets_in_one() -> None:
    """WAGATE_ADMIN_KEY is made, WAGATE_NATS_TOKEN is the one that NATS and the hosts have."""
    assert made("ApiSecrets")["GenerateStringKey"] == "WAGATE_ADMIN_KEY"
    written = substituted(made("ApiSecrets")["SecretStringTemplate"], {"NatsToken": "ARN"})
    assert json.loads(written) == {"WAGATE_NATS_TOKEN": "{{resolve:secretsmanager:ARN:SecretString:WAGATE_NATS_TOKEN}}"}
    assert made("NatsToken")["GenerateStringKey"] == "WAGATE_NATS_TOKEN"


def test_every_secret_is_encrypted_with_our_key() -> None:
    """So that reading one is a use of the key, which CloudTrail shows."""
    assert [secret["KmsKeyId"] for secret in SECRETS.values()] == [{"Fn::GetAtt": ["Key", "Arn"]}] * 7


def test_the_key_is_rotated() -> None:
    """Every year, by KMS."""
    assert only("AWS::KMS::Key")["EnableKeyRotation"] is True


def test_only_services_and_iam_use_the_key() -> None:
    """The account decides by IAM; each service is bound to this account."""
    statements = only("AWS::KMS::Key")["KeyPolicy"]["Statement"]
    assert [statement["Principal"] for statement in statements] == [
        {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}},
        {"Service": {"Fn::Sub": "logs.${AWS::Region}.amazonaws.com"}},
        {"Service": "cloudwatch.amazonaws.com"},
    ]
    assert all("AWS::AccountId" in json.dumps(statement["Condition"]) for statement in statements[1:])


def test_every_log_group_ends_and_is_encrypted() -> None:
    """Logs are kept as long as was said, under our key."""
    groups = properties("AWS::Logs::LogGroup")
    assert set(groups) == {"template.AccessLog", "template.FunctionLog", "hosts.Log", "network.RefusedLog"}
    for group in groups.values():
        assert group["RetentionInDays"] == {"Ref": "LogDays"}
        assert group["KmsKeyId"] in ({"Ref": "KeyArn"}, {"Fn::GetAtt": ["Secrets", "Outputs.KeyArn"]})
        assert group["LogGroupName"]["Fn::Sub"].startswith("/wagate/")  # what the key's policy allows


def test_no_template_holds_anything_that_looks_like_a_secret() -> None:
    """No key, no long random word, besides the checksum and address of nats-server."""
    for name in names():
        text = json.dumps(template(name)).replace(json.dumps(template(name).get("Mappings", {}).get("NatsServer")), "")
        found = [word for word in re.findall(r"[A-Za-z0-9+/]{40,}", text) if re.search(r"\d", word) and "/" not in word]
        assert found == [], name

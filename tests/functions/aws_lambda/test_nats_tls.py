"""The API as a Lambda function that reaches NATS over TLS; who signed NATS's certificate comes with the secret."""

import asyncio
import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.emulated import emulated
from tests.emulators import servers
from tests.emulators.certificates import Authority
from tests.functions.aws_lambda.cloud import cloud, new_key
from tests.functions.aws_lambda.emulated import running_function

AUTHORITY = Authority.make()


@pytest.fixture
def nats_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with servers.nats_server(jetstream=True, config=AUTHORITY.nats_configuration(tmp_path, "127.0.0.1")) as server:
        yield f"tls://127.0.0.1:{server.port}"


async def test_the_ca_comes_with_a_secret_of_its_own(ministack_endpoint: str, nats_url: str) -> None:
    """As the template has it: the servers of NATS write it, and must not see the other."""
    async with cloud(ministack_endpoint, nats_url) as aws, emulated("secretsmanager", aws.settings) as secrets:
        held = json.dumps({"WAGATE_NATS_CA": AUTHORITY.pem})
        own = await secrets.create_secret(Name=f"ca-{uuid.uuid4().hex}", SecretString=held)
        with running_function(aws.environment | {"WAGATE_SECRETS": f"{aws.secret},{own['ARN']}"}) as function:
            assert await new_key(function)
            answer = await asyncio.to_thread(function.request, "GET", "/ready")
    assert answer.json()["code"] == "NO_HOST"


@pytest.mark.parametrize(
    ("authority", "code", "words"),
    [
        (AUTHORITY, "NO_HOST", "host"),  # NATS answers, and no host runs in this test
        (Authority.make(), "BUS_UNAVAILABLE", "Set WAGATE_NATS_CA"),
    ],
    ids=["right", "wrong"],
)
async def test_the_ca_comes_with_the_secret(
    ministack_endpoint: str, nats_url: str, authority: Authority, code: str, words: str
) -> None:
    """As PEM text. With the right one NATS is reached, with another the answer says what is wrong."""
    async with cloud(ministack_endpoint, nats_url, WAGATE_NATS_CA=authority.pem) as aws:
        with running_function(aws.environment) as function:
            answer = await asyncio.to_thread(function.request, "GET", "/ready")
    assert (answer.status, answer.json()["code"]) == (503, code)
    assert words in answer.json()["error"]

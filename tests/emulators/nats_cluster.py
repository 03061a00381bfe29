"""Three real nats-servers that keep JetStream streams together, each under a test's control."""

import http.client
import json
import time
from dataclasses import dataclass
from pathlib import Path

from cli.gateway.ports import free_port
from tests.emulators.nats_process import NatsServer
from tests.emulators.process import ServerFailedError

NODES = 3
FOUND_WITHIN = 60.0
"""Seconds for finding each other and choosing a leader; alone on 2 cores it takes 0.3 s."""


@dataclass(slots=True)
class NatsCluster:
    """Nodes on 127.0.0.1. The addresses and the JetStream files of each stay the same over restarts.

    Attributes:
        nodes: by their name: kill, freeze, thaw, start or restart each alone.
        monitors: the port of each at which it tells about itself.
    """

    nodes: dict[str, NatsServer]
    monitors: dict[str, int]

    @classmethod
    def in_folder(cls, folder: Path) -> "NatsCluster":
        """A cluster that keeps its files below a folder; not started."""
        names = [f"n{number}" for number in range(1, NODES + 1)]
        ports: set[int] = set()
        while len(ports) < NODES * 2:
            ports.add(free_port())
        taken = list(ports)
        routes = dict(zip(names, taken[:NODES], strict=True))
        monitors = dict(zip(names, taken[NODES:], strict=True))
        nodes: dict[str, NatsServer] = {}
        for name in names:
            (folder / name).mkdir()
            nodes[name] = NatsServer(folder / name, jetstream=True, config=_config(name, routes, monitors[name]))
        return cls(nodes, monitors)

    @property
    def url(self) -> str:
        """The addresses of all nodes, with commas, once they were started."""
        return ",".join(node.url for node in self.nodes.values())

    def start(self) -> None:
        """Start the nodes, none of which runs, and wait until each knows a leader.

        A stream may still be refused in the first moments: the leader waits to hear how much room each node has.

        Raises:
            ServerFailedError: a node ended, or they did not find each other in time.
        """
        for node in self.nodes.values():
            node.start()
        deadline = time.monotonic() + FOUND_WITHIN
        while not all(self._is_member(name) for name in self.nodes):
            if time.monotonic() > deadline:
                logs = "\n".join(node.log[-1000:] for node in self.nodes.values())
                raise ServerFailedError(f"no cluster within {FOUND_WITHIN:g} s\n{logs}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End every node."""
        for node in self.nodes.values():
            node.stop()

    def _is_member(self, name: str) -> bool:
        """Whether this node knows a leader and all the others."""
        connection = http.client.HTTPConnection("127.0.0.1", self.monitors[name], timeout=5)
        try:
            connection.request("GET", "/jsz")
            meta = json.loads(connection.getresponse().read()).get("meta_cluster", {})
        except (ConnectionError, TimeoutError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return bool(meta.get("leader")) and meta.get("cluster_size") == NODES


def _config(name: str, routes: dict[str, int], monitor: int) -> str:
    others = ", ".join(f'"nats://127.0.0.1:{port}"' for port in routes.values())
    return (
        f"server_name: {name}\n"
        f'http: "127.0.0.1:{monitor}"\n'
        f'cluster {{ name: test, listen: "127.0.0.1:{routes[name]}", routes: [{others}], no_advertise: true }}\n'
    )

"""As much of Kubernetes' API as helm's `lookup` asks for: which version and kinds there are, and objects by name.

For charts that look into the cluster while they are rendered. Nothing is written, run or checked.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_KINDS = {
    "v1": ["ConfigMap", "Namespace", "Pod", "Secret", "Service", "ServiceAccount"],
    "apps/v1": ["Deployment", "StatefulSet"],
    "networking.k8s.io/v1": ["NetworkPolicy"],
    "policy/v1": ["PodDisruptionBudget"],
}


def _group(version: str) -> dict[str, Any]:
    named = {"groupVersion": version, "version": version.partition("/")[2]}
    return {"name": version.partition("/")[0], "versions": [named], "preferredVersion": named}


def _resources(version: str) -> dict[str, Any]:
    plural = {kind: f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s" for kind in _KINDS[version]}
    resources = [
        {"name": name.lower(), "singularName": "", "kind": kind, "namespaced": kind != "Namespace", "verbs": ["get"]}
        for kind, name in plural.items()
    ]
    return {"kind": "APIResourceList", "groupVersion": version, "resources": resources}


_ABOUT: dict[str, dict[str, Any]] = {
    "/version": {"major": "1", "minor": "37", "gitVersion": "v1.37.0"},
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": [_group(name) for name in _KINDS if "/" in name]},
    **{f"/apis/{name}" if "/" in name else f"/api/{name}": _resources(name) for name in _KINDS},
}


def secret(namespace: str, name: str, data: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """A Secret as helm leaves one of its release `wagate`, by its path; the values in base64."""
    owner = {"meta.helm.sh/release-name": "wagate", "meta.helm.sh/release-namespace": namespace}
    labels = {"app.kubernetes.io/managed-by": "Helm"}
    metadata = {"name": name, "namespace": namespace, "labels": labels, "annotations": owner}
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data}
    return f"/api/v1/namespaces/{namespace}/secrets/{name}", body


@contextmanager
def serving(folder: Path, *objects: tuple[str, dict[str, Any]]) -> Iterator[Path]:
    """Serve the objects, and the namespace that every cluster has; gives a kubeconfig that leads there."""
    every = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-system"}}
    known = {**_ABOUT, "/api/v1/namespaces/kube-system": every, **dict(objects)}

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = known.get(self.path.partition("?")[0])
            missing = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
            body = json.dumps(missing if found is None else found).encode()
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield _kubeconfig(folder / "kubeconfig", f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()


def _kubeconfig(file: Path, url: str) -> Path:
    """JSON is YAML."""
    context = {"name": "here", "context": {"cluster": "here", "user": "me"}}
    clusters, users = [{"name": "here", "cluster": {"server": url}}], [{"name": "me", "user": {}}]
    config = {"apiVersion": "v1", "kind": "Config", "current-context": "here"}
    file.write_text(json.dumps({**config, "clusters": clusters, "contexts": [context], "users": users}))
    return file

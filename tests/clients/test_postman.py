"""The Postman collection runs as Postman runs it: by newman, against a sandbox."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.clients.npm import installed
from tests.clients.readme import CLIENTS
from tests.launched import Launched
from tests.shared_gateway import fresh_number

FOLDER = CLIENTS / "postman"


@pytest.mark.skipif(shutil.which("npm") is None, reason="node and npm are not installed")
def test_start_here_goes_from_an_admin_key_to_an_answer(gateway: Launched, tmp_path: Path) -> None:
    """A key, a session, a QR code that is scanned, a message that goes out and one that comes in."""
    settings = {
        "url": gateway.url,
        "sandbox": gateway.sandbox_url,
        "adminKey": gateway.admin_key,
        "number": fresh_number(),
        "contact": fresh_number(),
    }
    command = ["node", installed(FOLDER) / "node_modules/newman/bin/newman.js", "run", "wagate.postman_collection.json"]
    command += ["--environment", "wagate.postman_environment.json", "--folder", "Start here", "--reporters", "json"]
    command += ["--reporter-json-export", tmp_path / "told.json", "--timeout-request", "30000"]
    command += [word for name, value in settings.items() for word in ("--env-var", f"{name}={value}")]
    subprocess.run(command, cwd=FOLDER, timeout=100, check=False)
    _leave(gateway, settings["contact"])
    run = json.loads((tmp_path / "told.json").read_text())["run"]
    assert [each["error"]["message"] for each in run["failures"]] == []
    assert run["stats"]["requests"]["total"] >= 10
    assert run["stats"]["assertions"]["total"] >= 10


def test_every_operation_is_in_the_collection() -> None:
    """Once, in the folder of its family; what an address leaves open is a variable that one can fill in."""
    collection = json.loads((FOLDER / "wagate.postman_collection.json").read_text("utf-8"))
    first, *folders = collection["item"]
    assert first["name"] == "Start here"
    requests = [item["request"] for folder in folders for item in folder["item"]]
    addresses = {(request["method"], request["url"]["raw"]) for request in requests}
    assert len(addresses) == len(requests) > 140
    for request in requests:
        parts = {part[1:] for part in request["url"]["path"] if part.startswith(":")}
        assert parts == {variable["key"] for variable in request["url"]["variable"]}


def _leave(gateway: Launched, contact: str) -> None:
    """Delete the key of the collection with its session, and whom it wrote with."""
    with httpx.Client(base_url=gateway.url, headers={"X-Admin-Key": gateway.admin_key}, timeout=30) as http:
        for key in http.get("/api/admin/apikeys").json()["apiKeys"]:
            if key["name"] == "Postman":
                http.delete(f"/api/admin/apikeys/{key['id']}").raise_for_status()
    httpx.delete(f"{gateway.sandbox_url}/contacts/{contact}", timeout=30).raise_for_status()

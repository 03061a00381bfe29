"""A module in the environment of a sandbox's clients."""

import os
import subprocess
import sys
from pathlib import Path

from sandbox.environment import SandboxAddresses

ROOT = Path(__file__).parents[2]


def test_it_waits_for_the_sandbox_and_hands_on_what_it_says(tmp_path: Path) -> None:
    """The module is started when the ready file is there, with its own words behind it."""
    (tmp_path / "shows.py").write_text("import os, sys; print(os.environ['WHATSAPP_PROXY'], *sys.argv[1:])")
    ready = tmp_path / "ready.json"
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}
    command = [sys.executable, "-m", "sandbox.beside", str(ready), "shows", "one", "two"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        addresses = SandboxAddresses(
            control="http://127.0.0.1:1", proxy="http://127.0.0.1:2", root_key="0" * 64, ca_file=ready, pid=1
        )
        unfinished = ready.with_suffix(".new")
        unfinished.write_text(addresses.to_json())
        unfinished.replace(ready)
        out, _ = process.communicate(timeout=60)
    assert out.split() == ["http://127.0.0.1:2", "one", "two"]


def test_it_says_how_it_is_called() -> None:
    """Without a module there is nothing to run."""
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.beside", "x"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Usage: ")

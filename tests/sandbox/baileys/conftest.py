"""Baileys from npm, installed once, as a fixture."""

import fcntl
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from sandbox.environment import SandboxAddresses
from tests.sandbox.baileys.driver import Baileys

HERE = Path(__file__).parent
INSTALL_SECONDS = 300


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs node, and the first test may install what Baileys is made of."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"))
            item.add_marker(pytest.mark.timeout(INSTALL_SECONDS + 120))


@pytest.fixture(scope="session")
def installed() -> Path:
    """The folder of client.mjs, with all that package-lock.json pins: installed once, for all workers and runs."""
    stamp = HERE / "node_modules" / ".installed"
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    owner = hashlib.sha256(str(HERE).encode()).hexdigest()[:16]
    with (Path(tempfile.gettempdir()) / f"wagate-npm-{owner}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == wanted:
            return HERE
        subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HERE, check=True, timeout=INSTALL_SECONDS
        )
        stamp.write_text(wanted)
    return HERE


@pytest.fixture(scope="module")
def addresses(run_sandbox) -> Iterator[SandboxAddresses]:
    """A sandbox that claims no pre-keys: told of some, Baileys would not upload its own."""
    with run_sandbox("--pre-keys-claimed", "0") as running:
        yield running


@pytest.fixture
async def baileys(installed, addresses, tmp_path) -> AsyncIterator[Baileys]:
    """A Baileys that isn't paired."""
    client = Baileys(addresses, installed, tmp_path / "baileys")
    await client.start()
    yield client
    await client.stop()

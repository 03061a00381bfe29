"""What the programs of a session host load: every module of it costs each start time, and each process memory."""

from __future__ import annotations

import json
import subprocess
import sys

NEVER = {"rich", "pygments", "aiohttp", "requests", "httpx", "bs4", "PIL", "magic", "litestar", "click"}
NEVER |= {"bz2", "lzma", "pickle"}
"""What ours load when it is there, and nothing here uses."""


def loaded(program: str) -> set[str]:
    """Top-level packages in a process that has imported this module."""
    code = f"import sys, json, {program}; print(json.dumps(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(json.loads(told.stdout))


def test_a_shard_loads_what_it_uses() -> None:
    """The library, and nothing that is beside it; nor what reads what people write, measures, encrypts or fetches."""
    modules = loaded("session_host.shard, session_host.whatsapp.clients")
    assert modules & (NEVER | {"phonenumbers", "prometheus_client", "cryptography", "http", "zipfile"}) == set()
    assert "google" in modules


def test_a_supervisor_loads_next_to_nothing() -> None:
    """It lives as long as the host: nothing that reads settings, makes metrics or knows numbers of phones."""
    modules = loaded("session_host.__main__, session_host.supervising.program")
    heavy = {"pydantic", "phonenumbers", "prometheus_client", "typing_extensions", "nats", "neonize", "sqlite3"}
    heavy |= {"argparse", "zipfile"}
    assert modules & (NEVER | heavy) == set()


def test_a_gateway_loads_next_to_nothing() -> None:
    """What `wagate up` becomes, once it has checked what is set."""
    modules = loaded("cli.launch.__main__")
    assert modules & (NEVER | {"pydantic", "structlog", "rich_click"}) == set()


def test_neonize_is_whole_for_who_imports_it_later() -> None:
    """A test, or a contact of the sandbox, has the real package, and one library in the process."""
    code = """
import session_host.whatsapp.library.neonize_client as ours
import pylibmagic
from neonize.aioze.client import NewAClient
from neonize.utils import build_jid
from neonize._binder import gocode
assert gocode is ours._library
assert build_jid("628111111111").User == "628111111111"
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)

"""Who may trust a sandbox, and that trusting really replaces the key in memory."""

import ctypes
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.trust import (
    REFUSED,
    WHATSAPP_ROOT_KEY,
    RootKeyError,
    SandboxSettingsError,
    SandboxTrust,
    _only_address,
)

OURS = hashlib.sha256(b"a root key no library carries").digest()

PROBE = """
import ctypes, json, re, sys
import pylibmagic, neonize

def count(key):
    found = 0
    for line in open("/proc/self/maps"):
        if "neonize-linux" in line and line.split()[1].startswith("r"):
            start, end = (int(part, 16) for part in line.split()[0].split("-"))
            found += ctypes.string_at(start, end - start).count(key)
    return found

print(json.dumps({
    "name": __name__, "arguments": sys.argv[1:],
    "whatsapp": count(bytes.fromhex(sys.argv[1])), "ours": count(bytes.fromhex(sys.argv[2])),
}))
"""


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    path.write_text("any file: neonize doesn't connect here")
    return path


@pytest.fixture
def settings(authority: Path) -> dict[str, str]:
    return {
        "SANDBOX_ROOT_KEY": OURS.hex(),
        "WHATSAPP_PROXY": "http://127.0.0.1:9",
        "SSL_CERT_FILE": str(authority),
    }


def run(arguments: list[str], settings: dict[str, str], path: Path) -> subprocess.CompletedProcess[str]:
    names = ("SANDBOX_ROOT_KEY", "WHATSAPP_PROXY", "SSL_CERT_FILE")
    inherited = {name: value for name, value in os.environ.items() if name not in names}
    environment = inherited | settings | {"PYTHONPATH": f"{Path.cwd()}{os.pathsep}{path}"}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def probe(tmp_path: Path) -> Path:
    (tmp_path / "probe.py").write_text(PROBE)
    return tmp_path


def test_the_key_is_replaced_in_memory_and_the_module_runs_as_main(settings, probe) -> None:
    """Afterwards WhatsApp's key is nowhere in the library, ours once; the module sees its arguments."""
    done = run(["-m", "sandbox.trust", "probe", WHATSAPP_ROOT_KEY.hex(), OURS.hex(), "--more"], settings, probe)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "name": "__main__",
        "arguments": [WHATSAPP_ROOT_KEY.hex(), OURS.hex(), "--more"],
        "whatsapp": 0,
        "ours": 1,
    }


def test_a_plain_import_of_neonize_is_untouched_by_the_settings(settings, probe) -> None:
    """The settings alone change nothing: only sandbox.trust replaces the key."""
    done = run(["-m", "probe", WHATSAPP_ROOT_KEY.hex(), OURS.hex()], settings, probe)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert (seen["whatsapp"], seen["ours"]) == (1, 0)


@pytest.mark.parametrize("absent", ["SANDBOX_ROOT_KEY", "WHATSAPP_PROXY", "SSL_CERT_FILE"])
def test_without_a_setting_the_module_does_not_run(settings, probe, absent) -> None:
    """The process ends with code 2 and names what to set, and the module has printed nothing."""
    del settings[absent]
    done = run(["-m", "sandbox.trust", "probe", "00", "00"], settings, probe)
    assert done.returncode == REFUSED
    assert f"{absent} is not set" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_without_a_module_the_usage_is_shown(settings, tmp_path) -> None:
    """No module is a mistake of usage, not a traceback."""
    done = run(["-m", "sandbox.trust"], settings, tmp_path)
    assert done.returncode == REFUSED
    assert "Usage: python -m sandbox.trust MODULE" in done.stderr


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("SANDBOX_ROOT_KEY", "", "SANDBOX_ROOT_KEY is not set"),
        ("SANDBOX_ROOT_KEY", "zz" * 32, "is not hex"),
        ("SANDBOX_ROOT_KEY", "00" * 31, "has 31 bytes"),
        ("SANDBOX_ROOT_KEY", "00" * 33, "has 33 bytes"),
        ("WHATSAPP_PROXY", "", "WHATSAPP_PROXY is not set"),
        ("WHATSAPP_PROXY", "127.0.0.1:9", "set it to http://127.0.0.1:PORT"),
        ("WHATSAPP_PROXY", "socks5://127.0.0.1:9", "set it to http://127.0.0.1:PORT"),
        ("WHATSAPP_PROXY", "http://127.0.0.1", "set it to http://127.0.0.1:PORT"),
        ("WHATSAPP_PROXY", "http://127.0.0.1:http", "is not a URL"),
        ("WHATSAPP_PROXY", "http://[::1:9", "is not a URL"),
        ("WHATSAPP_PROXY", "http://10.0.0.1:9", "not on this machine"),
        ("WHATSAPP_PROXY", "http://0.0.0.0:9", "not on this machine"),
        ("WHATSAPP_PROXY", "http://proxy.example:9", "not on this machine"),
        ("WHATSAPP_PROXY", "http://127.0.0.1.example:9", "not on this machine"),
        ("WHATSAPP_PROXY", "http://127.0.0.1@example.org:9", "not on this machine"),
        ("SSL_CERT_FILE", "", "SSL_CERT_FILE is not set"),
        ("SSL_CERT_FILE", "/nowhere/ca.pem", "names no file"),
    ],
)
def test_a_malformed_setting_is_refused_by_name(settings, setting, value, words) -> None:
    """Every way a setting can be wrong is refused with words that say which and why."""
    with pytest.raises(SandboxSettingsError, match=setting) as refused:
        SandboxTrust.from_environment(settings | {setting: value})
    assert words in str(refused.value)


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "http://127.8.8.8:9", "http://[::1]:9", "http://localhost:9"])
def test_every_loopback_address_is_accepted(settings, proxy) -> None:
    """Loopback is more than 127.0.0.1."""
    assert SandboxTrust.from_environment(settings | {"WHATSAPP_PROXY": proxy}) == SandboxTrust(OURS, proxy)


def test_a_library_without_the_key_is_an_error_that_counts() -> None:
    """Another library's memory holds no key: nothing is overwritten, the error says how many were found."""
    library = Path(ctypes.__file__).resolve().parent
    with pytest.raises(RootKeyError, match="0 times"):
        _only_address(library)

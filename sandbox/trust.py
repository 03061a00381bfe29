"""Run a module whose neonize trusts the sandbox's WhatsApp instead of the real one.

``python -m sandbox.trust MODULE [ARGS…]`` is what starts a process that may talk to the sandbox: the wheel
of neonize carries the public root key of WhatsApp's Noise certificates as a constant, and this replaces it
in the memory of this one process, before MODULE runs. Nothing on disk changes. It refuses to run without
the settings of a sandbox, and with a proxy that isn't on this machine, so that no session of a real number
can be started with a key of ours.
"""

import ctypes
import importlib.util
import ipaddress
import os
import runpy
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

WHATSAPP_ROOT_KEY = bytes.fromhex("142375574d0a587166aae71ebe516437c4a28b73e3695c6ce1f7f9545da8ee6b")
"""The constant in neonize 0.5.2's library: once, in writable data (measured)."""

REFUSED = 2
"""Exit code when a setting is absent or malformed, or no module is named."""
UNTRUSTED = 3
"""Exit code when the root key could not be replaced in this neonize."""

_MAPS = Path("/proc/self/maps")
_LIBRARY = "neonize-linux-*.so"


class SandboxSettingsError(ValueError):
    """A setting without which this process may not trust a sandbox; the text names it and what to set."""


class RootKeyError(RuntimeError):
    """The root key isn't where it is expected, so nothing was replaced."""


@dataclass(frozen=True, slots=True)
class SandboxTrust:
    """What a process needs to trust one sandbox."""

    root_key: bytes
    proxy: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "SandboxTrust":
        """Return the settings in `environment`.

        Raises:
            SandboxSettingsError: SANDBOX_ROOT_KEY, WHATSAPP_PROXY or SSL_CERT_FILE is absent or malformed.
        """
        root_key = _root_key(environment.get("SANDBOX_ROOT_KEY", ""))
        proxy = _loopback_proxy(environment.get("WHATSAPP_PROXY", ""))
        authority = environment.get("SSL_CERT_FILE", "")
        if not authority:
            raise SandboxSettingsError(
                "SSL_CERT_FILE is not set: set it to the sandbox's CA file before this process starts "
                "(Go reads it at exec time, setting it later has no effect)."
            )
        if not Path(authority).is_file():
            raise SandboxSettingsError(f"SSL_CERT_FILE names no file: {authority!r}. Set it to the sandbox's CA file.")
        return cls(root_key, proxy)


def trust(root_key: bytes) -> None:
    """Load neonize's library into this process, where neonize finds it, and make it trust `root_key` (32 bytes) only.

    Raises:
        RootKeyError: WhatsApp's key isn't in the library's writable memory exactly once.
    """
    package = importlib.util.find_spec("neonize")
    if package is None or package.origin is None:
        raise RootKeyError("neonize is not installed")
    folder = Path(package.origin).parent
    for library in folder.glob(_LIBRARY):  # one: each wheel is of one machine
        ctypes.CDLL(str(library))
    address = _only_address(folder)
    ctypes.memmove(address, root_key, len(root_key))


def main(arguments: list[str]) -> int:
    """Run the module named first in `arguments` as `__main__`, with the rest for it; return an exit code."""
    if not arguments:
        print("Usage: python -m sandbox.trust MODULE [ARGS…]", file=sys.stderr)  # noqa: T201 - a command's words
        return REFUSED
    try:
        settings = SandboxTrust.from_environment(os.environ)
        trust(settings.root_key)
    except SandboxSettingsError as error:
        print(f"sandbox.trust: {error}", file=sys.stderr)  # noqa: T201 - a command's own words
        return REFUSED
    except RootKeyError as error:
        print(f"sandbox.trust: {error}", file=sys.stderr)  # noqa: T201 - a command's own words
        return UNTRUSTED
    sys.argv = list(arguments)
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    return 0


def _root_key(text: str) -> bytes:
    if not text:
        raise SandboxSettingsError(
            "SANDBOX_ROOT_KEY is not set: set it to the root key the sandbox prints (64 hex digits)."
        )
    try:
        key = bytes.fromhex(text)
    except ValueError as error:
        raise SandboxSettingsError("SANDBOX_ROOT_KEY is not hex: set it to 64 hex digits.") from error
    if len(key) != len(WHATSAPP_ROOT_KEY):
        raise SandboxSettingsError(f"SANDBOX_ROOT_KEY has {len(key)} bytes: set it to 64 hex digits (32 bytes).")
    return key


def _loopback_proxy(url: str) -> str:
    if not url:
        raise SandboxSettingsError("WHATSAPP_PROXY is not set: set it to the sandbox's proxy, http://127.0.0.1:PORT.")
    try:
        parts = urlsplit(url)
        complete = parts.scheme == "http" and parts.hostname is not None and parts.port is not None
    except ValueError as error:
        raise SandboxSettingsError(f"WHATSAPP_PROXY is not a URL: {url!r}. Set it to http://127.0.0.1:PORT.") from error
    if not complete:
        raise SandboxSettingsError(f"WHATSAPP_PROXY is {url!r}: set it to http://127.0.0.1:PORT.")
    if not _is_loopback(parts.hostname or ""):
        raise SandboxSettingsError(
            f"WHATSAPP_PROXY is {url!r}, not on this machine: a sandbox is trusted on loopback only, "
            "set it to http://127.0.0.1:PORT."
        )
    return url


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _only_address(library: Path) -> int:
    found = [
        start + offset
        for start, end in _writable_mappings(library)
        for offset in _occurrences(ctypes.string_at(start, end - start))
    ]
    if len(found) != 1:
        raise RootKeyError(
            f"WhatsApp's root key is {len(found)} times in the writable memory of {library}, expected once: "
            "this is not the neonize 0.5.2 the sandbox was made for, nothing was replaced."
        )
    return found[0]


def _writable_mappings(library: Path) -> Iterator[tuple[int, int]]:
    try:
        lines = _MAPS.read_text().splitlines()
    except OSError as error:
        raise RootKeyError(f"{_MAPS} cannot be read ({error}): the sandbox's clients need Linux.") from error
    for line in lines:
        # address range, permissions, offset, device, inode, path (which may contain spaces)
        fields = line.split(maxsplit=5)
        if len(fields) == 6 and fields[1] == "rw-p" and Path(fields[5]).parent == library:  # noqa: PLR2004 - as listed above
            start, end = fields[0].split("-")
            yield int(start, 16), int(end, 16)


def _occurrences(memory: bytes) -> Iterator[int]:
    offset = memory.find(WHATSAPP_ROOT_KEY)
    while offset >= 0:
        yield offset
        offset = memory.find(WHATSAPP_ROOT_KEY, offset + 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A stand-in for the Python image where no registry can be reached: a small Debian and this machine's Python.

It is imported under the real one's name, so that the Dockerfiles are built as they are. Nothing of it is shipped.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

from tests.images.engine import BASE, Engine, EngineError

_MIRROR = "http://deb.debian.org/debian"
_LIBRARIES = "ca-certificates,libssl3,libffi8,libsqlite3-0,zlib1g,libbz2-1.0,liblzma5,libreadline8,libuuid1"
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"


async def bring(engine: Engine) -> tuple[str, str]:
    """Have the base image in the engine's store; its address by digest, and in words where it came from."""
    came = await _bring(engine)
    digest = await engine.run("podman", "image", "inspect", "--format", "{{.Digest}}", BASE)
    return f"{BASE.rpartition(':')[0]}@{digest}", came


async def _bring(engine: Engine) -> str:
    try:
        await engine.run("podman", "image", "exists", BASE)
    except EngineError:
        pass
    else:
        return "was there"
    try:
        await engine.run("podman", "pull", "--quiet", BASE)
    except EngineError:
        await _make(engine)
        return "made of Debian and this machine's Python"
    return "pulled"


async def _make(engine: Engine) -> None:
    root, tar = engine.folder / "root", engine.folder / "root.tar"
    await engine.run("debootstrap", "--variant=minbase", f"--include={_LIBRARIES}", "bookworm", str(root), _MIRROR)
    await asyncio.to_thread(_add_python, root)
    await engine.run("chroot", str(root), "/sbin/ldconfig")
    await engine.run("tar", "--directory", str(root), "--create", "--file", str(tar), ".")
    await engine.run(
        *("podman", "import", "--change", f"ENV PATH={_PATH}", "--change", f"ENV PIP_CERT={_CERTIFICATES}"),
        *("--change", f"ENV SSL_CERT_FILE={_CERTIFICATES}", "-", BASE),
        stdin=tar,
    )


def _add_python(root: Path) -> None:
    there, version = Path(sys.base_prefix), f"python{sys.version_info.major}.{sys.version_info.minor}"
    here, library = root / "usr" / "local", Path("lib") / version
    (here / "bin").mkdir(parents=True, exist_ok=True)
    shutil.copy2((there / "bin" / version).resolve(), here / "bin" / version)
    for name in ("python", "python3"):
        (here / "bin" / name).symlink_to(version)
    leave = shutil.ignore_patterns("site-packages", "test", "__pycache__", "config-*")
    shutil.copytree(there / library, here / library, ignore=leave)
    for shared in (there / "lib").glob("libpython3*.so*"):
        shutil.copy2(shared, here / "lib" / shared.name, follow_symlinks=False)
    packages = here / library / "site-packages"
    packages.mkdir()
    for package in (there / library / "site-packages").glob("pip*"):
        shutil.copytree(package, packages / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    pip = here / "bin" / "pip"
    pip.write_text(f'#!/bin/sh\nexec /usr/local/bin/{version} -m pip "$@"\n')
    pip.chmod(0o755)
    # This machine's authorities: its way to the package index may have one of its own.
    shutil.copy2(_CERTIFICATES, root / _CERTIFICATES.relative_to("/"))

"""Get uv's executable out of its wheel on the Python package index, without pip being needed.

What is downloaded counts only if its SHA-256 is the one written here; so the index, a mirror or a folder of wheels
need not be trusted. To move to another version: change VERSION and WHEELS (names and hashes stand on the index).
"""

from __future__ import annotations

import base64
import hashlib
import html.parser
import json
import ssl
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Mapping
    from http.client import HTTPResponse

VERSION = "0.13.9"
PYPI = "https://pypi.org/simple"
SECONDS = 60
"""How long one answer of the index may take."""


class InstallationError(Exception):
    """Something that the person at the keyboard has to know and can act on."""


class Wheel(NamedTuple):
    """A file on the index and what it must hash to."""

    name: str
    sha256: str


_PREFIX = f"uv-{VERSION}-py3-none-"
# The platforms that neonize has wheels for too.
WHEELS = {
    ("linux", "x86_64"): Wheel(
        _PREFIX + "manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    ),
    ("linux", "aarch64"): Wheel(
        _PREFIX + "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl",
        "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    ),
    ("darwin", "x86_64"): Wheel(
        _PREFIX + "macosx_10_12_x86_64.whl",
        "c16ed11e013557536b3e60065f1b912f6407bd6518e041b961e23ef9e6b4fbf5",
    ),
    ("darwin", "arm64"): Wheel(
        _PREFIX + "macosx_11_0_arm64.whl",
        "66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63",
    ),
}


def for_platform(system: str, machine: str, libc: str) -> Wheel:
    """Return the wheel for ``sys.platform``, ``platform.machine()`` and the name in ``platform.libc_ver()``.

    Raises:
        InstallationError: WhatsApp's client library has no build for this platform, so wagate cannot run on it.
    """
    wheel = WHEELS.get((system, machine))
    if wheel is None or (system == "linux" and libc != "glibc"):
        raise InstallationError(
            f"cannot run on {system} {machine}{'' if libc == 'glibc' or system != 'linux' else ' without glibc'}: "
            "neonize has no build for it. Linux with glibc (not Alpine) and macOS work, on x86-64 and ARM64; "
            "on Windows use WSL."
        )
    return wheel


def install(wheel: Wheel, target: Path, environment: Mapping[str, str]) -> None:
    """Put the executable at ``target``, whole or not at all, and its version beside it (``uv.version``).

    Raises:
        InstallationError: no source had the wheel, or what came is not what was pinned.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        file = Path(folder, wheel.name)
        fetch(wheel, file, environment)
        found = hashlib.sha256(file.read_bytes()).hexdigest()
        if found != wheel.sha256:
            raise InstallationError(
                f"{wheel.name} is not the file that was pinned (SHA-256 {found}, not {wheel.sha256}). "
                "A proxy or mirror changed it: set PIP_INDEX_URL to one you trust, and try again."
            )
        with zipfile.ZipFile(file) as archive:
            executable = Path(archive.extract(f"uv-{VERSION}.data/scripts/uv", folder))
        executable.chmod(0o755)
        executable.replace(target)
    target.with_suffix(".version").write_text(VERSION)


def is_installed(target: Path) -> bool:
    """Whether ``target`` is an executable that `install` put there, of this version."""
    version = target.with_suffix(".version")
    return target.exists() and version.exists() and version.read_text() == VERSION


def fetch(wheel: Wheel, file: Path, environment: Mapping[str, str]) -> None:
    """Download ``wheel`` to ``file``: from a folder of wheels, else by pip, else straight from the index."""
    for folder in environment.get("PIP_FIND_LINKS", "").split() + environment.get("UV_FIND_LINKS", "").split(","):
        offered = Path(urllib.parse.unquote(folder[7:]) if folder.startswith("file://") else folder, wheel.name)
        if folder and offered.is_file():
            file.write_bytes(offered.read_bytes())
            return
    failures = []
    for way in (by_pip, by_urllib):
        try:
            way(wheel, file, environment)
        except InstallationError as error:
            failures.append(str(error))
        else:
            return
    raise InstallationError(
        f"could not download {wheel.name}.\n  " + "\n  ".join(failures) + "\n"
        "Is there a network? Behind a proxy set HTTPS_PROXY; for another package index set PIP_INDEX_URL; "
        "without any, put that file into a folder and name it in PIP_FIND_LINKS."
    )


def by_pip(wheel: Wheel, file: Path, environment: Mapping[str, str]) -> None:
    """Let pip fetch it: it knows this machine's pip.conf, proxies and passwords."""
    platform_tag = wheel.name[len(_PREFIX) :].partition(".")[0]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--retries=1", "download", "--quiet"]
    which = [f"uv=={VERSION}", "--no-deps", "--only-binary=:all:", f"--platform={platform_tag}"]
    done = subprocess.run(
        [*pip, *which, f"--dest={file.parent}"],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode != 0:
        last = done.stdout.decode(errors="replace").strip().rpartition("\n")[2]
        raise InstallationError(f"pip: {last}")
    if not file.exists():
        raise InstallationError("pip: downloaded another file")


def by_urllib(wheel: Wheel, file: Path, environment: Mapping[str, str]) -> None:
    """Fetch it from the index as PEP 503 and PEP 691 say, with what Python has built in."""
    names = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
    index = urllib.parse.urlsplit(next((environment[name] for name in names if environment.get(name)), PYPI))
    password = "" if index.username is None else f"{index.username}:{index.password or ''}"
    # Without user and password, which urllib would take for a part of the host, and which no error may show.
    page = index._replace(netloc=index.netloc.rpartition("@")[2], path=f"{index.path.rstrip('/')}/uv/").geturl()
    try:
        with open_url(page, "application/vnd.pypi.simple.v1+json, text/html;q=0.5", password) as answer:
            url = links(answer.read().decode(), answer.headers.get_content_type()).get(wheel.name)
            base = answer.url
        if url is None:
            raise InstallationError(f"{page} has no {wheel.name}")
        url = urllib.parse.urljoin(base, url)
        same_host = urllib.parse.urlsplit(url).netloc == urllib.parse.urlsplit(page).netloc
        with open_url(url, "*/*", password if same_host else "") as answer:
            file.write_bytes(answer.read())
    except (OSError, ValueError) as error:  # URLError, HTTPError and timeouts are OSErrors, bad JSON a ValueError
        raise InstallationError(f"{page}: {getattr(error, 'reason', error)}") from error


def links(body: str, content_type: str) -> dict[str, str]:
    """Return the address of each file that a page of a package index lists, by file name."""
    if content_type.endswith("json"):
        return {file["filename"]: file["url"] for file in json.loads(body)["files"]}
    page = _Anchors()
    page.feed(body)
    return page.found


class _Anchors(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href:
            path = urllib.parse.urlsplit(href).path
            self.found[urllib.parse.unquote(path.rpartition("/")[2])] = href


def open_url(url: str, accept: str, password: str) -> HTTPResponse:
    """Open ``url`` for reading, with ``user:password`` as Basic authentication unless that is empty."""
    headers = {"Accept": accept, "User-Agent": f"wagate-bootstrap uv/{VERSION}"}
    context = None
    if password:
        headers["Authorization"] = "Basic " + base64.b64encode(urllib.parse.unquote(password).encode()).decode()
    elif not has_system_certificates():
        # A machine of which nobody has said whom to trust. What comes is checked against the pinned hash all the same.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the index is this person's own setting
    return cast("HTTPResponse", urllib.request.urlopen(request, timeout=SECONDS, context=context))  # noqa: S310


def has_system_certificates() -> bool:
    """Whether OpenSSL finds certificate authorities here; a minimal container has none."""
    paths = ssl.get_default_verify_paths()  # honours SSL_CERT_FILE and SSL_CERT_DIR; None for what does not exist
    return bool(paths.cafile) or (bool(paths.capath) and any(Path(paths.capath).iterdir()))

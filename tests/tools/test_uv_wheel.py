"""uv gets onto a machine that has only Python, and only if it is the file that was pinned."""

import base64
import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.tools.package_index import SCRIPT, PackageIndex, wheel_bytes
from tools import uv_wheel
from tools.uv_wheel import InstallationError, Wheel

NAME = f"uv-{uv_wheel.VERSION}-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"


@pytest.fixture
def index() -> Generator[PackageIndex]:
    with PackageIndex(NAME, wheel_bytes(uv_wheel.VERSION)).running() as running:
        yield running


@pytest.fixture
def no_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this Python one of a Debian without python3-pip."""

    def absent(*_: object) -> None:
        raise InstallationError("pip: No module named pip")

    monkeypatch.setattr(uv_wheel, "by_pip", absent)


def pinned(index: PackageIndex) -> Wheel:
    return Wheel(index.name, index.sha256)


@pytest.mark.usefixtures("no_pip")
@pytest.mark.parametrize("as_json", [True, False])
def test_fetched_from_the_index_without_pip(as_json: bool, index: PackageIndex, tmp_path: Path) -> None:  # noqa: FBT001
    """Both kinds of index page are understood; the result is executable and its version known."""
    index.as_json = as_json
    target = tmp_path / "tools" / "uv"
    assert not uv_wheel.is_installed(target)
    uv_wheel.install(pinned(index), target, {"PIP_INDEX_URL": index.url})
    assert uv_wheel.is_installed(target)
    assert subprocess.run([target], stdout=subprocess.PIPE, check=True).stdout == b"a uv\n"
    assert sorted(path.name for path in target.parent.iterdir()) == ["uv", "uv.version"]


def test_fetched_by_pip_where_it_is(index: PackageIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pip is asked first, as it knows the machine's own settings, and for this platform's wheel."""
    base = Path(sys.base_prefix, "bin", "python3")  # the venv of the tests has no pip
    if subprocess.run([base, "-m", "pip", "--version"], capture_output=True, check=False).returncode != 0:
        pytest.skip(f"{base} has no pip")
    monkeypatch.setattr(sys, "executable", str(base))
    settings = {"PIP_INDEX_URL": index.url, "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    uv_wheel.by_pip(pinned(index), tmp_path / NAME, {"PATH": os.environ["PATH"], **settings})
    assert (tmp_path / NAME).read_bytes() == index.content


def test_folder_of_wheels_needs_no_network(tmp_path: Path) -> None:
    """Someone without a network puts the wheel into a folder and names it."""
    content = wheel_bytes(uv_wheel.VERSION)
    (tmp_path / NAME).write_bytes(content)
    wheel = Wheel(NAME, PackageIndex(NAME, content).sha256)
    uv_wheel.install(
        wheel, tmp_path / "uv", {"PIP_FIND_LINKS": f"/nowhere {tmp_path}", "PIP_INDEX_URL": "http://[::1]:9"}
    )
    assert (tmp_path / "uv").read_bytes() == SCRIPT


@pytest.mark.usefixtures("no_pip")
def test_another_file_than_the_pinned_is_refused(index: PackageIndex, tmp_path: Path) -> None:
    """What a mirror or proxy changed is not installed, and nothing is left behind."""
    wheel = Wheel(NAME, "0" * 64)
    with pytest.raises(InstallationError, match="not the file that was pinned"):
        uv_wheel.install(wheel, tmp_path / "tools" / "uv", {"PIP_INDEX_URL": index.url})
    assert list((tmp_path / "tools").iterdir()) == []


@pytest.mark.usefixtures("no_pip")
def test_password_goes_to_the_index_and_into_no_error(index: PackageIndex, tmp_path: Path) -> None:
    """A company's index is asked with the user and password of its address; an error does not print them."""
    index.name = "uv-0.0.1-py3-none-any.whl"
    address = index.url.replace("http://", "http://ann:s%20ecret@")
    with pytest.raises(InstallationError, match=f"has no {NAME}") as error:
        uv_wheel.install(Wheel(NAME, index.sha256), tmp_path / "uv", {"PIP_INDEX_URL": address})
    assert index.asked == [("/simple/uv/", "Basic " + base64.b64encode(b"ann:s ecret").decode())]
    assert "ecret" not in str(error.value)


@pytest.mark.usefixtures("no_pip")
def test_no_network_says_what_to_do(tmp_path: Path) -> None:
    """The error names what was tried, why it failed, and the settings that help."""
    with pytest.raises(InstallationError, match="Connection refused") as error:
        uv_wheel.install(Wheel(NAME, "0" * 64), tmp_path / "uv", {"PIP_INDEX_URL": "http://127.0.0.1:9/simple"})
    for word in ("http://127.0.0.1:9/simple/uv/", "HTTPS_PROXY", "PIP_INDEX_URL", "PIP_FIND_LINKS", NAME):
        assert word in str(error.value)


@pytest.mark.parametrize(
    ("system", "machine", "libc", "tag"),
    [
        ("linux", "x86_64", "glibc", "manylinux2014_x86_64"),
        ("linux", "aarch64", "glibc", "manylinux2014_aarch64"),
        ("darwin", "arm64", "", "macosx_11_0_arm64"),
        ("darwin", "x86_64", "", "macosx_10_12_x86_64"),
    ],
)
def test_wheel_of_each_platform(system: str, machine: str, libc: str, tag: str) -> None:
    """Each platform that neonize runs on has its wheel."""
    assert tag in uv_wheel.for_platform(system, machine, libc).name


@pytest.mark.parametrize(
    ("system", "machine", "libc"), [("linux", "x86_64", ""), ("linux", "riscv64", "glibc"), ("win32", "AMD64", "")]
)
def test_other_platforms_are_refused_by_name(system: str, machine: str, libc: str) -> None:
    """Where WhatsApp's library has no build, the first command says so, not a failing download."""
    with pytest.raises(InstallationError, match=f"{system} {machine}.*neonize"):
        uv_wheel.for_platform(system, machine, libc)

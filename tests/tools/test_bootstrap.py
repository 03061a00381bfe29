"""`tools/bootstrap.py` ends at once when nothing changed, and says what to do when it cannot go on."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import bootstrap

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with what the installer reads, and nothing installed."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in bootstrap.BESIDE:
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    for name in ("pyproject.toml", "uv.lock", *(f"{folder}/uv.lock" for folder in bootstrap.BESIDE)):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it where the network leads nowhere and no wheel is offered."""
    nowhere = dict.fromkeys(("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), "http://127.0.0.1:9/simple")
    return subprocess.run(
        [sys.executable, checkout / "tools" / "bootstrap.py", *arguments],
        env={"PATH": "/usr/bin:/bin", "HOME": str(checkout), "UV_CACHE_DIR": str(checkout / "cache"), **nowhere},
        capture_output=True,
        text=True,
        check=False,
    )


def pretend_installed(checkout: Path, level: str) -> None:
    """Write down what an installation would, through the installer's own words."""
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    script = "import sys, bootstrap, json; bootstrap.STAMP.write_text(json.dumps({sys.argv[1]: bootstrap.digest()}))"
    subprocess.run([sys.executable, "-c", script, level], cwd=checkout / "tools", check=True)


def test_does_nothing_when_nothing_changed(checkout: Path) -> None:
    """A second `make up` asks no network and says nothing."""
    pretend_installed(checkout, "run")
    done = run(checkout)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("changed", ["uv.lock", "pyproject.toml", "tools/uv_wheel.py"])
def test_installs_again_when_a_lock_changed(changed: str, checkout: Path) -> None:
    """After `git pull` brought other dependencies, they are installed (which fails here, without network)."""
    pretend_installed(checkout, "run")
    with (checkout / changed).open("a") as file:
        file.write("\n# changed\n")
    done = run(checkout)
    assert done.returncode == 1
    assert "installing uv" in done.stderr


def test_running_is_not_testing(checkout: Path) -> None:
    """`make test` after `make up` still installs what only tests need."""
    pretend_installed(checkout, "run")
    assert "installing uv" in run(checkout, "--dev").stderr


def test_installs_again_when_its_python_is_gone(checkout: Path) -> None:
    """A system upgrade that removed the interpreter is noticed before a shard fails to start."""
    pretend_installed(checkout, "run")
    (checkout / ".venv" / "bin" / "python").unlink()
    (checkout / ".venv" / "bin" / "python").symlink_to("/usr/bin/python3.1")
    assert run(checkout).returncode == 1


def test_without_network_says_what_to_do(checkout: Path) -> None:
    """No traceback, and the name of the setting that helps."""
    done = run(checkout)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "PIP_INDEX_URL" in done.stderr


def test_old_python_is_refused_in_words() -> None:
    """The message says which Python was found and how to name another."""
    assert "python3 is 3.9" in bootstrap.too_old("/usr/bin/python3", (3, 9))
    assert "make PYTHON=" in bootstrap.too_old("/usr/bin/python3", (3, 9))


def test_old_pythons_can_read_the_installer() -> None:
    """Python 3.8 gets as far as that message: nothing newer stands in the file's grammar."""
    source = (ROOT / "tools" / "bootstrap.py").read_text()
    assert ast.parse(source, feature_version=(3, 8)).body


def test_unknown_argument_is_refused(checkout: Path) -> None:
    """A misspelt `--dev` does not install something else."""
    assert run(checkout, "--develop").returncode == 1

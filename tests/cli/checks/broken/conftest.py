"""A set-up in which all is well, to be broken in one place, and what `wagate doctor` has to say then."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.checks.finding import Finding
from cli.checks.installation import installation
from cli.commands import doctor as command
from cli.gateway.data_folder import DataFolder
from cli.main import wagate
from tests.launched import WAGATE, Launched, environment
from tests.shared_gateway import left_as_found

ALWAYS = {"Python", "neonize", "libmagic", "media", "API", "nats-server", "open files", "data folder", "WhatsApp"}
"""What is looked at in every set-up, however broken."""
_IN_TIME = 60.0


@pytest.fixture(scope="session")
def installed() -> list[Finding]:
    """What is really installed: looked at once, since it takes two seconds of a core."""
    return list(installation())


@pytest.fixture(scope="session")
def well(shared_gateway: Launched) -> Iterator[dict[str, str]]:
    """Settings with which WhatsApp is reached: that of the sandbox."""
    with left_as_found(shared_gateway):
        running = DataFolder(shared_gateway.data).running()
        assert running is not None
        yield {"WHATSAPP_PROXY": str(running.whatsapp_proxy), "SSL_CERT_FILE": str(running.certificates)}


@dataclass(frozen=True, slots=True)
class Doctor:
    """Runs `wagate doctor` on a set-up, and looks whether it names what the test's marker says."""

    well: Mapping[str, str]
    data: Path
    marker: pytest.Mark
    set_environment: Callable[[Mapping[str, str]], None]

    def finds(self, *options: str, **settings: str) -> dict[str, Any]:
        """The finding that is meant, by the command in this process."""
        self.set_environment(self._environment(settings))
        done = CliRunner().invoke(wagate, self._command(options))
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return self._judged(done.exit_code, done.stdout)

    def finds_in_time(self) -> dict[str, Any]:
        """The same of a gateway whose host a busy machine may keep from answering within its half a second."""
        deadline = time.monotonic() + _IN_TIME
        while True:
            try:
                return self.finds()
            except AssertionError:
                if time.monotonic() > deadline:
                    raise

    def finds_outside(self, *before: str, **settings: str) -> dict[str, Any]:
        """The same by a process of its own, whose command line may begin with a program that runs it elsewhere."""
        done = subprocess.run(
            [*before, WAGATE, *self._command(())],
            env=self._environment(settings), capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        return self._judged(done.returncode, done.stdout)

    def finds_limited(self, limit: Callable[[], object]) -> dict[str, Any]:
        """The same by a copy of this process, which limits itself first."""
        self.set_environment(self._environment({}))
        reading, writing = os.pipe()
        if (child := os.fork()) == 0:
            try:
                limit()
                done = CliRunner().invoke(wagate, self._command(()))
                os.write(writing, json.dumps([done.exit_code, done.stdout]).encode())
            finally:
                os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            exit_code, stdout = json.load(answer)
        os.waitpid(child, 0)
        return self._judged(exit_code, stdout)

    def _environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        return environment(**{**self.well, **settings})

    def _command(self, options: tuple[str, ...]) -> list[str]:
        return ["doctor", "--data", str(self.data), "--json", *options]

    def _judged(self, exit_code: int, stdout: str) -> dict[str, Any]:
        (check, says, remedy), state = self.marker.args[1:], self.marker.kwargs.get("state", "fail")
        findings = json.loads(stdout)["findings"]
        found = [each for each in findings if each["check"] == check and says in each["text"]]
        assert found, findings
        assert (found[0]["state"], remedy in found[0]["remedy"]) == (state, True), found[0]
        others = [each for each in findings if each["state"] == "fail" and each["check"] != check]
        assert {each["check"] for each in others} <= set(self.marker.kwargs.get("also", ())), others
        assert {each["check"] for each in findings} >= ALWAYS
        assert exit_code == int(any(each["state"] == "fail" for each in findings))
        return found[0]


@pytest.fixture
def doctor(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    installed: list[Finding],
    well: dict[str, str],
    tmp_path: Path,
) -> Doctor:
    """On a data folder that is not there yet."""

    def set_environment(settings: Mapping[str, str]) -> None:
        for name in set(os.environ) - set(settings):
            monkeypatch.delenv(name)
        for name, value in settings.items():
            monkeypatch.setenv(name, value)

    monkeypatch.setattr(command, "installation", lambda: iter(installed))
    marker = request.node.get_closest_marker("broken") or pytest.mark.broken("", "WhatsApp", "", "", state="ok").mark
    return Doctor(well, tmp_path / "data", marker, set_environment)


@pytest.fixture
def folder(doctor: Doctor) -> Path:
    """Its data folder, made."""
    doctor.data.mkdir(mode=0o700)
    return doctor.data

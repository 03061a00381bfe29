"""A pairing goes into a file and out of it, with a running sandbox."""

from __future__ import annotations

import stat
from pathlib import Path

from cli.program.exit_codes import ExitCode
from tests.cli.processes import until
from tests.examples.talking import Number
from tests.launched import Launched, wagate
from tests.shared_gateway import fresh_number

PASSPHRASE = "correct horse battery"  # noqa: S105 - of these tests alone


def test_a_number_goes_on_from_its_file(gateway: Launched, tmp_path: Path) -> None:
    """Under another name here, without a scan. Nobody else can read the file, and none is written over."""
    number = Number.logged_in(gateway, fresh_number(), "sales")
    file = tmp_path / "sales.wagate-auth"
    settings = number.settings | {"WAGATE_PASSPHRASE": PASSPHRASE}
    try:
        done = wagate("sessions", "export", "sales", str(file), **settings)
        assert (done.returncode, done.stdout.strip()) == (ExitCode.OK, str(file)), done.stderr
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert "does not exist yet" in wagate("sessions", "export", "sales", str(file), **settings).stderr
        wagate("sessions", "stop", "sales", **settings)
        wrong = wagate(
            "sessions", "import", "shop", str(file), **settings | {"WAGATE_PASSPHRASE": "another passphrase"}
        )
        assert wrong.returncode == ExitCode.FAILED
        done = wagate("sessions", "import", "shop", str(file), **settings)
        assert done.returncode == ExitCode.OK, done.stderr
        until(lambda: wagate("sessions", "status", "shop", **settings).returncode == ExitCode.OK, 60)
    finally:
        number.leave()


def test_no_file_is_left_of_a_session_that_is_none(gateway: Launched, tmp_path: Path) -> None:
    """The gateway's words say why."""
    key = gateway.wagate("keys", "create", "nobody").stdout.strip()
    settings = {"WAGATE_PASSPHRASE": PASSPHRASE, "WAGATE_API_KEY": key}
    done = gateway.wagate("sessions", "export", "sales", str(tmp_path / "file"), **settings)
    assert done.returncode == ExitCode.FAILED
    assert list(tmp_path.iterdir()) == []

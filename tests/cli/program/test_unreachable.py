"""`wagate up` on a machine from which WhatsApp cannot be reached."""

from __future__ import annotations

import json
import time
from pathlib import Path

from tests.cli.processes import until
from tests.launched import launched
from tests.ports import held_port


def test_it_runs_and_says_what_is_wrong(tmp_path: Path) -> None:
    """The gateway is ready; QR, login, status and doctor name the cause, each in its time, and none hangs."""
    with (
        held_port() as nobody,
        launched("up", tmp_path / "data", WHATSAPP_PROXY=f"http://127.0.0.1:{nobody}") as gateway,
    ):
        key = gateway.wagate("keys", "create", "test").stdout.strip()

        began = time.monotonic()
        login = gateway.wagate("sessions", "login", "sales", "--key", key, "--timeout", "10", "--json")
        assert time.monotonic() - began < 40
        assert login.returncode == 4
        steps = [json.loads(line) for line in login.stdout.splitlines()]
        assert "WA_UNREACHABLE" in {step.get("status") for step in steps}
        assert steps[-1]["code"] == "LOGIN_TIMEOUT"

        state: dict[str, object] = {}

        def says_when_it_tries() -> bool:
            """While it does, there is no such time."""
            status = gateway.wagate("sessions", "status", "sales", "--key", key, "--json")
            assert status.returncode == 4
            state.update({"nextTry": None} | json.loads(status.stdout))
            return bool(state["nextTry"])

        until(says_when_it_tries)
        assert (state["status"], state["reason"]) == ("reconnecting", "wa_unreachable")

        doctor = gateway.wagate("doctor", "--key", key)
        assert doctor.returncode == 1
        assert "fail  WhatsApp      Refused" in doctor.stdout
        assert "warn  session sales" in doctor.stdout

"""`wagate up` on a machine from which WhatsApp cannot be reached."""

from __future__ import annotations

import json
import time
from pathlib import Path

from cli.gateway.ports import free_port
from tests.launched import launched


def test_it_runs_and_says_what_is_wrong(tmp_path: Path) -> None:
    """The gateway is ready; QR, login, status and doctor name the cause, each in its time, and none hangs."""
    proxy = f"http://127.0.0.1:{free_port()}"  # nobody is there
    with launched("up", tmp_path / "data", WHATSAPP_PROXY=proxy) as gateway:
        key = gateway.wagate("keys", "create", "test").stdout.strip()

        began = time.monotonic()
        login = gateway.wagate("sessions", "login", "sales", "--key", key, "--timeout", "5", "--json")
        assert time.monotonic() - began < 25
        assert login.returncode == 4
        steps = [json.loads(line) for line in login.stdout.splitlines()]
        assert "WA_UNREACHABLE" in {step.get("status") for step in steps}
        assert steps[-1]["code"] == "LOGIN_TIMEOUT"

        status = gateway.wagate("sessions", "status", "sales", "--key", key, "--json")
        assert status.returncode == 4
        state = json.loads(status.stdout)
        assert (state["status"], state["reason"]) == ("reconnecting", "wa_unreachable")
        assert state["nextTry"]

        doctor = gateway.wagate("doctor", "--key", key)
        assert doctor.returncode == 1
        assert "fail  WhatsApp      Refused" in doctor.stdout
        assert "warn  session sales" in doctor.stdout

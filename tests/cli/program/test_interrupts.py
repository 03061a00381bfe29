"""Ctrl-C is never lost: programs of their own that get SIGINT at awkward moments."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.launched import WAGATE, environment

_IGNORED = ["sh", "-c", 'trap "" INT; exec "$@"', "sh"]
"""Starts a program as a script starts what runs in its background: with SIGINT ignored."""

_LOST_IN_A_DESTRUCTOR = """
import signal
import threading
from cli.program.interrupts import raise_when_interrupted

class Interrupted:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

raise_when_interrupted()
del_me = Interrupted()
del del_me
print("destroyed", flush=True)
threading.Event().wait(15)
"""


@pytest.mark.parametrize("started", [[], _IGNORED], ids=["from a terminal", "in the background of a script"])
def test_ctrl_c_ends_a_command_that_waits(started: list[str]) -> None:
    """`delete` waits for an answer of the person; SIGINT ends it with 1 (nothing was confirmed), nothing is deleted."""
    command = [*started, WAGATE, "sessions", "delete", "sales", "--key", "wa_none", "--url", "http://127.0.0.1:9"]
    with subprocess.Popen(
        command, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        try:
            assert process.stderr.read(len("Delete the session")) == "Delete the session"
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 1
    assert "Traceback" not in err


def test_ctrl_c_while_an_object_is_destroyed() -> None:
    """Python drops an exception raised there; the interrupt comes again a moment later."""
    done = subprocess.run(
        [sys.executable, "-c", _LOST_IN_A_DESTRUCTOR], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == "destroyed\n"
    assert done.stderr.rstrip().endswith("KeyboardInterrupt")


def test_ctrl_c_while_the_program_loads() -> None:
    """Ends with 130 and without a traceback before the command line is there, wherever loading is."""
    code = (
        "import os, signal, sys\n"
        "sys.argv = ['wagate', '--help']\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'cli.main':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from cli.entry import run\n"
        "run()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")

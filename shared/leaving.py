"""The end of a process that has closed everything of its own."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def leave(status: int) -> NoReturn:
    """End the process with this status, without taking the interpreter down first.

    That costs a tenth of a second of a processor, more than all the rest of a stop on a busy machine; and Python waits
    for ever, now and then, when a thread of the WhatsApp library is about to call back.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)

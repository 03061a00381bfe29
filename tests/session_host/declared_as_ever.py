"""Runs a module as `sandbox.trust` does, with a neonize whose declarations stay as they are.

As on a machine that lets nobody see, or change, the memory of a process.
"""

import sys
from pathlib import Path

from sandbox.trust import main
from session_host.whatsapp.library import declarations

if __name__ == "__main__":
    declarations._MAPS = Path("/proc/self/nothing")
    sys.exit(main(sys.argv[1:]))

"""uvicorn without its command line, which takes click and multiprocessing. Imported before uvicorn.

Nor does it load what reads how to log, which takes servers and pickle: it writes to stderr as it is.

The package has its `Server` from the module of the command line; afterwards it has it from where it is made.
"""

from __future__ import annotations

import sys

from shared.hidden import empty

if "uvicorn" not in sys.modules:
    with empty("uvicorn.main", "logging.config"):
        import uvicorn
    from uvicorn.server import Server

    uvicorn.Server = Server
    del uvicorn.main, uvicorn.run

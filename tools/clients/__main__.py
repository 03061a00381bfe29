"""`make clients`: make the generated parts of clients/ anew. Fails when one was not up to date."""

from __future__ import annotations

import sys

from tools.clients.made import CLIENTS, write


def main() -> int:
    """How many files were not up to date."""
    changed = write()
    for path in changed:
        print(f"made anew: clients/{path.relative_to(CLIENTS)}, commit it")
    return len(changed)


if __name__ == "__main__":
    sys.exit(main())

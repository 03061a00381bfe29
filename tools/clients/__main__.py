"""`make clients`: make the generated parts of clients/ anew. Fails when one was not up to date."""

from __future__ import annotations

import sys

from tools.clients.made import CLIENTS, TYPES, types_are_current, write


def main() -> int:
    """How many files were not up to date."""
    changed = write()
    for path in changed:
        is_left = path == TYPES and not types_are_current()
        what = "run `make clients`, which needs node, for" if is_left else "made anew, commit it:"
        print(f"{what} clients/{path.relative_to(CLIENTS)}")
    return len(changed)


if __name__ == "__main__":
    sys.exit(main())

"""A shard that goes on with old encryption keys, to show what is lost by that: a launcher in place of sandbox.trust."""

import sys

from sandbox import trust
from session_host.auth_sync.keeper import AuthKeeper


def main(arguments: list[str]) -> int:
    """As `sandbox.trust.main`, with a keeper that clears nothing."""
    keywords = AuthKeeper.__init__.__kwdefaults__
    if keywords is None or "clear" not in keywords:
        raise RuntimeError("the keeper has no switch for clearing any more")
    keywords["clear"] = False
    return trust.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

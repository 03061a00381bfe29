"""A shard of which one part fails once the shard runs: MODULE CLASS METHOD, then what a shard is given."""

import asyncio
import sys
from importlib import import_module

from session_host import shard_program as shard
from session_host.whatsapp.leftovers import Leftovers

_module, _class, _method, *_arguments = sys.argv[1:]


class NoClients:
    """A shard without sessions makes none."""

    leftovers = Leftovers()


async def fail(_part: object, *_given: object, **_named: object) -> None:
    await asyncio.sleep(0)
    raise ValueError("a part that fails")


setattr(getattr(import_module(_module), _class), _method, fail)
sys.exit(shard.main(_arguments, lambda _settings: NoClients()))  # type: ignore[arg-type, return-value]

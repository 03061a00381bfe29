"""A process of its own that accepts messages and prints the id of each that was acknowledged; a test kills it.

Arguments: the database file, the session's uid, how many messages (0: until killed).
"""

import asyncio
import sys
from pathlib import Path

from shared.adapters.sqlite.database import Database
from shared.adapters.sqlite.messages import SqliteMessages
from tests.shared.adapters.contracts.samples import a_message, an_idempotency

AT_ONCE = 8


async def accept_all(path: Path, session_uid: str, count: int) -> None:
    database = await Database.open(path)
    messages = SqliteMessages(database)
    begun = 0

    async def accept_some() -> None:
        nonlocal begun
        while count == 0 or begun < count:
            begun += 1
            message = a_message(session_uid)
            accepted = await messages.accept(message, an_idempotency(message.id))
            sys.stdout.write(accepted.message.id + "\n")
            sys.stdout.flush()

    await asyncio.gather(*(accept_some() for _ in range(AT_ONCE)))
    await database.close()


if __name__ == "__main__":
    asyncio.run(accept_all(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))

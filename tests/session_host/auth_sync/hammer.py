"""A process that writes a WAL database hard: `python hammer.py DATABASE`; says `ready` and goes on until it is killed.

In every transaction the two tables change by the same amount, over many pages; checkpoints are small and many.
"""

import sqlite3
import sys


def main() -> None:
    database = sqlite3.connect(sys.argv[1], isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA wal_autocheckpoint = 4")
    database.execute("CREATE TABLE debit (id INTEGER PRIMARY KEY, amount INTEGER, filler BLOB)")
    database.execute("CREATE TABLE credit (id INTEGER PRIMARY KEY, amount INTEGER, filler BLOB)")
    for table in ("debit", "credit"):
        database.executemany(
            f"INSERT INTO {table} VALUES (?, 0, randomblob(3000))",  # noqa: S608
            [(row,) for row in range(200)],
        )
    turn = 0
    while True:
        turn += 1
        database.execute("BEGIN IMMEDIATE")
        for table in ("debit", "credit"):
            change = f"UPDATE {table} SET amount = amount + 1, filler = randomblob(3000) WHERE id % 7 = ?"  # noqa: S608
            database.execute(change, (turn % 7,))
        database.execute("COMMIT")
        if turn == 20:
            sys.stdout.write("ready\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

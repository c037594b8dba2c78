"""What the benchmark does to its SQLite database, in a process of its own.

usage: sqlite_work.py DATABASE fill SCALE | grow NEW CHANGED | scatter
"""

import sqlite3
import sys

from database_bench import accounts, texts

GROWING = """
INSERT INTO documents (title, body) SELECT title, reverse(body) FROM documents
 WHERE id <= (SELECT max(id) * :new / 1000 FROM documents) ORDER BY id;
UPDATE documents SET title = title || '.' WHERE id > (SELECT max(id) * (1000 - :changed) / 1000 FROM documents);
"""
SCATTERING = """
UPDATE documents SET title = title || '!' WHERE id % 100 = 7;
UPDATE accounts SET abalance = abalance + 1 WHERE aid % 100 = 7;
"""


def fill(database: sqlite3.Connection, scale: float) -> None:
    database.executescript("""
        PRAGMA journal_mode = WAL;
        CREATE TABLE accounts (aid INTEGER PRIMARY KEY, bid INTEGER, abalance INTEGER, filler TEXT);
        CREATE TABLE documents (id INTEGER PRIMARY KEY, title TEXT, changed TEXT DEFAULT '2026-11-22 08:00:00', body TEXT)""")
    database.execute("BEGIN")
    database.executemany("INSERT INTO accounts VALUES (?, ?, ?, ?)", accounts(int(4_000_000 * scale)))
    database.executemany(
        "INSERT INTO documents (title, body) VALUES (?, ?)",
        ((title.decode(), body.decode(errors="replace")) for title, body in texts(int(750_000_000 * scale))))
    database.execute("CREATE INDEX accounts_bid ON accounts (bid)")
    database.execute("CREATE INDEX documents_title ON documents (title)")
    database.execute("COMMIT")


def main() -> None:
    # Statements begin and end transactions themselves.
    database = sqlite3.connect(sys.argv[1], isolation_level=None)
    database.execute("PRAGMA synchronous = OFF")
    database.create_function("reverse", 1, lambda text: text[::-1])
    match sys.argv[2:]:
        case ["fill", scale]: fill(database, float(scale))
        case ["grow", new, changed]:
            for statement in GROWING.strip().split(";\n"):
                database.execute(statement, {"new": int(new), "changed": int(changed)})
        case ["scatter"]: database.executescript(SCATTERING)
        case _: sys.exit(__doc__)
    # The log is no part of what is measured.
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    database.close()


if __name__ == "__main__":
    main()

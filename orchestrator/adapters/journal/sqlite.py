"""The journal in SQLite: append-only, write-ahead log, synchronous=FULL.

Readers open the same file and see committed events only. People's commands go to a table of their
own, which any process may append to; the events that answer them come from the one writer.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from orchestrator.adapters.journal.codec import decode, decode_command, encode, encode_command
from orchestrator.domain.events import CommandAccepted, CommandRefused, Event, PersonCommand
from orchestrator.errors import InvalidInputError
from orchestrator.ports.clock import Clock
from orchestrator.ports.journal import Recorded

_STEPS = (
    """
    CREATE TABLE events (
        sequence INTEGER PRIMARY KEY,
        at REAL NOT NULL,
        event TEXT NOT NULL
    ) STRICT;
    CREATE TABLE commands (
        id INTEGER PRIMARY KEY,
        at REAL NOT NULL,
        who TEXT NOT NULL,
        action TEXT NOT NULL,
        tasks TEXT NOT NULL,
        answered INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    """,
    """
    CREATE TABLE said (
        id INTEGER PRIMARY KEY,
        at REAL NOT NULL,
        command TEXT NOT NULL,
        answered INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    INSERT INTO said SELECT id, at, json_object('id', id, 'who', who, 'action', action, 'tasks',
        json(CASE tasks WHEN '' THEN '[]'
             ELSE '["' || replace(tasks, char(10), '","') || '"]' END)), answered FROM commands;
    DROP TABLE commands;
    ALTER TABLE said RENAME TO commands;
    """,
)
"""What leads from each version to the next; a new journal takes them all."""

SCHEMA_VERSION = len(_STEPS)
_INDEX_BYTES = 1 << 15
"""How much room the index of the write-ahead log takes at least."""


class SqliteJournal:
    """One run's journal; use it from one thread, and one process may append."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Open the journal at `path`, which is made when it is not there.

        Raises:
            InvalidInputError: the file is no journal, or one of another version.
        """
        self._path = path
        self._clock = clock
        with _mended(path):
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=30)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._prepare()

    def append(self, events: Sequence[Event]) -> Sequence[Recorded]:
        """Make events durable in one transaction and return them as recorded."""
        at = self._clock.now()
        recorded = []
        with self._transaction() as connection:
            for event in events:
                cursor = connection.execute(
                    "INSERT INTO events (at, event) VALUES (?, ?)", (at, encode(event))
                )
                recorded.append(Recorded(cursor.lastrowid or 0, at, event))
                if isinstance(event, CommandAccepted | CommandRefused):
                    connection.execute(
                        "UPDATE commands SET answered = 1 WHERE id = ?", (event.command,)
                    )
        return recorded

    def read(self, after: int = 0, most: int | None = None) -> Sequence[Recorded]:
        """Return the events with a sequence above `after`, in order: the first `most` of them.

        Raises:
            InvalidInputError: the file is damaged.
        """
        with _mended(self._path):
            rows = self._connection.execute(
                "SELECT sequence, at, event FROM events WHERE sequence > ? ORDER BY sequence"
                " LIMIT ?",
                (after, -1 if most is None else most),
            )
            return [Recorded(sequence, at, decode(text)) for sequence, at, text in rows]

    def last(self) -> int:
        """Return the sequence of the newest event, 0 when there is none.

        Raises:
            InvalidInputError: the file is damaged.
        """
        with _mended(self._path):
            return int(
                self._connection.execute("SELECT max(sequence) FROM events").fetchone()[0] or 0
            )

    def ask(self, command: PersonCommand) -> int:
        """Leave a person's command for the writer and return its id."""
        with self._transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO commands (at, command) VALUES (?, ?)",
                (self._clock.now(), encode_command(command)),
            )
        return cursor.lastrowid or 0

    def commands(self) -> Sequence[PersonCommand]:
        """Return the commands that no event has answered yet, oldest first.

        Raises:
            InvalidInputError: the file is damaged.
        """
        with _mended(self._path):
            rows = self._connection.execute(
                "SELECT id, command FROM commands WHERE answered = 0 ORDER BY id"
            )
            return [replace(decode_command(text), id=key) for key, text in rows]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with _room_for(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _prepare(self) -> None:
        """Bring the file to this version, whole or not at all; a newer one is refused."""
        if self._version() == SCHEMA_VERSION:
            return
        with self._transaction() as connection:
            version = self._version()  # again: another process may have been faster
            if version > SCHEMA_VERSION:
                raise InvalidInputError(
                    f"{self._path} is a journal of version {version}",
                    hint=f"this Leafcut reads up to version {SCHEMA_VERSION}; use a newer one",
                )
            for step in _STEPS[version:]:
                for statement in filter(str.strip, step.split(";")):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def _room_for(path: Path) -> Iterator[None]:
    """Tell a full disk from a damaged journal."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL or _lacks_room(error, path):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path)) from error
        raise


def _lacks_room(error: sqlite3.OperationalError, path: Path) -> bool:
    """Say whether it is a full disk: readers, too, need room for the log's index beside the file.

    SQLite calls that an I/O error, as it calls a broken disk.
    """
    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_IOERR or not path.parent.is_dir():
        return False
    disk = os.statvfs(path.parent)
    return disk.f_bavail * disk.f_frsize < _INDEX_BYTES


@contextmanager
def _mended(path: Path) -> Iterator[None]:
    """Turn what SQLite and the codec say of a damaged file into something a person can act on."""
    try:
        with _room_for(path):
            yield
    except (sqlite3.DatabaseError, ValueError) as error:
        raise InvalidInputError(
            f"{path} cannot be read: {error}",
            hint="copy the run's folder, then try `sqlite3 journal.sqlite .recover` on the copy",
        ) from error

"""The store in SQLite: one file, one table that only takes rows at its end."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from drgdip.base.errors import UsageError
from drgdip.base.text import Text
from drgdip.ledger.events import ORIGIN, Event, LedgerError, canonical, chained, check_chain

#: Version of the schema, kept in the file; a newer one is refused.
SCHEMA = 1
#: Marks the file as a ledger ("drgd").
APPLICATION_ID = 0x64726764
_WAIT_S = 30.0

# The triggers keep the table append-only whatever program opens the file; REPLACE is stopped by the third.
_TABLES = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA};
CREATE TABLE event (
  seq INTEGER PRIMARY KEY CHECK (seq > 0),
  at TEXT NOT NULL,
  actor TEXT NOT NULL CHECK (actor <> ''),
  kind TEXT NOT NULL CHECK (kind <> ''),
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  prev_hash TEXT NOT NULL CHECK (length(prev_hash) = 64),
  hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64)
) STRICT;
CREATE INDEX event_subject ON event (subject, kind);
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER event_at_the_end BEFORE INSERT ON event
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM event)
  OR NEW.prev_hash <> coalesce((SELECT hash FROM event ORDER BY seq DESC LIMIT 1), '{ORIGIN}')
BEGIN SELECT RAISE(ABORT, 'the ledger grows at its end only'); END;
"""
_COLUMNS = "seq, at, actor, kind, subject, body, prev_hash, hash"


class SqliteStore:
    """A store in a file, which is made if it is not there.

    Raises UsageError for a file that is no ledger or cannot be opened, or of a newer version.
    """

    def __init__(self, path: str | Path, *, create: bool = True) -> None:
        self._path = Path(path)
        if not create and not self._path.is_file():
            raise _unusable(self._path, Text("不存在", "does not exist"))
        with self._connection() as connection:
            self._prepare(connection)

    @property
    def name(self) -> str:
        return str(self._path)

    def append(self, actor: str, kind: str, subject: str, body: Mapping[str, Any]) -> Event:
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            last = connection.execute("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
            seq, before = (last[0] + 1, last[1]) if last else (1, ORIGIN)
            at = datetime.now(UTC).isoformat(timespec="seconds")
            event = chained(seq, at, actor, kind, subject, body, before)
            row = event._replace(body=canonical(body))  # type: ignore[arg-type]
            connection.execute(f"INSERT INTO event ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            connection.execute("COMMIT")
        return event

    def events(self, kind: str | None = None, subject: str | None = None) -> Sequence[Event]:
        with self._connection() as connection:
            rows = connection.execute(f"SELECT {_COLUMNS} FROM event ORDER BY seq").fetchall()
        try:
            events = [Event(*row)._replace(body=json.loads(row[5])) for row in rows]
        except ValueError as error:
            raise LedgerError(
                Text(f"台账 {self._path} 中有不可读的内容。", f"The ledger {self._path} holds what cannot be read."),
                Text("请恢复该台账的备份。", "Restore a backup of the store."),
            ) from error
        check_chain(events)
        return [e for e in events if kind in (None, e.kind) and subject in (None, e.subject)]

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self._path, timeout=_WAIT_S, isolation_level=None)
        except sqlite3.Error as error:
            raise _unusable(self._path, Text("无法打开", f"cannot be opened ({error})")) from error
        try:
            connection.execute("PRAGMA synchronous = FULL")
            yield connection
        except sqlite3.Error as error:
            raise _unusable(self._path, Text(f"无法使用({error})", f"cannot be used ({error})")) from error
        finally:
            connection.close()

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")  # two that make the file at once
        mark, version = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        )
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables == 0 and mark == 0:
            for statement in _statements(_TABLES):
                connection.execute(statement)
        elif mark != APPLICATION_ID:
            raise _unusable(self._path, Text("不是台账", "is no ledger"))
        elif version > SCHEMA:
            raise _unusable(
                self._path,
                Text(f"由较新版本写出(结构 {version})", f"was written by a newer version (schema {version})"),
            )
        connection.execute("COMMIT")


def _statements(script: str) -> Iterator[str]:
    """Statements of a script one by one, so that they stay in one transaction; a trigger has a semicolon within."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _unusable(path: Path, what: Text) -> UsageError:
    return UsageError(
        Text(f"台账文件 {path} {what.zh}。", f"The ledger {path} {what.en}."),
        Text("请用 --store 指定由 drgdip 写出的台账文件。", "Give the file of a ledger with --store."),
    )

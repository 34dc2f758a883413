"""The tables of the collector's SQLite database."""

from __future__ import annotations

import sqlite3

from segment_web.errors import ConfigError

VERSION = 1
"""Raised when the tables change; an older file is refused, for a recording is not worth a migration."""

TABLES = """
CREATE TABLE IF NOT EXISTS batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT, received_at TEXT NOT NULL, path TEXT NOT NULL, status INTEGER NOT NULL,
    headers TEXT NOT NULL, wire_bytes INTEGER NOT NULL, body_bytes INTEGER NOT NULL, sent_at TEXT, write_key TEXT,
    message_ids TEXT NOT NULL, scripted INTEGER NOT NULL, error TEXT,
    accepted INTEGER NOT NULL, discarded INTEGER NOT NULL, duplicates INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, batch_id INTEGER NOT NULL, status TEXT NOT NULL, code TEXT,
    type TEXT NOT NULL, name TEXT NOT NULL, user_id TEXT NOT NULL, anonymous_id TEXT NOT NULL, library TEXT NOT NULL,
    message_id TEXT NOT NULL, received_at TEXT NOT NULL, size INTEGER NOT NULL, message TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS accepted_ids ON messages (message_id) WHERE status = 'accepted';
CREATE INDEX IF NOT EXISTS of_batches ON messages (batch_id);
CREATE TABLE IF NOT EXISTS totals (
    status TEXT NOT NULL, type TEXT NOT NULL, code TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (status, type, code)
) WITHOUT ROWID;
"""


def connect(database: str) -> sqlite3.Connection:
    """Open a file or ``":memory:"`` for use by many threads behind one lock; :class:`ConfigError` if that fails."""
    try:
        connection = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
    except sqlite3.OperationalError as error:
        raise ConfigError(f"the collector cannot open {database!r}: {error}") from error
    try:
        prepare(connection, database)
    except BaseException:
        connection.close()
        raise
    return connection


def prepare(connection: sqlite3.Connection, database: str) -> None:
    """Create the tables; a file with other contents is left alone."""
    connection.row_factory = sqlite3.Row
    try:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        (used,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if used and found != VERSION:
            raise ConfigError(f"{database!r} is no recording of this version; name another file, or delete it")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")  # a power cut may cost the last second of a recording
        connection.executescript(TABLES)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    except sqlite3.DatabaseError as error:
        raise ConfigError(f"the collector cannot use {database!r}: {error}") from error

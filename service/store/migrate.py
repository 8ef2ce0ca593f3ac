"""Bring a database to the tables of this version; two processes that start at once take turns."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, MetaData, String, Table, inspect

from service.errors import StoreError
from service.store.database import APPLICATION_ID, BUSY_S, scalar
from service.store.tables import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.engine.interfaces import DBAPICursor

    from service.store.database import Database

#: The last migration. It stands here too so that a database that is up to date opens without loading Alembic.
HEAD = "0003"
VERSION_TABLE = "exonym_version"
_LOCK = 0x45786F6E796D  # of PostgreSQL's advisory locks; any number that all our processes agree on


def migrate(database: Database, *, to: str = HEAD) -> None:
    """Make the tables, or change them to those of this version; what is kept in them stays.

    Args:
        to: the revision to stop at; a test stops early.
    Raises: StoreError: the database is another program's or a newer version's, or cannot be written.
    """
    if database.is_sqlite:
        _prepare_file(database)
    with database.read() as connection:
        if _version(connection) == to:
            return
    with database.write() as connection:
        if not database.is_sqlite:
            _check_encoding(database, connection)
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        now = _version(connection)
        if now is None and to == HEAD:
            _make(connection)
        elif now != to:
            _upgrade(database, connection, to)


def _prepare_file(database: Database) -> None:
    """Claim an empty file and set what holds for the file as a whole; refuse another program's."""
    with database.in_words(), database.engine.connect() as connection:
        raw = connection.connection.cursor()  # outside a transaction: in one, the journal cannot be changed
        # In this order: another process may claim the file and make its tables in between.
        n_tables = raw.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        owner = raw.execute("PRAGMA application_id").fetchone()[0]
        if owner not in (0, APPLICATION_ID) or (n_tables and not owner):
            raise StoreError(
                f"{database.label} is a database of another program; name a file of our own with --database"
            )
        if not owner:
            raw.execute("PRAGMA auto_vacuum=INCREMENTAL")  # only an empty file takes it
            raw.execute(f"PRAGMA application_id={APPLICATION_ID}")
        _log_ahead(database, raw)


def _log_ahead(database: Database, raw: DBAPICursor) -> None:
    """Turn on SQLite's write-ahead log, so that readers and the writer do not wait for each other."""
    deadline = time.monotonic() + BUSY_S
    while True:
        try:
            mode = raw.execute("PRAGMA journal_mode=WAL").fetchone()[0]
            break
        except sqlite3.OperationalError:  # another process is at it; for this SQLite does not wait by itself
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
    if mode != "wal":
        raise StoreError(
            f"the store {database.label} lies on a disk that SQLite cannot share safely (journal {mode}); "
            "put it on a local disk, or use PostgreSQL"
        )


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return str(scalar(connection, f"SELECT version_num FROM {VERSION_TABLE}"))


def _check_encoding(database: Database, connection: Connection) -> None:
    encoding = scalar(connection, "SHOW server_encoding")
    if encoding != "UTF8":
        raise StoreError(
            f"the database {database.label} is encoded in {encoding} and cannot hold every language; "
            "make one with: createdb --encoding UTF8 --template template0 NAME"
        )


def _make(connection: Connection) -> None:
    """Make the tables of this version in an empty database, which is quicker than all migrations one after another.

    A test compares what both ways lead to.
    """
    metadata.create_all(connection)
    version = Table(VERSION_TABLE, MetaData(), Column("version_num", String(32), primary_key=True))
    version.create(connection)
    connection.execute(version.insert().values(version_num=HEAD))


def _upgrade(database: Database, connection: Connection, to: str) -> None:
    # Loaded when needed: Alembic takes longer to load than a store takes to open.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    now = _version(connection)
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    if now is not None and now not in known:
        raise StoreError(
            f"the store {database.label} was written by a newer exonym (its tables are of revision {now}, this version "
            f"knows them up to {HEAD}); upgrade exonym, or name another database with --database"
        )
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise StoreError(f"the store {database.label} could not be brought up to date: {error}") from error

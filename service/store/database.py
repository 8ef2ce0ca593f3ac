"""The connection to SQLite or PostgreSQL: opened with what it needs to be safe, errors put into words.

What was acknowledged is there after a power cut: SQLite runs with `synchronous=FULL`, which syncs its log at each
commit, as PostgreSQL does by default. NORMAL would outlive a killed process but not the machine. Only what may be lost
without harm (the sentence cache, progress, when a key was last used) is written without waiting for the disk.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_data_dir
from sqlalchemy import URL, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from service.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

APPLICATION_ID = 0x45786F6E  # "Exon", in the header of our SQLite files
BUSY_S = 30.0  # how long a writer waits for another before it gives up
_FILE_NAME = "exonym.sqlite3"
_PRAGMAS = (
    "foreign_keys=ON",
    "synchronous=FULL",
    "secure_delete=ON",  # what was deleted is overwritten
    "cache_size=-16384",  # KiB
    "journal_size_limit=67108864",  # bytes that the log may take once it was moved into the file
    "wal_autocheckpoint=8000",  # pages in the log before it is moved; a thousand sentences touch as many pages
    "temp_store=MEMORY",
)
_SPARE_PAGES, _PAGES_A_TIME = 2_500, 25_000  # of 4 KiB: what may lie free for later, and what is given back at once
_EXAMPLE = "sqlite:////folder/exonym.sqlite3 or postgresql://user:password@host/database"


class Database:
    """An engine and its transactions; safe to use from several threads.

    `read` and `write` give a connection inside a transaction, and turn what the database raises into StoreError.
    """

    def __init__(self, url: str | None) -> None:
        self.url = _url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        #: What people may see of the URL: no password, wherever it stood.
        self.label = str(self.url.database) if self.is_sqlite else _public(self.url)
        # SQLite has one writer at a time. Threads that queue here take their turn at once; those that queue inside
        # SQLite sleep and look again.
        self._turn = threading.Lock()
        self.engine = self._sqlite() if self.is_sqlite else self._postgresql()

    def _sqlite(self) -> Engine:
        _make_file(Path(str(self.url.database)))
        engine = create_engine(
            self.url, connect_args={"timeout": BUSY_S}, pool_size=8, max_overflow=64, pool_timeout=BUSY_S
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _postgresql(self) -> Engine:
        return create_engine(
            self.url,
            connect_args={"connect_timeout": 10, "application_name": "exonym", "client_encoding": "utf8"},
            pool_size=8,
            max_overflow=24,
            pool_timeout=BUSY_S,
            pool_pre_ping=True,  # a server that was started anew in the meantime
        )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection for reading.

        Raises: StoreError.
        """
        with self.in_words(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        """Give a connection for writing; committed when the block ends well, undone otherwise.

        Args:
            durable: False for what may be lost in a power cut; the commit then does not wait for the disk.
        Raises: StoreError.
        """
        with self.in_words(), self._taken(), self.engine.connect() as connection:
            connection = connection.execution_options(exonym_writes=True)
            if self.is_sqlite and not durable:
                connection.connection.cursor().execute("PRAGMA synchronous=NORMAL")
            try:
                with connection.begin():
                    if not self.is_sqlite and not durable:
                        connection.execute(text("SET LOCAL synchronous_commit TO OFF"))
                    yield connection
            finally:
                if self.is_sqlite and not durable and not connection.invalidated:
                    connection.connection.cursor().execute("PRAGMA synchronous=FULL")

    @contextmanager
    def _taken(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if not self._turn.acquire(timeout=BUSY_S):
            raise StoreError(f"the store {self.label} has been busy writing for {BUSY_S:.0f} s; try again later")
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def in_words(self) -> Iterator[None]:
        """Turn what SQLAlchemy and the drivers raise into StoreError with the value and the remedy."""
        try:
            yield
        except PoolTimeoutError as error:
            raise StoreError(
                f"the store {self.label} had no free connection for {BUSY_S:.0f} s; try again later"
            ) from error
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise StoreError(f"the store {self.label} failed: {_said(error)}; {_remedy(error)}") from None

    def give_back(self) -> None:
        """Give the disk back what was deleted, when it is much; PostgreSQL does that by itself.

        Raises: StoreError.
        """
        if not self.is_sqlite:
            return
        with self.in_words(), self._taken(), self.engine.connect() as connection:
            raw = connection.connection.cursor()
            if raw.execute("PRAGMA freelist_count").fetchone()[0] > _SPARE_PAGES:
                # A script, because `execute` stops after the first page; outside a transaction, because scripts are.
                script: Any = raw
                script.executescript(f"PRAGMA incremental_vacuum({_PAGES_A_TIME})")

    def close(self) -> None:
        """Close every connection; SQLite then moves its log into the file."""
        self.engine.dispose()


def _url(given: str | None) -> URL:
    if given is None:
        return URL.create("sqlite", database=str(Path(user_data_dir("exonym", appauthor=False)) / _FILE_NAME))
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        # Not shown: whatever it is, it may hold a password.
        raise StoreError(f"the database URL cannot be read; write it like {_EXAMPLE}") from None
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise StoreError(f"the store cannot be kept in {url.drivername!r}; use {_EXAMPLE}")
    if url.database in (None, "", ":memory:") or str(url.database).startswith("file:"):
        raise StoreError("the store needs a file that all threads and processes see; write sqlite:////folder/file")
    if url.query:
        raise StoreError(f"a SQLite URL takes no options, but here are {', '.join(sorted(url.query))}; leave them out")
    return url.set(database=str(Path(str(url.database)).expanduser().absolute()))


def _public(url: URL) -> str:
    port = f":{url.port}" if url.port else ""
    return f"postgresql://{url.host or 'localhost'}{port}/{url.database or ''}"


def _make_file(path: Path) -> None:
    """Make the folder and the file, for its owner's eyes only; texts and hashes of keys are in it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Never opened where it is there: closing it again would take SQLite's own locks off it.
        if not path.exists():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if path.parent.is_dir():  # another process was faster
            return
        raise _unwritable(path, f"{path.parent} is no folder") from None
    except (OSError, ValueError) as error:
        raise _unwritable(path, error.strerror if isinstance(error, OSError) else str(error)) from None


def _unwritable(path: Path, reason: str | None) -> StoreError:
    return StoreError(
        f"the store {path} cannot be written: {reason}; mend its permissions, or name another file with "
        f"--database sqlite:////folder/{_FILE_NAME}"
    )


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where Python's module guesses
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its turn at the start: one that read first and wants to write then could only be refused.
    writes = connection.get_execution_options().get("exonym_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _said(error: Exception) -> str:
    """Return what the driver said, without the statement and the values in it: those are texts of users."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, SQLAlchemyError) or cause is None:
        return type(error).__name__
    lines = [line.strip() for line in str(cause).splitlines() if line.strip()]
    return lines[0] if lines else type(cause).__name__


def _remedy(error: Exception) -> str:
    said = _said(error).lower()
    for words, remedy in _REMEDIES.items():
        if words in said:
            return remedy
    return "see that the database runs and that --database (EXONYM_DATABASE) names it"


_REMEDIES: dict[str, str] = {
    "locked": "another program holds it; close that, or try again",
    "readonly": "mend the permissions of the file and its folder",
    "full": "free some space on the disk",
    "malformed": "restore it from a backup, or move it away to begin anew",
    "not a database": "name another file with --database",
    "unable to open": "see that the file and its folder can be written",
    "password": "mend the user and password in --database (EXONYM_DATABASE)",
    "does not exist": "make it (createdb, createuser), or mend --database (EXONYM_DATABASE)",
    "too many": "raise max_connections of the database server",
}


def scalar(connection: Connection, statement: str) -> object:
    """Return the one value that a plain statement gives."""
    return connection.exec_driver_sql(statement).scalar()

"""Which processes that work on the store are alive: what a dead one left unfinished can then be called failed.

Several servers may share one store, and `exonym keys` opens it beside a running server; so opening it says nothing
about the others. Each process that begins a job holds a lock that the operating system, or PostgreSQL, takes back
when the process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import threading
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from service.store.database import Database


class Owners:
    """This process's name among those that share a store, and whether the others are alive."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._mine: str | None = None
        self._file: int | None = None
        self._session: Connection | None = None

    def mine(self) -> str:
        """Return the name of this process; from the first call on it counts as alive.

        Raises: StoreError.
        """
        with self._lock:
            name = self._mine or uuid.uuid4().hex
            if self._database.is_sqlite:
                self._hold_file(name)
            else:
                self._hold_session(name)
            self._mine = name
            return name

    def dead(self, names: Iterable[str]) -> set[str]:
        """Return those of `names` whose process has ended.

        Raises: StoreError.
        """
        if self._mine:
            self.mine()  # held again, should PostgreSQL have been started anew
        wanted = set(names)
        if not self._database.is_sqlite:
            return {name for name in wanted - {self._mine} if self._session_is_free(name)}
        return wanted & {name for name in (wanted | self._left()) - {self._mine} if self._file_is_free(name)}

    def close(self) -> None:
        """Give the name back."""
        with self._lock:
            if self._file is not None and self._mine is not None:
                self._path(self._mine).unlink(missing_ok=True)
                os.close(self._file)
            if self._session is not None:
                self._session.close()
            self._mine = self._file = self._session = None

    def _path(self, name: str) -> Path:
        return Path(f"{self._database.label}-owner-{name}")

    def _left(self) -> set[str]:
        """Return the names of which there are files: of the living, and of those that were killed."""
        common = self._path("")
        names = (path.name for path in common.parent.iterdir())
        return {name.removeprefix(common.name) for name in names if name.startswith(common.name)}

    def _hold_file(self, name: str) -> None:
        while self._file is None:
            try:
                handle = os.open(self._path(name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                fcntl.flock(handle, fcntl.LOCK_EX)
            except OSError as error:
                raise StoreError(
                    f"{self._path(name)} cannot be locked: {error.strerror}; put the store on a local disk that this "
                    "user can write, or use PostgreSQL"
                ) from None
            if os.fstat(handle).st_nlink:
                self._file = handle
            else:  # another process took it for left over before it was locked
                os.close(handle)

    def _file_is_free(self, name: str) -> bool:
        try:
            handle = os.open(self._path(name), os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return True
        except OSError:  # another user's, who is asked in vain whether it is alive
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._path(name).unlink(missing_ok=True)
            return True
        except BlockingIOError:
            return False
        finally:
            os.close(handle)

    def _hold_session(self, name: str) -> None:
        with self._database.in_words():
            if self._session is not None:
                try:
                    self._session.execute(text("SELECT 1"))
                    return
                except DBAPIError:
                    self._session.close()
                    self._session = None
            session = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            session.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _key(name)})
            session.detach()  # not the pool's any more: it lasts as long as this process
            self._session = session

    def _session_is_free(self, name: str) -> bool:
        with self._database.write() as connection:
            free: bool = connection.execute(
                text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _key(name)}
            ).scalar_one()
        return free


def _key(name: str) -> int:
    """Return the number that PostgreSQL locks for a name: a signed one of 64 bits."""
    return int.from_bytes(bytes.fromhex(name)[:8], "big", signed=True)

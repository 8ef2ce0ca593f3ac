"""Sentences that were translated before; the `limit` that were used last."""

from __future__ import annotations

import hashlib
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, select, text, update

from service.errors import StoreError
from service.store.tables import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Insert

    from service.store.database import Database

_BATCH = 500  # keys in one statement
_STALE = 60  # minutes for which a use is not written down, so that reading seldom writes
_LOCK = 0x45786F6E7365  # of PostgreSQL's advisory locks; writers in two orders would stop each other


class Sentences:
    """The sentence cache of a store.

    Args:
        limit: how many are kept; those used longest ago go when there are more. Going happens every hundredth of it,
            so that there may be one per cent more for a while. 0 keeps none.
    """

    def __init__(self, database: Database, *, limit: int) -> None:
        self._database = database
        self._limit = limit
        self._lock = threading.Lock()
        self._until_trim = 0
        put: Any = _insert(database)(sentences)
        self._put = put.on_conflict_do_update(
            index_elements=[sentences.c.key], set_={"value": put.excluded.value, "used": put.excluded.used}
        )

    def get_many(self, keys: Iterable[str]) -> dict[str, str]:
        """Return the values of those keys that are there.

        Raises: StoreError.
        """
        if not self._limit:
            return {}
        by_digest = {_digest(key): key for key in keys}
        if not by_digest:
            return {}
        found: dict[str, str] = {}
        stale: list[bytes] = []
        oldest = _minute() - _STALE
        with self._database.read() as connection:
            for digests in _batches(sorted(by_digest)):
                for digest, value, used in connection.execute(_GET, {"digests": digests}):
                    found[by_digest[bytes(digest)]] = value
                    if used < oldest:
                        stale.append(bytes(digest))
        if stale:
            with suppress(StoreError):  # of use to later callers only
                self._note_use(stale)
        return found

    def put_many(self, values: Mapping[str, str]) -> None:
        """Remember values under their keys, in the place of what was there.

        Raises: StoreError.
        """
        if not self._limit or not values:
            return
        used = _minute()
        rows = [{"key": _digest(key), "value": value, "used": used} for key, value in values.items()]
        with self._database.write(durable=False) as connection:
            self._take_turn(connection)
            connection.execute(self._put, rows)
            if self._is_due(len(rows)):
                _trim(connection, self._limit)

    def clear(self) -> int:
        """Forget everything, and return how much it was."""
        with self._database.write() as connection:
            self._take_turn(connection)
            return connection.execute(delete(sentences)).rowcount

    def _note_use(self, digests: Sequence[bytes]) -> None:
        with self._database.write(durable=False) as connection:
            self._take_turn(connection)
            for batch in _batches(digests):
                connection.execute(_USE, {"digests": batch, "now": _minute()})

    def _take_turn(self, connection: Connection) -> None:
        if not self._database.is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))

    def _is_due(self, n: int) -> bool:
        with self._lock:
            self._until_trim -= n
            if self._until_trim > 0:
                return False
            self._until_trim = max(1, self._limit // 100)
            return True


_GET = select(sentences.c.key, sentences.c.value, sentences.c.used).where(
    sentences.c.key.in_(bindparam("digests", expanding=True))
)
_USE = update(sentences).where(sentences.c.key.in_(bindparam("digests", expanding=True))).values(used=bindparam("now"))


def _trim(connection: Connection, limit: int) -> None:
    n = connection.execute(select(func.count()).select_from(sentences)).scalar_one()
    if n > limit:
        oldest = select(sentences.c.key).order_by(sentences.c.used).limit(n - limit)
        connection.execute(delete(sentences).where(sentences.c.key.in_(oldest)))


def _digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _minute() -> int:
    return int(time.time() // 60)


def _batches(items: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]


def _insert(database: Database) -> Callable[..., Insert]:
    """Return the dialect's own insert, which can update; of two dialects only one is wanted, and neither is small."""
    if database.is_sqlite:
        from sqlalchemy.dialects.sqlite import insert

        return insert
    from sqlalchemy.dialects.postgresql import insert as insert_or_update

    return insert_or_update

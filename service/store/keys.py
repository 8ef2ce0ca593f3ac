"""API keys: only a hash of each secret is kept."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, or_, select, update

from service.errors import InputError, StoreError
from service.store.ids import check_length, counted, digest, missing, now
from service.store.tables import keys

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import RowMapping

    from service.store.database import Database

SCOPES = ("read", "translate", "glossary")
_PREFIX = "exo_"
_SECRET_BYTES = 32
_NAME_CHARS = 200
_MOST = 2_000_000_000
_USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An API key without its secret; None as a limit means the server's."""

    id: str
    name: str
    scopes: frozenset[str]
    requests_per_minute: int | None
    max_chars: int | None
    created: datetime
    last_used: datetime | None
    revoked: datetime | None


class Keys:
    """The API keys of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        name: str,
        *,
        scopes: Iterable[str],
        requests_per_minute: int | None = None,
        max_chars: int | None = None,
    ) -> tuple[Key, str]:
        """Make a key.

        Returns: the key and its secret, which cannot be had again.
        Raises: InputError: a name, scope or limit that cannot be.
        """
        check_length(name, what="name of the key", limit=_NAME_CHARS)
        secret = _PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
        row: dict[str, Any] = {
            "name": name,
            "digest": digest(secret),
            "scopes": _scopes(scopes),
            "requests_per_minute": _limit(requests_per_minute, what="requests a minute"),
            "max_chars": _limit(max_chars, what="characters"),
            "created": now(),
        }
        with self._database.write() as connection:
            id_ = connection.execute(insert(keys).values(row).returning(keys.c.id)).scalar_one()
        return _key(row | {"id": id_, "last_used": None, "revoked": None}), secret

    def list(self) -> tuple[Key, ...]:
        """Return every key, revoked ones too, in the order in which they were made."""
        with self._database.read() as connection:
            return tuple(_key(row) for row in connection.execute(select(keys).order_by(keys.c.id)).mappings())

    def revoke(self, id_: str) -> Key:
        """Take a key back for good, and return it; one that was revoked before stays so.

        Raises: NotFoundError.
        """
        mine = keys.c.id == counted(id_, what="API key")
        with self._database.write() as connection:
            connection.execute(update(keys).where(mine, keys.c.revoked.is_(None)).values(revoked=now()))
            row = connection.execute(select(keys).where(mine)).mappings().first()
        if row is None:
            raise missing("API key", id_)
        return _key(row)

    def find(self, secret: str) -> Key | None:
        """Return the key with this secret, None where there is none or it was revoked.

        What is compared is a hash, which tells whoever measures the time nothing about the secrets that there are.
        """
        mine = keys.c.digest == digest(secret)
        with self._database.read() as connection:
            row = connection.execute(select(keys).where(mine, keys.c.revoked.is_(None))).mappings().first()
        if row is None:
            return None
        if row["last_used"] is None or row["last_used"] < now() - _USED_EVERY:
            with suppress(StoreError):  # a busy store is no reason to turn a good key away
                self._note_use(row["id"])
        return _key(row)

    def _note_use(self, id_: int) -> None:
        used = now()
        stale = or_(keys.c.last_used.is_(None), keys.c.last_used < used - _USED_EVERY)
        with self._database.write(durable=False) as connection:
            connection.execute(update(keys).where(keys.c.id == id_, stale).values(last_used=used))


def _scopes(given: Iterable[str]) -> list[str]:
    wanted = set(given)
    if not wanted or not wanted <= set(SCOPES):
        unknown = ", ".join(sorted(map(repr, wanted - set(SCOPES)))) or "none"
        raise InputError(f"a key cannot have the scopes {unknown}; choose from {', '.join(SCOPES)}")
    return [scope for scope in SCOPES if scope in wanted]


def _limit(value: int | None, *, what: str) -> int | None:
    if value is not None and not 1 <= value <= _MOST:
        raise InputError(f"a key cannot have a limit of {value} {what}; give 1 to {_MOST}, or none")
    return value


def _key(row: RowMapping | dict[str, Any]) -> Key:
    names = ("name", "requests_per_minute", "max_chars", "created", "last_used", "revoked")
    return Key(id=str(row["id"]), scopes=frozenset(row["scopes"]), **{name: row[name] for name in names})

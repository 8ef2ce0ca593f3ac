"""Documents on their way: what is to be fetched, how far it is, and until when. Nothing is left after that."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import delete, insert, or_, select, update

from service.errors import ConflictError
from service.store.ids import check_length, digest, known_form, missing, now, random_id
from service.store.jobs import STOPPED
from service.store.tables import contents, documents

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from service.records import Caller
    from service.store.database import Database
    from service.store.owners import Owners

DocumentState: TypeAlias = Literal["queued", "running", "done", "failed", "fetched"]

_OPEN = ("queued", "running")
_NAME_CHARS = 1024
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document without its bytes; `details` is JSON for whoever made it, `key` only what `add` returns has.

    `n_bytes` is None until it is done.
    """

    id: str
    kind: str
    caller: str | None
    state: DocumentState
    file_name: str
    source: str | None
    target: str
    details: Mapping[str, Any]
    error: str | None
    n_bytes: int | None
    created: datetime
    expires: datetime
    key: str = field(default="", repr=False)


class Documents:
    """The documents of a store.

    Args:
        keep_s: seconds for which one can be fetched, from when it was added and again from when it is done.
    """

    def __init__(self, database: Database, owners: Owners, *, keep_s: int) -> None:
        self._database = database
        self._owners = owners
        self._keep = timedelta(seconds=keep_s)

    def add(
        self,
        *,
        kind: str,
        file_name: str,
        target: str,
        source: str | None = None,
        caller: Caller | None = None,
        details: Mapping[str, Any] | None = None,
        data: bytes | None = None,
    ) -> Document:
        """Add a document: done when its bytes are given, queued otherwise.

        Args:
            kind: the family of routes that it belongs to; the others do not find it.
        Returns: it, with a `key` of 64 hexadecimal digits that cannot be had again.
        Raises: InputError.
        """
        check_length(file_name, what="file's name", limit=_NAME_CHARS)
        key, created = secrets.token_hex(_KEY_BYTES).upper(), now()
        row: dict[str, Any] = {
            "id": random_id(),
            "kind": kind,
            "digest": digest(key),
            "caller": caller.id if caller else None,
            "owner": self._owners.mine(),
            "state": "queued" if data is None else "done",
            "file_name": file_name,
            "source": source,
            "target": target,
            "details": dict(details or {}),
            "error": None,
            "n_bytes": None if data is None else len(data),
            "created": created,
            "expires": created + self._keep,
        }
        with self._database.write() as connection:
            connection.execute(insert(documents).values(row))
            if data is not None:
                connection.execute(insert(contents).values(document=row["id"], data=data))
        return _document(row, key=key)

    def get(self, id_: str, *, kind: str, key: str | None = None) -> Document:
        """Return a document.

        Args:
            key: None where knowing the id is enough, as in LibreTranslate's links.
        Raises: NotFoundError: there is none, it has expired, it is of another kind, or the key is another.
        """
        with self._database.read() as connection:
            return _document(_found(connection, id_, kind=kind, key=key))

    def read(self, id_: str, *, kind: str, key: str | None = None) -> bytes:
        """Return the bytes of a document that is done.

        Raises: NotFoundError: as `get`; ConflictError: it is not done, or was fetched and its bytes deleted.
        """
        with self._database.read() as connection:
            row = _found(connection, id_, kind=kind, key=key)
            found = connection.execute(select(contents.c.data).where(contents.c.document == row["id"])).scalar()
        if found is None:
            raise ConflictError(f"the document {row['id']} is {row['state']}; only one that is done can be fetched")
        return bytes(found)

    def start(self, id_: str) -> Document:
        """Say that work on a queued document begins.

        Raises: NotFoundError; ConflictError: it is not queued.
        """
        return self._change(id_, among=("queued",), state="running")

    def finish(
        self, id_: str, *, data: bytes, file_name: str | None = None, details: Mapping[str, Any] | None = None
    ) -> Document:
        """Say that a document is done, with its bytes; the time for which it can be fetched begins now.

        Raises: NotFoundError: as when it has expired meanwhile; ConflictError: it is neither queued nor running.
        """
        values: dict[str, Any] = {"state": "done", "n_bytes": len(data), "expires": now() + self._keep}
        if file_name is not None:
            check_length(file_name, what="file's name", limit=_NAME_CHARS)
            values["file_name"] = file_name
        if details is not None:
            values["details"] = dict(details)
        return self._change(id_, among=_OPEN, data=data, **values)

    def fail(self, id_: str, *, error: str) -> Document:
        """Say that a document could not be translated, with a message for whoever sent it.

        Raises: NotFoundError; ConflictError: it is neither queued nor running.
        """
        return self._change(id_, among=_OPEN, state="failed", error=error)

    def fetched(self, id_: str) -> Document:
        """Say that a document was fetched, and delete its bytes.

        Raises: NotFoundError; ConflictError: it is not done.
        """
        document = self._change(id_, among=("done", "fetched"), state="fetched")
        with self._database.write() as connection:
            connection.execute(delete(contents).where(contents.c.document == document.id))
        return document

    def delete(self, id_: str) -> None:
        """Delete a document and its bytes.

        Raises: NotFoundError.
        """
        wanted = known_form(id_, what="document")
        with self._database.write() as connection:
            if not connection.execute(delete(documents).where(documents.c.id == wanted)).rowcount:
                raise missing("document", id_)

    def expire(self) -> int:
        """Delete what has expired, fail what processes that ended left unfinished, and count both."""
        expired = documents.c.expires <= now()
        with self._database.read() as connection:
            query = select(documents.c.owner, expired.label("expired")).distinct()
            rows = connection.execute(query.where(or_(expired, documents.c.state.in_(_OPEN)))).all()
        dead = self._owners.dead(row.owner for row in rows)
        if not dead and not any(row.expired for row in rows):
            return 0
        orphans = update(documents).where(documents.c.owner.in_(dead), documents.c.state.in_(_OPEN))
        with self._database.write() as connection:
            gone = connection.execute(delete(documents).where(expired))
            failed = connection.execute(orphans.values(state="failed", error=STOPPED))
        return gone.rowcount + failed.rowcount

    def _change(self, id_: str, *, among: tuple[str, ...], data: bytes | None = None, **values: object) -> Document:
        wanted = known_form(id_, what="document")
        with self._database.write() as connection:
            row = _found(connection, wanted, kind=None, key=None, lock=True)
            if row["state"] not in among:
                raise ConflictError(f"the document {wanted} is {row['state']} and not {' or '.join(among)}")
            connection.execute(update(documents).where(documents.c.id == wanted).values(**values))
            if data is not None:
                connection.execute(insert(contents).values(document=wanted, data=data))
            return _document({**row, **values})


def _found(connection: Connection, id_: str, *, kind: str | None, key: str | None, lock: bool = False) -> RowMapping:
    query = select(documents).where(documents.c.id == known_form(id_, what="document"), documents.c.expires > now())
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    if row is None or (kind is not None and row["kind"] != kind):
        raise missing("document", id_)
    if key is not None and not hmac.compare_digest(row["digest"], digest(key)):
        raise missing("document", id_)
    return row


def _document(row: RowMapping | dict[str, Any], *, key: str = "") -> Document:
    return Document(**{name: row[name] for name in Document.__dataclass_fields__ if name != "key"}, key=key)

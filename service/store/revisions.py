"""Revisions of the house's glossary file: who saved what, and when. They are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from service.store.ids import counted, missing, now
from service.store.tables import revisions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import RowMapping

    from service.store.database import Database

_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A version of the file; `text` is the whole of it, None in a list."""

    n: int
    when: datetime
    who: str
    summary: str
    etag: str
    text: str | None = None


class Revisions:
    """The revisions of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, *, who: str, summary: str, text: str, etag: str) -> Revision:
        """Add the file as it is now, and return it with its number, which is higher than that of any before.

        Raises: StoreError.
        """
        when = now()
        row = {"created": when, "who": who, "summary": summary, "etag": etag, "text": text}
        with self._database.write() as connection:
            n = connection.execute(insert(revisions).values(row).returning(revisions.c.id)).scalar_one()
        return Revision(n=n, when=when, who=who, summary=summary, etag=etag, text=text)

    def list(self, *, limit: int = 50, before: int | None = None) -> tuple[Revision, ...]:
        """Return revisions without their texts, the newest first.

        Args:
            limit: how many at most; 200 is the most that is given.
            before: the number of the last one of the page before.
        """
        columns = [column for column in revisions.c if column.name != "text"]
        query = select(*columns).order_by(revisions.c.id.desc()).limit(max(1, min(limit, _PAGE)))
        if before is not None:
            query = query.where(revisions.c.id < counted(before, what="revision"))
        with self._database.read() as connection:
            return tuple(_revision(row) for row in connection.execute(query).mappings())

    def get(self, n: int | str) -> Revision:
        """Return a revision with its text.

        Raises: NotFoundError.
        """
        number = counted(n, what="revision")
        with self._database.read() as connection:
            row = connection.execute(select(revisions).where(revisions.c.id == number)).mappings().first()
        if row is None:
            raise missing("revision", n)
        return _revision(row)


def _revision(row: RowMapping) -> Revision:
    return Revision(
        n=row["id"],
        when=row["created"],
        who=row["who"],
        summary=row["summary"],
        etag=row["etag"],
        text=row.get("text"),
    )

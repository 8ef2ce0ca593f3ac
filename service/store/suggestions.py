"""Translations that readers suggested, for whoever keeps the glossary to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select

from service.errors import TooManyError
from service.store.ids import counted, missing, now
from service.store.tables import suggestions

if TYPE_CHECKING:
    from datetime import datetime

    from service.store.database import Database

MAX_SUGGESTIONS = 100_000
_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Somebody would translate `q` as `s`."""

    id: str
    created: datetime
    q: str
    s: str
    source: str
    target: str


class Suggestions:
    """The suggestions of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, q: str, s: str, source: str, target: str) -> Suggestion:
        """Keep a suggestion.

        Raises: TooManyError: 100,000 wait already; anybody can send them, so that there has to be an end.
        """
        row: dict[str, Any] = {"created": now(), "q": q, "s": s, "source": source, "target": target}
        with self._database.write() as connection:
            n = connection.execute(select(func.count()).select_from(suggestions)).scalar_one()
            if n >= MAX_SUGGESTIONS:
                raise TooManyError(f"{n} suggestions wait to be looked at, and no more than {MAX_SUGGESTIONS} are kept")
            id_ = connection.execute(insert(suggestions).values(row).returning(suggestions.c.id)).scalar_one()
        return Suggestion(id=str(id_), **row)

    def list(self, *, limit: int = 50, before: str | None = None) -> tuple[Suggestion, ...]:
        """Return suggestions, the newest first; at most 200.

        Args:
            before: the id of the last one of the page before.
        """
        query = select(suggestions).order_by(suggestions.c.id.desc()).limit(max(1, min(limit, _PAGE)))
        if before is not None:
            query = query.where(suggestions.c.id < counted(before, what="suggestion"))
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(Suggestion(**{**row, "id": str(row["id"])}) for row in rows)

    def delete(self, id_: str) -> None:
        """Delete a suggestion.

        Raises: NotFoundError.
        """
        number = counted(id_, what="suggestion")
        with self._database.write() as connection:
            if not connection.execute(delete(suggestions).where(suggestions.c.id == number)).rowcount:
                raise missing("suggestion", id_)

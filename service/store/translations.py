"""Translations that were made, for history and for diffs; the newest `limit` of them."""

from __future__ import annotations

import hashlib
import re
import threading
import unicodedata
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import Text, delete, func, insert, literal, select

from glossary import Mention, Span
from service.records import Hop, Pair, Translation
from service.store.columns import MARK, Exact
from service.store.ids import counted, missing, now
from service.store.tables import translations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, RowMapping, Select

    from service.records import Caller
    from service.store.database import Database

Format: TypeAlias = Literal["text", "html", "xml"]

PREVIEW_CHARS = 200
_PAGE = 200
_INVISIBLE = re.compile("[\u00ad\u0300\u0301\u200b-\u200d\u2060\ufeff]")  # and stress marks: Донба́сс
_SPACE = re.compile(r"\s+")
# A character that neither database takes is written as five (`columns.escaped`).
_PREVIEW_WRITTEN = 5 * PREVIEW_CHARS


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A translation that is kept; `group` is the same for all translations of one source text."""

    id: str
    group: str
    created: datetime
    caller: str | None
    source_text: str
    text: str
    source: str
    target: str
    format: Format
    route: tuple[Hop, ...]
    mentions: tuple[Mention, ...]
    signature: str
    lost_marks: tuple[str, ...]

    @property
    def engine(self) -> str:
        """Return the engines of the route, joined by +."""
        return _engines(self.route)

    @property
    def translation(self) -> Translation:
        """Return it as it was when it was made."""
        return Translation(
            text=self.text,
            source=self.source,
            target=self.target,
            route=self.route,
            mentions=self.mentions,
            signature=self.signature,
            lost_marks=self.lost_marks,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A kept translation as a list shows it: the first characters of its texts, at most `PREVIEW_CHARS`."""

    id: str
    group: str
    created: datetime
    caller: str | None
    source: str
    target: str
    format: Format
    route: tuple[Hop, ...]
    source_preview: str
    preview: str
    n_source_chars: int
    n_chars: int

    @property
    def engine(self) -> str:
        """Return the engines of the route, joined by +."""
        return _engines(self.route)


class Translations:
    """The translations of a store.

    Args:
        limit: how many are kept; the oldest go when there are more. Trimming happens every hundredth of it, so that
            there may be one per cent more for a while. 0 keeps none.
    """

    def __init__(self, database: Database, *, limit: int) -> None:
        self._database = database
        self._limit = limit
        self._lock = threading.Lock()
        self._until_trim = 0

    def keep(
        self, *, text: str, translation: Translation, caller: Caller | None = None, format: Format = "text"
    ) -> Kept | None:
        """Keep the translation of `text`.

        Returns: None when the limit is 0; nothing was kept then.
        Raises: StoreError.
        """
        kept = self.keep_all([(text, translation)], caller=caller, format=format)
        return kept[0] if kept else None

    def keep_all(
        self,
        made: Sequence[tuple[str, Translation]],
        *,
        caller: Caller | None = None,
        format: Format = "text",
    ) -> tuple[Kept, ...]:
        """Keep n translations, each with the text that it is of, in one transaction.

        Returns: n kept translations in the order given; none when the limit is 0.
        Raises: StoreError.
        """
        if not self._limit or not made:
            return ()
        rows = [_row(text, translation, caller) | {"format": format} for text, translation in made]
        query = insert(translations).returning(translations.c.id, sort_by_parameter_order=True)
        with self._database.write() as connection:
            ids = connection.execute(query, rows).scalars().all()
            if self._is_due(len(rows)):
                trim(connection, limit=self._limit)
        return tuple(_kept(row | {"id": id_}) for row, id_ in zip(rows, ids, strict=True))

    def get(self, id_: str) -> Kept:
        """Return a translation.

        Raises: NotFoundError.
        """
        number = counted(id_, what="kept translation")
        with self._database.read() as connection:
            row = connection.execute(select(translations).where(translations.c.id == number)).mappings().first()
        if row is None:
            raise missing("kept translation", id_)
        return _kept(row)

    def list(
        self,
        *,
        search: str = "",
        source: str | None = None,
        target: str | None = None,
        group: str | None = None,
        limit: int = 50,
        before: str | None = None,
    ) -> tuple[Preview, ...]:
        """Return translations, the newest first.

        Args:
            search: what stands in the source text or in the translation, in any case; white space counts as a space.
            before: the id of the last one of the page before.
            limit: how many at most; 200 is the most that is given.
        Raises: NotFoundError: `before` is no id.
        """
        query = _previews().order_by(translations.c.id.desc()).limit(max(1, min(limit, _PAGE)))
        wanted = {"source": source, "target": target, "group": group}
        for column, value in wanted.items():
            if value is not None:
                query = query.where(translations.c[column] == literal(value, Exact()))
        if before is not None:
            query = query.where(translations.c.id < counted(before, what="kept translation"))
        if folded := fold(search):
            # Not LIKE: its wildcards would have to be escaped, and SQLite caps the length of its patterns.
            find = func.instr if self._database.is_sqlite else func.strpos
            query = query.where(find(translations.c.folded, literal(folded, Exact())) > 0)
        with self._database.read() as connection:
            return tuple(_preview(row) for row in connection.execute(query).mappings())

    def delete(self, id_: str) -> None:
        """Delete a translation.

        Raises: NotFoundError.
        """
        number = counted(id_, what="kept translation")
        with self._database.write() as connection:
            if not connection.execute(delete(translations).where(translations.c.id == number)).rowcount:
                raise missing("kept translation", id_)

    def delete_all(self) -> int:
        """Delete every translation, and return how many there were."""
        with self._database.write() as connection:
            return connection.execute(delete(translations)).rowcount

    def _is_due(self, n_kept: int) -> bool:
        with self._lock:
            self._until_trim -= n_kept
            if self._until_trim > 0:
                return False
            self._until_trim = max(1, self._limit // 100)
            return True


def trim(connection: Connection, *, limit: int) -> int:
    """Delete all but the newest `limit`, and return how many went."""
    newest = select(translations.c.id).order_by(translations.c.id.desc()).limit(1).offset(limit)
    oldest = delete(translations).where(translations.c.id <= newest.scalar_subquery())
    return connection.execute(oldest).rowcount


def group_of(text: str, *, source: str) -> str:
    """Return the group of all translations of one text: a hash of its language and of the text."""
    data = f"{source}\n{text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def fold(text: str) -> str:
    """Return `text` as the search compares it, without case, stress marks, and what cannot be seen.

    >>> fold("  DONBÁS  ") == fold("donbás"), fold("Донба́сс") == fold("ДОНБАСС"), fold("Straße") == fold("STRASSE")
    (True, True, True)
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _SPACE.sub(" ", _INVISIBLE.sub("", plain)).strip()


def _row(text: str, translation: Translation, caller: Caller | None) -> dict[str, Any]:
    return {
        "created": now(),
        "caller": caller.id if caller else None,
        "group": group_of(text, source=translation.source),
        "source": translation.source,
        "target": translation.target,
        "source_text": text,
        "text": translation.text,
        # Folded texts hold no line break, so that nothing can be found across the border.
        "folded": f"{fold(text)}\n{fold(translation.text)}",
        "route": [[hop.engine, hop.pair.source, hop.pair.target] for hop in translation.route],
        "mentions": [asdict(mention) for mention in translation.mentions],
        "lost_marks": list(translation.lost_marks),
        "signature": translation.signature,
    }


def _kept(row: RowMapping | dict[str, Any]) -> Kept:
    as_is = ("group", "created", "caller", "source_text", "text", "source", "target", "format", "signature")
    return Kept(
        id=str(row["id"]),
        route=_route(row["route"]),
        mentions=tuple(map(_mention, row["mentions"])),
        lost_marks=tuple(row["lost_marks"]),
        **{name: row[name] for name in as_is},
    )


def _previews() -> Select[Any]:
    columns = translations.c
    return select(
        *(columns[name] for name in ("id", "group", "created", "caller", "source", "target", "format", "route")),
        func.substr(columns.source_text, 1, _PREVIEW_WRITTEN, type_=Exact()).label("source_preview"),
        func.substr(columns.text, 1, _PREVIEW_WRITTEN, type_=Exact()).label("preview"),
        _n_chars(columns.source_text).label("n_source_chars"),
        _n_chars(columns.text).label("n_chars"),
    )


def _n_chars(column: ColumnElement[str]) -> ColumnElement[int]:
    """Return how many characters there were before `escaped` wrote some as five."""
    n_marks = func.length(column) - func.length(func.replace(column, literal(MARK, Text), ""))
    return func.length(column) - 4 * n_marks


def _preview(row: RowMapping) -> Preview:
    as_is = ("group", "created", "caller", "source", "target", "format", "n_source_chars", "n_chars")
    return Preview(
        id=str(row["id"]),
        route=_route(row["route"]),
        source_preview=row["source_preview"][:PREVIEW_CHARS],
        preview=row["preview"][:PREVIEW_CHARS],
        **{name: row[name] for name in as_is},
    )


def _route(hops: list[list[str]]) -> tuple[Hop, ...]:
    return tuple(Hop(engine, Pair(source, target)) for engine, source, target in hops)


def _engines(route: tuple[Hop, ...]) -> str:
    return "+".join(dict.fromkeys(hop.engine for hop in route))


def _mention(given: dict[str, Any]) -> Mention:
    target = given["target"]
    return Mention(
        concept=given["concept"],
        source=Span(**given["source"]),
        target=Span(**target) if target else None,
        status=given["status"],
        engine_wrote=given["engine_wrote"],
    )

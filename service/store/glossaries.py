"""Glossaries that callers made over HTTP: dictionaries by language pair; DeepL's v2 and v3 routes share them."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import delete, func, insert, select, update

from service.errors import InputError, NotFoundError, TooLongError, TooManyError
from service.store.ids import missing, now, shown
from service.store.tables import dictionaries, glossaries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from service.store.database import Database

#: Source and target language, as base codes.
LangPair: TypeAlias = tuple[str, str]

MAX_BYTES = 10 * 2**20  # of all terms and translations of one glossary in UTF-8, as DeepL's limit
MAX_GLOSSARIES = 1000  # as DeepL's limit
_NAME_BYTES = 1024
_LANG_CHARS = 35  # of the longest tag that RFC 5646 wants to be taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A glossary without its entries; `version` is another text whenever they are other ones."""

    id: str
    name: str
    created: datetime
    version: str
    n_entries: Mapping[LangPair, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made(Outline):
    """A glossary with its entries: translation by term, in the order in which they were given."""

    dictionaries: Mapping[LangPair, Mapping[str, str]]


class Glossaries:
    """The glossaries of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, *, dictionaries: Mapping[LangPair, Mapping[str, str]]) -> Made:
        """Make a glossary; its id is a UUID.

        Raises: InputError, TooLongError: over 10 MiB; TooManyError: there are 1,000 already.
        """
        id_ = str(uuid.uuid4())
        rows = [{**_row(id_, pair, entries), "position": n} for n, (pair, entries) in enumerate(dictionaries.items())]
        with self._database.write() as connection:
            n = connection.execute(select(func.count()).select_from(glossaries)).scalar_one()
            if n >= MAX_GLOSSARIES:
                raise TooManyError(f"there are {n} glossaries and no more than {MAX_GLOSSARIES} can be; delete some")
            connection.execute(insert(glossaries).values(id=id_, name=_name(name), created=now()))
            for row in rows:
                connection.execute(_ADD, row)
            return _whole(connection, id_)

    def get(self, id_: str) -> Made:
        """Return a glossary with its entries.

        Raises: NotFoundError.
        """
        with self._database.read() as connection:
            return _whole(connection, _uuid(id_))

    def outline(self, id_: str) -> Outline:
        """Return a glossary without its entries, which is fast for any size.

        Raises: NotFoundError.
        """
        wanted = _uuid(id_)
        with self._database.read() as connection:
            found = _outlines(connection, wanted)
        if not found:
            raise missing("glossary", id_)
        return found[0]

    def list(self) -> tuple[Outline, ...]:
        """Return every glossary without its entries, the oldest first."""
        with self._database.read() as connection:
            return _outlines(connection, None)

    def rename(self, id_: str, *, name: str) -> Outline:
        """Give a glossary another name.

        Raises: NotFoundError, InputError.
        """
        wanted, new = _uuid(id_), _name(name)
        with self._database.write() as connection:
            connection.execute(update(glossaries).where(glossaries.c.id == wanted).values(name=new))
            found = _outlines(connection, wanted)
        if not found:
            raise missing("glossary", id_)
        return found[0]

    def put_dictionary(self, id_: str, *, source: str, target: str, entries: Mapping[str, str]) -> Made:
        """Put a dictionary in the place of the one for the pair, or add it.

        Raises: NotFoundError, InputError, TooLongError.
        """
        row = _row(_uuid(id_), (source, target), entries)
        with self._database.write() as connection:
            _hold(connection, row["glossary"])
            return _put(connection, row)

    def merge_dictionary(self, id_: str, *, source: str, target: str, entries: Mapping[str, str]) -> Made:
        """Add entries to the dictionary for the pair; those of the same term are replaced, the others stay.

        Raises: NotFoundError, InputError, TooLongError.
        """
        wanted = _row(_uuid(id_), (source, target), entries)["glossary"]  # checked before anything is read
        with self._database.write() as connection:
            _hold(connection, wanted)
            query = select(dictionaries.c.entries).where(*_is(wanted, source, target))
            had = connection.execute(query).scalar() or {}
            return _put(connection, _row(wanted, (source, target), {**had, **entries}))

    def delete_dictionary(self, id_: str, *, source: str, target: str) -> Made:
        """Delete the dictionary for a pair.

        Raises: NotFoundError: there is no such glossary, or it has none for the pair.
        """
        wanted = _uuid(id_)
        with self._database.write() as connection:
            _hold(connection, wanted)
            had = _whole(connection, wanted)
            if (source, target) not in had.dictionaries:
                pairs = ", ".join(f"{a} to {b}" for a, b in had.dictionaries) or "none"
                raise NotFoundError(
                    f"the glossary {wanted} has no dictionary from {shown(source)} to {shown(target)}; it has {pairs}"
                )
            connection.execute(delete(dictionaries).where(*_is(wanted, source, target)))
            return _whole(connection, wanted)

    def delete(self, id_: str) -> None:
        """Delete a glossary.

        Raises: NotFoundError.
        """
        wanted = _uuid(id_)
        with self._database.write() as connection:
            if not connection.execute(delete(glossaries).where(glossaries.c.id == wanted)).rowcount:
                raise missing("glossary", id_)


_ADD = insert(dictionaries)
#: As they were given: DeepL's client gets them back in its own order.
_ORDER = (dictionaries.c.position, dictionaries.c.source, dictionaries.c.target)


def _uuid(id_: str) -> str:
    try:
        return str(uuid.UUID(id_)) if len(id_) == len(str(uuid.NAMESPACE_DNS)) else _no_uuid(id_)
    except ValueError:
        return _no_uuid(id_)


def _no_uuid(id_: str) -> str:
    raise missing("glossary", id_)


def _name(name: str) -> str:
    n_bytes = len(name.encode("utf-8", "surrogatepass"))
    if not name.strip() or n_bytes > _NAME_BYTES:
        raise InputError(f"the glossary's name {shown(name)} has {n_bytes} bytes; give it 1 to {_NAME_BYTES}")
    return name


def _row(id_: str, pair: LangPair, entries: Mapping[str, str]) -> dict[str, Any]:
    for lang in pair:
        if not lang.isascii() or not lang.replace("-", "").isalnum() or len(lang) > _LANG_CHARS:
            raise InputError(f"a dictionary cannot have the language {shown(lang)}; give a code like en")
    written = json.dumps([*pair, list(entries.items())], ensure_ascii=True).encode()
    return {
        "glossary": id_,
        "source": pair[0],
        "target": pair[1],
        "entries": dict(entries),
        "n_entries": len(entries),
        "n_bytes": sum(_n_bytes(term) + _n_bytes(translation) for term, translation in entries.items()),
        "digest": hashlib.sha256(written).hexdigest(),
    }


def _n_bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _is(id_: str, source: str, target: str) -> tuple[Any, ...]:
    columns = dictionaries.c
    return columns.glossary == id_, columns.source == source, columns.target == target


def _hold(connection: Connection, id_: str) -> None:
    """Let nobody else change the glossary before this transaction ends."""
    query = select(glossaries.c.id).where(glossaries.c.id == id_).with_for_update()
    if connection.execute(query).first() is None:
        raise missing("glossary", id_)


def _put(connection: Connection, row: dict[str, Any]) -> Made:
    """Put a dictionary where the one for its pair stood, or after the others."""
    place = dictionaries.c.position
    ours = _is(row["glossary"], row["source"], row["target"])
    had = connection.execute(select(place).where(*ours)).scalar()
    last = connection.execute(select(func.max(place)).where(dictionaries.c.glossary == row["glossary"])).scalar()
    connection.execute(delete(dictionaries).where(*ours))
    connection.execute(_ADD, {**row, "position": (-1 if last is None else last) + 1 if had is None else had})
    return _whole(connection, row["glossary"])


def _whole(connection: Connection, id_: str) -> Made:
    """Return the glossary as the transaction sees it, having checked that it is not too large."""
    found = connection.execute(select(glossaries).where(glossaries.c.id == id_)).mappings().first()
    if found is None:
        raise missing("glossary", id_)
    query = select(dictionaries).where(dictionaries.c.glossary == id_)
    rows = connection.execute(query.order_by(*_ORDER)).mappings().all()
    n_bytes = sum(row["n_bytes"] for row in rows)
    if n_bytes > MAX_BYTES:
        raise TooLongError(
            f"the glossary {shown(found['name'])} would have {n_bytes} bytes; the limit is {MAX_BYTES}: split it"
        )
    return Made(
        **_described(found, rows),
        dictionaries={(row["source"], row["target"]): row["entries"] for row in rows},
    )


def _outlines(connection: Connection, id_: str | None) -> tuple[Outline, ...]:
    """Return all glossaries, or the one of this id; entries are not read."""
    query = select(glossaries).order_by(glossaries.c.created, glossaries.c.id)
    columns = [column for column in dictionaries.c if column.name != "entries"]
    parts = select(*columns).order_by(*_ORDER)
    if id_ is not None:
        query, parts = query.where(glossaries.c.id == id_), parts.where(dictionaries.c.glossary == id_)
    found = connection.execute(query).mappings().all()
    by_glossary: dict[str, list[RowMapping]] = {row["id"]: [] for row in found}
    for row in connection.execute(parts).mappings():
        by_glossary.get(row["glossary"], []).append(row)
    return tuple(Outline(**_described(row, by_glossary[row["id"]])) for row in found)


def _described(row: RowMapping, parts: Sequence[RowMapping]) -> dict[str, Any]:
    digests = "".join(part["digest"] for part in parts)
    return {
        "id": row["id"],
        "name": row["name"],
        "created": row["created"],
        "version": hashlib.sha256(digests.encode()).hexdigest()[:16],
        "n_entries": {(part["source"], part["target"]): part["n_entries"] for part in parts},
    }

"""The tables as this version of the program reads them; the migrations lead there (a test compares the two).

Ids that are counted up are never used again, so that a link to a deleted row does not come to mean another one.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table

from service.store.columns import Exact, Instant, Json, Packed

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts up only what is declared INTEGER.
_Count = BigInteger().with_variant(Integer, "sqlite")


def _counted() -> Column[int]:
    return Column("id", _Count, primary_key=True, autoincrement=True)


translations = Table(
    "translations",
    metadata,
    _counted(),
    Column("created", Instant, nullable=False),
    Column("caller", Exact),
    Column("group", String(32), nullable=False, index=True),  # of source language and text
    Column("source", Exact, nullable=False),
    Column("target", Exact, nullable=False),
    Column("format", String(8), nullable=False, server_default="text"),  # text | html | xml
    Column("source_text", Exact, nullable=False),
    Column("text", Exact, nullable=False),
    Column("folded", Exact, nullable=False),  # both texts as the search compares them
    Column("route", Json, nullable=False),  # [[engine, source, target], ...]
    Column("mentions", Json, nullable=False),
    Column("lost_marks", Json, nullable=False),
    Column("signature", Exact, nullable=False),
    sqlite_autoincrement=True,
)

keys = Table(
    "keys",
    metadata,
    _counted(),
    Column("name", Exact, nullable=False),
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of the secret
    Column("scopes", Json, nullable=False),
    Column("requests_per_minute", Integer),
    Column("max_chars", BigInteger),
    Column("created", Instant, nullable=False),
    Column("last_used", Instant),
    Column("revoked", Instant),
    sqlite_autoincrement=True,
)

glossaries = Table(
    "glossaries",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", Exact, nullable=False),
    Column("created", Instant, nullable=False),
)

dictionaries = Table(
    "dictionaries",
    metadata,
    Column("glossary", String(36), ForeignKey("glossaries.id", ondelete="CASCADE"), primary_key=True),
    Column("source", String(35), primary_key=True),
    Column("target", String(35), primary_key=True),
    Column("entries", Json, nullable=False),  # {term: translation}, in the order given
    Column("n_entries", Integer, nullable=False),
    Column("n_bytes", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("position", Integer, nullable=False, server_default="0"),  # among those of the glossary
)

revisions = Table(
    "revisions",
    metadata,
    _counted(),
    Column("created", Instant, nullable=False),
    Column("who", Exact, nullable=False),
    Column("summary", Exact, nullable=False),
    Column("etag", Exact, nullable=False),
    Column("text", Packed, nullable=False),
    sqlite_autoincrement=True,
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", Exact, nullable=False),
    Column("caller", Exact),
    Column("owner", String(32), nullable=False),  # the process that works on it
    Column("state", String(16), nullable=False, index=True),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger),
    Column("result", Json),
    Column("code", Exact),
    Column("error", Exact),
    Column("created", Instant, nullable=False),
    Column("updated", Instant, nullable=False, index=True),
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", Exact, nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of the document's key
    Column("caller", Exact),
    Column("owner", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("file_name", Exact, nullable=False),
    Column("source", Exact),
    Column("target", Exact, nullable=False),
    Column("details", Json, nullable=False),
    Column("error", Exact),
    Column("n_bytes", BigInteger),
    Column("created", Instant, nullable=False),
    Column("expires", Instant, nullable=False, index=True),
)

# Apart from the rest, so that asking for a document's state never reads its bytes.
contents = Table(
    "contents",
    metadata,
    Column("document", String(32), ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

sentences = Table(
    "sentences",
    metadata,
    Column("key", LargeBinary, primary_key=True),  # 16 bytes of BLAKE2 of what the caller gave
    Column("value", Exact, nullable=False),
    Column("used", Integer, nullable=False, index=True),  # minutes since 1970, to within `_STALE` of them
    sqlite_with_rowid=False,
)

suggestions = Table(
    "suggestions",
    metadata,
    _counted(),
    Column("created", Instant, nullable=False),
    Column("q", Exact, nullable=False),
    Column("s", Exact, nullable=False),
    Column("source", Exact, nullable=False),
    Column("target", Exact, nullable=False),
    sqlite_autoincrement=True,
)

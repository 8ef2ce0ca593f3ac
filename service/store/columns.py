"""How values are written so that SQLite and PostgreSQL give back exactly what was put in."""

from __future__ import annotations

import json
import re
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import DateTime, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

# PostgreSQL takes no NUL, and neither database a lone surrogate. They are written as this mark, which Unicode keeps
# for the inside of programs, and four hexadecimal digits; so is the mark itself.
MARK = "\ufdd0"
_UNWRITABLE = re.compile("[\0\ud800-\udfff\ufdd0]")
_WRITTEN = re.compile(MARK + "([0-9a-f]{4})")


def escaped(text: str) -> str:
    r"""Return `text` as both databases can hold it; `unescaped` gives it back.

    >>> unescaped(escaped("a\0b")) == "a\0b"
    True
    """
    return _UNWRITABLE.sub(lambda match: f"{MARK}{ord(match[0]):04x}", text)


def unescaped(text: str) -> str:
    """Return what was given to `escaped`."""
    if MARK not in text:
        return text
    return _WRITTEN.sub(lambda match: chr(int(match[1], 16)), text)


class Exact(TypeDecorator[str]):
    """Text that comes back as it was, NUL characters and lone surrogates included."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Write it."""
        return None if value is None else escaped(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Read it."""
        return None if value is None else unescaped(value)


class Json(TypeDecorator[Any]):
    """What JSON can hold; objects keep their order. None is NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """Write it."""
        return None if value is None else escaped(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        """Read it."""
        return None if value is None else json.loads(unescaped(value))


class Packed(TypeDecorator[str]):
    """Long text that is read seldom, compressed; a glossary file takes a fifth of its size."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Write it."""
        return None if value is None else zlib.compress(value.encode("utf-8", "surrogatepass"))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Read it."""
        return None if value is None else zlib.decompress(value).decode("utf-8", "surrogatepass")


class Instant(TypeDecorator[datetime]):
    """A point in time, in UTC and aware of it; SQLite knows no zones by itself."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Write it."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read it."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

"""Ids of rows, the instants they carry, and the digests under which secrets are looked up."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import UTC, datetime

from service.errors import InputError, NotFoundError

_COUNTED = re.compile("[1-9][0-9]{0,17}")
_RANDOM = re.compile("[0-9a-f]{32}")
_SHOWN_CHARS = 60


def now() -> datetime:
    """Return this instant, in UTC."""
    return datetime.now(UTC)


def digest(secret: str) -> str:
    """Return the hash under which a secret is kept; secrets are random and long, so that no slow hash is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def shown(value: str) -> str:
    """Return a value as a message shows it: quoted, cut when it is long."""
    return repr(value if len(value) <= _SHOWN_CHARS else f"{value[:_SHOWN_CHARS]}…")


def counted(id_: str | int, *, what: str) -> int:
    """Return the number of a row that is counted up.

    Raises: NotFoundError: no such id was ever given out.
    """
    text = str(id_)
    if not _COUNTED.fullmatch(text):
        raise missing(what, text)
    return int(text)


def random_id() -> str:
    """Return an id that nobody can guess: 32 hexadecimal digits."""
    return secrets.token_hex(16)


def known_form(id_: str, *, what: str) -> str:
    """Return an id in the form in which `random_id` gives them.

    Raises: NotFoundError: it cannot be one, whatever is kept.
    """
    if not _RANDOM.fullmatch(lower := id_.lower()):
        raise missing(what, id_)
    return lower


def missing(what: str, id_: str | int) -> NotFoundError:
    """Return the error for an id under which nothing is kept."""
    return NotFoundError(f"there is no {what} {shown(str(id_))}; it may have been deleted, or have expired")


def check_length(value: str, *, what: str, limit: int) -> None:
    """See that a value has one to `limit` characters.

    Raises: InputError.
    """
    if not value.strip():
        raise InputError(f"the {what} is empty; give it one to {limit} characters")
    if len(value) > limit:
        raise InputError(f"the {what} {shown(value)} has {len(value)} characters; the limit is {limit}")

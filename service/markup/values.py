"""Attributes of HTML that people read: translated like any text, and written back inside their quotes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import regex

from service.markup.entities import Plain, read, spellings, written
from service.markup.flows import Flow, offsets
from service.markup.marked import Marked
from service.markup.tokens import attributes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.markup.elements import Elements

_READ = ("alt", "aria-label", "placeholder", "title")
# Addresses, file names and the like, and values without a letter.
_NO_TEXT = regex.compile(r"\S*[./@:_#\\]\S*\w\S*|[^\p{L}]*")


def values(text: str, found: Elements) -> Iterator[Flow]:
    """Yield the attribute values that hold text, in the order of the text, outside what is opaque."""
    n = 0
    while n < len(found.tokens):
        token = found.tokens[n]
        if n in found.opaque:
            n = max(found.ends[n], n + 1)
            continue
        n += 1
        if token.kind in ("open", "void"):
            spans = attributes(text, token)
            for name in sorted(set(_READ) & spans.keys(), key=lambda name: spans[name]):
                start, end = spans[name]
                if not _NO_TEXT.fullmatch(text[start:end].strip()):
                    yield _value(text, start, end)


def _value(text: str, start: int, end: int) -> Flow:
    plain = Plain()
    for char, at, stop in read(text, start, end):
        plain.add(char, at, stop)
    spelt = spellings(text, plain)
    quote = text[end : end + 1] if text[start - 1] == text[end : end + 1] else ""
    if quote in ('"', "'"):
        spelt.setdefault(quote, "&quot;" if quote == '"' else "&#39;")
    else:
        # Without quotes it ends at the first space.
        spelt |= {char: f"&#{ord(char)};" for char in " \t\n\r\f\"'=`"}
    return Flow(
        start,
        end,
        Marked("".join(plain.chars)),
        (),
        (),
        offsets(plain.starts),
        offsets(plain.ends),
        partial(written, spelt=spelt),
    )

"""The sentences of a text, so that nothing that can be seen lies between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from glossary import Span
from service.segment import split

if TYPE_CHECKING:
    from collections.abc import Iterator

_BREAK = regex.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SEEN = regex.compile(r"[^\s\p{Cf}\p{Cc}](?:.*[^\s\p{Cf}\p{Cc}])?", regex.DOTALL)
_END = regex.compile(r"[.!?…][\p{Pf}\p{Pe}\"']*\s+(?=[\p{Lu}\p{Pi}¿¡])")
_LONG_CHARS = 400


def sentences(text: str, *, lang: str) -> list[Span]:
    """Return the sentences of `text` as the pipeline splits it, each with the list mark or figures before it.

    What the pipeline never translates (rules, lines of figures) is a sentence of its own here, line by line.

    >>> [span.text for span in sentences("1. One. Two?\\n***\\n", lang="en")]
    ['1. One.', 'Two?', '***']
    """
    divided = split(text, lang=lang)
    found: list[Span] = []
    at = 0
    for segment in divided.segments:
        *lines, last = _lines(text, at, segment.start)
        found += (span for line in lines for span in _seen(text, *line))
        at = segment.start + len(segment.text)
        found += _divided(text, last[0], at)
    found += (span for line in _lines(text, at, len(text)) for span in _seen(text, *line))
    return found


def _divided(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield a sentence; a very long one is cut at every mark that may end one, for a quotation that is never closed
    makes the splitter take the rest of its paragraph for one.
    """
    if end - start > _LONG_CHARS:
        for mark in _END.finditer(text, start, end):
            yield from _seen(text, start, mark.end())
            start = mark.end()
    yield from _seen(text, start, end)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for found in _BREAK.finditer(text, start, end):
        yield start, found.start()
        start = found.end()
    yield start, end


def _seen(text: str, start: int, end: int) -> Iterator[Span]:
    found = _SEEN.search(text, start, end)
    if found:
        yield Span(found.start(), found.end(), found.group())

"""Split a text into sentences, and join translated ones back without moving a byte of what lies between.

Lines are kept apart first, so that headings, lists and verse stay what they are; sentencex finds the sentences inside
a line. What is no sentence (white space, list marks, rules, lines of figures) is *between* the segments and comes back
as it was: `join(split(text)) == text` for any text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex
import sentencex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# No engine gains from a longer one, and what looks for names in a sentence need not be ready for megabytes.
MAX_SEGMENT_CHARS = 4000

_LINE = regex.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_LIST_MARK = regex.compile(r"\s*(?:(?:[-*+•‣◦·–—]|#{1,6}|>+|\d{1,3}[.)]|\p{L}\))\s+)*")
_CORE = regex.compile(r"[\s\p{Cf}\p{Cc}]*+(.*?)[\s\p{Cf}\p{Cc}]*+", regex.DOTALL)
_LETTER = regex.compile(r"\p{L}")
_SURROGATE = regex.compile(r"[\ud800-\udfff]")
# Where an overlong sentence may be cut, best first: after a sentence mark, a clause mark, a space.
_CUTS = tuple(
    regex.compile(mark + r"(?=\s)|" + wide) for mark, wide in ((r"[.!?…]", "[。！？]"), (r"[;:,)]", "[；：，、]"))
)
_SPACE = regex.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Segment:
    """One sentence to be translated; `start` is where it stands in the text, in code points."""

    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Segments:
    """A split text: n segments, and the n + 1 pieces around them, which are never translated."""

    segments: tuple[Segment, ...]
    between: tuple[str, ...]


def split(text: str, *, lang: str) -> Segments:
    """Split `text` into the sentences that an engine should see.

    Args: lang: BCP-47 tag; its first part chooses the rules for abbreviations.
    Returns: segments with a letter in them, at most `MAX_SEGMENT_CHARS` long, no white space at their ends.

    >>> [segment.text for segment in split("1. One. Two?\\n\\n***\\n", lang="en").segments]
    ['One.', 'Two?']
    """
    return _cut_out(text, _spans(text, lang.partition("-")[0]))


def whole(text: str) -> Segments:
    """Return `text` as one segment, lines and all, for callers who have split it already; a longer one is still cut.

    >>> [segment.text for segment in whole(" One. Two?\\n").segments]
    ['One. Two?']
    """
    return _cut_out(text, _cores(_pieces(text), 0))


def _cut_out(text: str, spans: Iterable[tuple[int, int]]) -> Segments:
    segments = tuple(Segment(start, text[start:end]) for start, end in spans)
    between, at = [], 0
    for segment in segments:
        between.append(text[at : segment.start])
        at = segment.start + len(segment.text)
    return Segments(segments, (*between, text[at:]))


def join(split_text: Segments, translations: Sequence[str] | None = None) -> str:
    """Return the text with each segment replaced by its translation; without translations, the text that was split.

    Raises: ValueError: there are not as many translations as segments.
    """
    texts = [segment.text for segment in split_text.segments] if translations is None else translations
    pieces = [split_text.between[0]]
    for text, after in zip(texts, split_text.between[1:], strict=True):
        pieces += text, after
    return "".join(pieces)


def _spans(text: str, lang: str) -> Iterator[tuple[int, int]]:
    for line in _LINE.finditer(text):
        mark = _LIST_MARK.match(line.group())
        at = line.start() + (mark.end() if mark else 0)
        sentences = _sentences(text[at : line.end()], lang)
        yield from _cores((piece for sentence in sentences for piece in _pieces(sentence)), at)


def _cores(pieces: Iterable[str], at: int) -> Iterator[tuple[int, int]]:
    """Yield where the words of each piece stand, without what surrounds them; the first piece starts at `at`."""
    for piece in pieces:
        core = _CORE.fullmatch(piece)
        if core and _LETTER.search(core.group(1)):
            yield at + core.start(1), at + core.end(1)
        at += len(piece)


def _sentences(line: str, lang: str) -> list[str]:
    # Half a surrogate pair cannot cross into sentencex; its place is held by a character of the same length.
    found: list[str] = sentencex.segment(lang, _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", line))
    sentences, at = [], 0
    for sentence in found:
        sentences.append(line[at : at + len(sentence)])
        at += len(sentence)
    return sentences


def _pieces(sentence: str) -> Iterator[str]:
    while len(sentence) > MAX_SEGMENT_CHARS:
        end = _cut(sentence[:MAX_SEGMENT_CHARS])
        yield sentence[:end]
        sentence = sentence[end:]
    yield sentence


def _cut(head: str) -> int:
    half = len(head) // 2
    for mark in (*_CUTS, _SPACE):
        ends = [found.end() for found in mark.finditer(head, half)]
        if ends:
            return int(ends[-1])
    return len(head)

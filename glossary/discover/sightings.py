"""Names as texts show them: capitalised words and phrases, how often and where.

A word at the start of a sentence is capitalised whatever it is; it counts as a name only where it, or another spelling
of it, is met within a sentence too. A word that the same text mostly writes small is no name.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING

import regex

from glossary.inflect import declension, forms
from glossary.inflect.endings import paradigms
from glossary.words import Word, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_PLACES = 20
_MAX_WORDS = 4
_MIN_CHARS = 3
_MAX_INFLECTED = 4000
_START = regex.compile(r"(?:^|[.!?…:;]|\n)[\s\"“”„«»‘’'(\[–—•*#-]*$")
_JOINT = regex.compile(r"[ \u00a0\u202f]|[-\u2010\u2011]")
_APOSTROPHES = str.maketrans("’ʼ‘", "'''")


@dataclass(frozen=True, slots=True)
class Text:
    """A text to look through: what to call it in a report, and its language where that is known."""

    name: str
    text: str
    lang: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands; line and column are 1-based, in code points."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(slots=True)
class Sighting:
    """One spelling in one text: every count, the first places.

    `within` is how often it stood within a sentence, `covered` how often a concept of the glossary held it.
    """

    spelling: str
    text: Text
    n_words: int
    count: int = 0
    within: int = 0
    offsets: list[int] = field(default_factory=list)
    surfaces: Counter[str] = field(default_factory=Counter)
    concepts: Counter[str] = field(default_factory=Counter)

    @property
    def lang(self) -> str | None:
        """Return the language of the text."""
        return self.text.lang

    def add(self, word: Word, *, within: bool, concept: str | None) -> None:
        """Count one more occurrence."""
        self.count += 1
        self.within += within
        self.surfaces[word.text] += 1
        if concept:
            self.concepts[concept] += 1
        if len(self.offsets) < MAX_PLACES:
            self.offsets.append(word.start)

    def merge(self, other: Sighting) -> None:
        """Take in the occurrences of another form of the same name."""
        self.count += other.count
        self.within += other.within
        self.surfaces += other.surfaces
        self.concepts += other.concepts
        self.offsets = sorted([*self.offsets, *other.offsets])[:MAX_PLACES]


def sightings(text: Text, *, held: Iterable[tuple[int, int, str]]) -> list[Sighting]:
    """Return the names of a text, words and whole phrases, in the order in which they first appear.

    Case forms of one name are one sighting where the language is known and its citation form is there.

    Args:
        held: spans that a glossary covers, with the concept: start, end, id; in order, none overlapping.
    """
    found = words(text.text)
    small = Counter(word.text.casefold() for word in found if word.text[0].islower())
    large = [word for word in found if word.text[0].isupper() and len(word.text) >= 2]
    spans = list(held)
    starts = [start for start, _, _ in spans]
    tally: dict[tuple[str, int], Sighting] = {}
    for word, n_words, initial in [*_single(large, text.text), *_phrases(large, text.text)]:
        concept = _holder(word, n_words, spans, starts)
        folded = word.text.translate(_APOSTROPHES).casefold()
        entry = tally.setdefault((folded, n_words), Sighting(word.text, text, n_words))
        entry.add(word, within=not initial, concept=concept)
    return _lemmatised([entry for (folded, _), entry in tally.items() if _is_name(entry, small[folded])], text.lang)


def _holder(word: Word, n_words: int, spans: list[tuple[int, int, str]], starts: list[int]) -> str | None:
    """Return the concept that holds a word; of a phrase it is enough to hold a part."""
    at = bisect_right(starts, word.start) - 1
    if at >= 0 and word.end <= spans[at][1]:
        return spans[at][2]
    inside = bisect_right(starts, word.end - 1) - 1
    return spans[inside][2] if n_words > 1 and inside >= 0 and spans[inside][1] > word.start else None


def _is_name(entry: Sighting, n_small: int) -> bool:
    entry.spelling = min(entry.surfaces, key=lambda surface: (surface.isupper(), -entry.surfaces[surface]))
    return len(entry.spelling) >= _MIN_CHARS and entry.count > n_small and (entry.within > 0 or n_small == 0)


def _single(large: list[Word], text: str) -> Iterator[tuple[Word, int, bool]]:
    for word in large:
        yield word, 1, _initial(word, text)


def _phrases(large: list[Word], text: str) -> Iterator[tuple[Word, int, bool]]:
    """Yield the longest runs of capitalised words, without a first one that only begins a sentence."""
    run: list[Word] = []
    for word, after in zip_longest(large, large[1:]):
        run.append(word)
        if after is None or len(run) >= _MAX_WORDS or not _JOINT.fullmatch(text, word.end, after.start):
            whole = run[1:] if _initial(run[0], text) and len(run) > 2 else run
            if len(whole) > 1:
                start, end = whole[0].start, whole[-1].end
                yield Word(start, end, text[start:end]), len(whole), _initial(whole[0], text)
            run = []


def _initial(word: Word, text: str) -> bool:
    return _START.search(text, max(0, word.start - 8), word.start) is not None


def _lemmatised(found: list[Sighting], lang: str | None) -> list[Sighting]:
    """Count the case forms of a name with its citation form, where that is in the text too."""
    base = (lang or "").partition("-")[0]
    if base not in declension.LANGUAGES and not paradigms(base):
        return found
    single = {entry.spelling: entry for entry in found if entry.n_words == 1}
    taken: set[str] = set()
    for spelling in sorted(single, key=lambda s: (len(s), s))[:_MAX_INFLECTED]:
        if spelling in taken:
            continue
        for kind in ("person", "place"):
            for form in forms(spelling, lang=base, kind=kind):
                if form in single and form != spelling and form not in taken:
                    taken.add(form)
                    single[spelling].merge(single[form])
    return [entry for entry in found if entry.n_words > 1 or entry.spelling not in taken]


def places(entry: Sighting, *, line_starts: list[int]) -> tuple[Place, ...]:
    """Return where the first occurrences stand, as file, line and column."""
    lines = [bisect_right(line_starts, offset) for offset in entry.offsets]
    return tuple(
        Place(entry.text.name, line, offset - line_starts[line - 1] + 1)
        for line, offset in zip(lines, entry.offsets, strict=True)
    )


def line_starts(text: str) -> list[int]:
    """Return the offset at which each line begins."""
    return [0, *(match.end() for match in regex.finditer(r"\r\n|[\n\r]", text))]

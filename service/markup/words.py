"""Words of a text and of its translation, and which of them surely belong together."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import regex

from service.segment import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from service.records import Translation

# Scripts without spaces are compared character by character.
_WORD = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*+|"
    r"(?:(?![\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}])[\p{L}\p{N}]\p{M}*+)++"
)

_TELLING = 4  # letters from which on a word that both languages write alike is no accident


@dataclass(frozen=True, slots=True)
class Words:
    """The n words of a text: where they start and end, in code points, and their compare-forms."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    keys: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.starts)

    def within(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open range of words that overlap the characters `start`..`end`."""
        first = bisect_right(self.ends, start)
        return first, max(first, bisect_left(self.starts, end))


def words(text: str) -> Words:
    """Find the words of a text."""
    found = list(_WORD.finditer(text))
    return Words(
        text,
        tuple(word.start() for word in found),
        tuple(word.end() for word in found),
        tuple(folded(word.group()) for word in found),
    )


@lru_cache(maxsize=8192)
def folded(word: str) -> str:
    """Return a word without case and accents; offsets of the result mean nothing."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char)) or word


@dataclass(frozen=True, slots=True)
class Bitext:
    """A text and its translation, sentence by sentence, and the anchors between them.

    `sentences` are pairs of half-open word ranges, source and target; anchors are sorted pairs of word indices.
    """

    source: Words
    target: Words
    sentences: tuple[tuple[tuple[int, int], tuple[int, int]], ...]
    anchors: tuple[tuple[int, int], ...]

    def sentence(self, word: int) -> int:
        """Return which sentence a word of the source is in."""
        at = bisect_right(self.sentences, word, key=lambda pair: pair[0][0]) - 1
        return min(max(at, 0), len(self.sentences) - 1)

    def expected(self, word: float, sentence: int) -> float:
        """Return about where a word of the source stands in the target: on a line between the nearest anchors."""
        (s_first, s_end), (t_first, t_end) = self.sentences[sentence]
        at = bisect_right(self.anchors, word, key=lambda pair: pair[0])
        left = self.anchors[at - 1] if at else (s_first, t_first)
        right = self.anchors[at] if at < len(self.anchors) else (s_end, t_end)
        if left[0] < s_first or not t_first <= left[1] < t_end:
            left = (s_first, t_first)
        if right[0] >= s_end or not left[1] <= right[1] < t_end:
            right = (s_end, t_end)
        share = (word - left[0]) / max(right[0] - left[0], 1)
        return left[1] + share * (right[1] - left[1])

    def image(self, word: int) -> int | None:
        """Return the word of the target that is surely this word of the source, if there is one."""
        at = bisect_left(self.anchors, (word, -1))
        return self.anchors[at][1] if at < len(self.anchors) and self.anchors[at][0] == word else None


def bitext(text: str, translation: Translation) -> Bitext:
    """Lay a text beside its translation.

    Sentences belong together one by one where both sides have as many; otherwise the whole is one sentence.
    """
    source, target = words(text), words(translation.text)
    sentences = _sentences(source, target, translation)
    anchors = dict(_names(source, target, translation))
    for (s_first, s_end), (t_first, t_end) in sentences:
        for s_word, t_word in _unique(source.keys[s_first:s_end], target.keys[t_first:t_end]):
            anchors.setdefault(s_first + s_word, t_first + t_word)
    return Bitext(source, target, sentences, tuple(sorted(anchors.items())))


def _sentences(
    source: Words, target: Words, translation: Translation
) -> tuple[tuple[tuple[int, int], tuple[int, int]], ...]:
    ours = split(source.text, lang=translation.source).segments
    theirs = split(target.text, lang=translation.target).segments
    whole = (((0, len(source)), (0, len(target))),)
    if len(ours) != len(theirs) or len(ours) < 2:
        return whole
    s_cuts = [0, *(source.within(segment.start, len(source.text))[0] for segment in ours[1:]), len(source)]
    t_cuts = [0, *(target.within(segment.start, len(target.text))[0] for segment in theirs[1:]), len(target)]
    pairs = list(zip(pairwise(s_cuts), pairwise(t_cuts), strict=True))
    return tuple(pairs) if all(s[0] < s[1] and t[0] < t[1] for s, t in pairs) else whole


def _names(source: Words, target: Words, translation: Translation) -> Iterable[tuple[int, int]]:
    for mention in translation.mentions:
        if mention.target is None:
            continue
        s_first, s_end = source.within(mention.source.start, mention.source.end)
        t_first, t_end = target.within(mention.target.start, mention.target.end)
        if s_first < s_end and t_first < t_end:
            yield s_first, t_first
            yield s_end - 1, t_end - 1


def _unique(source: Sequence[str], target: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Yield the words that stand in both, once each: names, numbers, what the engine did not know.

    Short words are left out: *a* is an article in English and a preposition in Spanish.
    """
    s_counts, t_counts = Counter(source), Counter(target)
    places = {key: n for n, key in enumerate(target) if t_counts[key] == 1}
    for n, key in enumerate(source):
        if s_counts[key] == 1 and key in places and (len(key) >= _TELLING or key.isdecimal()):
            yield n, places[key]

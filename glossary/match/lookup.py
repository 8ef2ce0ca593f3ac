"""Where in a text a listed form may begin: one pass, however many forms there are.

A name that is written large can only begin at a capital, and a text has few of those, so its words that begin with one
are looked up in a dictionary. Everything else (names written small, scripts without capitals or without spaces) goes
into one Aho-Corasick automaton. Both hold the beginnings that a name keeps in all its cases; whether the rest fits is
for the caller to see.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick

from glossary.fold import UNSPACED, base, folded_name, is_word, lowered
from glossary.inflect import suffixes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from glossary.fold import Folded

# All letters that are capitals; re finds one of a set nine times as fast as regex does.
_CAPITALS = "".join(chr(c) for c in (*range(0x2C00), *range(0xA640, 0xA800)) if chr(c).isupper() or chr(c).istitle())
_CAPITAL_WORD = re.compile(f"[{re.escape(_CAPITALS)}]\\w*")
_FIRST_WORD = re.compile(r"\w+")
_KEPT_WORDS = 1 << 14  # few words of a text are new; the others need not be looked at again
# Letters that are written together with the word before which they stand: articles, prepositions, conjunctions.
_CLITICS = {
    "ar": ("وال", "بال", "كال", "فال", "لل", "ال", "و", "ف", "ب", "ك", "ل", "س"),
    "he": ("וב", "ול", "ומ", "וה", "שב", "של", "שה", "מה", "כש", "ב", "ל", "מ", "ה", "ו", "ש", "כ"),
}  # fmt: skip


class Lookup:
    """Beginnings of forms, each with a number that the caller knows it by; compiled, and safe to share."""

    def __init__(self, forms: Iterable[tuple[str, bool, int]], *, lang: str) -> None:
        """Compile (form, whether its first letter must be a capital, number), in any order."""
        self._lang, self._spaced = lang, base(lang) not in UNSPACED
        self._clitics = _CLITICS.get(base(lang), ())
        self._cuts = suffixes.cuts(lang=lang)
        self._by_word: dict[str, tuple[int, ...]] = {}
        patterns: dict[str, tuple[int, ...]] = {}
        for form, capital, number in forms:
            folded = folded_name(form, lang)
            stem = suffixes.stem(folded, lang=lang)
            word = _FIRST_WORD.match(stem) if capital and self._spaced else None
            for key in spellings(word.group() if word else stem):
                table = self._by_word if word else patterns
                table[key] = (*table.get(key, ()), number)
        self._longest = max(map(len, self._by_word), default=0)
        self._begun_by = lru_cache(_KEPT_WORDS)(self._forms_begun_by)
        self._numbers: Sequence[tuple[int, ...]] = list(patterns.values())
        self._automaton = AhoCorasick(list(patterns), store_patterns=False) if patterns else None

    def hits(self, folded: Folded) -> Iterator[tuple[int, int]]:
        """Yield (number, offset into the folded text) of each place where a form may begin."""
        if self._by_word:
            yield from self._capitalised(folded)
        if self._automaton:
            for index, start, _ in self._automaton.find_matches_as_indexes(folded.text, overlapping=True):
                if not self._spaced or self._begins(folded.text, start):
                    for number in self._numbers[index]:
                        yield number, start

    def _capitalised(self, folded: Folded) -> Iterator[tuple[int, int]]:
        """Yield the hits among the words that begin with a capital; the loop that a long text spends its time in."""
        cased, begun_by = folded.cased, self._begun_by
        for match in _CAPITAL_WORD.finditer(cased):
            numbers = begun_by(match.group())
            if numbers:
                start = match.start()
                if not (start and cased[start - 1].isalnum()):
                    for number in numbers:
                        yield number, start

    def _forms_begun_by(self, word: str) -> tuple[int, ...]:
        """Return the numbers of the forms whose first word `word`, as it stands in a text, may be."""
        word, known = lowered(word, self._lang), self._by_word
        found = [word] if word in known else []
        if self._cuts is None:
            found += (beginning for beginning in _beginnings(word, self._longest) if beginning in known)
        else:
            found += (word[: -len(e)] for e in self._cuts if word.endswith(e) and word[: -len(e)] in known)
        return tuple(number for beginning in found for number in known[beginning])

    def _begins(self, text: str, start: int) -> bool:
        """Say whether a word begins at `start`, counting letters that are written together with it as none of it."""
        if not start or not is_word(text[start - 1]):
            return True
        for clitic in self._clitics:
            before = start - len(clitic)
            if before >= 0 and text.startswith(clitic, before) and (not before or not is_word(text[before - 1])):
                return True
        return False


def spellings(beginning: str) -> tuple[str, ...]:
    """Return a beginning, and how capitals write it where they have no letter for it (WEISSRUSSLAND)."""
    return (beginning, beginning.replace("ß", "ss")) if "ß" in beginning else (beginning,)


def _beginnings(word: str, longest: int) -> Iterator[str]:
    for length in range(2, min(len(word), longest + 1)):
        yield word[:length]

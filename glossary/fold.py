"""The compare-form of a text, with a way back to the offsets of the original.

Two spellings that differ only in case, Unicode form, stress marks, vocalisation, the kind of apostrophe, hyphen or
space, soft hyphens, zero-width characters or HTML entities fold to the same text. Accents are kept: *Karadžić* and
*Karadzic* are two spellings, and telling them apart is the glossary's business.

Folding can change the length ('ﷺ' grows to 18 characters), so nobody outside may use offsets into the folded text:
`Folded.span` gives those of the original. Plain text is folded by a handful of C-speed passes; only the places that
change length are touched one by one.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Languages written without spaces between words: names are found as substrings.
UNSPACED = frozenset({"zh", "ja", "th", "lo", "km", "my", "bo", "yue", "wuu"})
_TURKIC = frozenset({"tr", "az", "crh", "gag"})

# One for one, so that offsets stay: tried one after the other, each a memchr over text that seldom has the character.
_SAME_LENGTH = (
    ("\u2019", "'"), ("\u2018", "'"), ("\u02bc", "'"), ("\u02b9", "'"), ("\u2032", "'"), ("\u00b4", "'"),
    ("`", "'"), ("\uff07", "'"), ("\u02bb", "'"), ("\u02be", "'"), ("\u02bf", "'"), ("\u201b", "'"),
    ("\u00a0", " "), ("\u202f", " "), ("\u2009", " "), ("\u2007", " "), ("\u3000", " "), ("\t", " "),
    ("\u201c", '"'), ("\u201d", '"'), ("\u201e", '"'),
    ("\u2010", "-"), ("\u2011", "-"), ("\u2012", "-"), ("\u2013", "-"), ("\u2212", "-"), ("\u05be", "-"),
    ("\u03c2", "\u03c3"),  # final sigma
    ("\u06a9", "\u0643"), ("\u06cc", "\u064a"), ("\u0649", "\u064a"),  # Persian kaf and yeh, alef maksura
)  # fmt: skip

# So many at once stay in the processor's cache from one pass to the next: a long text is done four times as fast.
_CACHED_CHARS = 1 << 14

# What changes the length: entities, runs of spaces, invisible characters, marks, ligatures and presentation forms.
_ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});"
_INVISIBLE = r"\u00ad\u034f\u061c\u0640\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
_COMPATIBLE = r"\ufb00-\ufdff\ufe70-\ufefc\uff01-\uff06\uff08-\uff5e\uff66-\uff9d\u2126\u212a\u212b"
_SPECIAL = regex.compile(rf"{_ENTITY}|  +|[\p{{M}}{_INVISIBLE}{_COMPATIBLE}]+")
_GAP = re.compile(rf"{_ENTITY}|  +")
_MARK = regex.compile(r"\p{M}")
_DROPPED = re.compile(rf"[{_INVISIBLE}]")
# Stress and vocalisation: marks that made no precomposed letter on Cyrillic, and all points of Hebrew and Arabic.
_STRESS = regex.compile(r"(?<=\p{Cyrillic}\p{M}*)[\u0300\u0301]|[\u0591-\u05c7\u064b-\u0652\u0670]")


@dataclass(frozen=True)
class Folded:
    """A folded text and the places where its length differs from the original.

    `cased` still has its capitals; `text` and `lower` give the compare-form, at the same offsets.

    Between two breaks the offsets run in step; `breaks` and `origins` are the folded and the original offset of the
    first character after each place, both ascending; both empty when the offsets are the same throughout.
    """

    cased: str
    breaks: tuple[int, ...] = ()
    origins: tuple[int, ...] = ()
    turkic: bool = False

    @cached_property
    def text(self) -> str:
        """Return the whole folded text, in lower case."""
        return self.lower(0, len(self.cased))

    def lower(self, start: int, end: int) -> str:
        """Return a piece of the folded text in lower case, of the same length (as 'İ'.lower() would not be)."""
        return _lower(self.cased[max(start, 0) : end], self.turkic)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets, in the original, of `self.text[start:end]`; `start < end`."""
        if not self.breaks:
            return start, end
        return self._at(start), self._after(end)

    def _at(self, offset: int) -> int:
        i = bisect_right(self.breaks, offset) - 1
        return self.origins[i] if i % 2 else self.origins[i] + (offset - self.breaks[i])

    def _after(self, offset: int) -> int:
        """Return where the original of the character before `offset` ends; a mark belongs to its letter."""
        i = bisect_right(self.breaks, offset - 1) - 1
        return self.origins[i + 1] if i % 2 else self.origins[i] + (offset - self.breaks[i])


def fold(text: str, *, lang: str) -> Folded:
    """Return the compare-form of `text`.

    A single line end counts as a space, so that names are found across wrapped lines; an empty line parts names.

    >>> folded = fold("Из Донба́сса", lang="ru")
    >>> folded.text, folded.span(3, 10)
    ('из донбасса', (3, 11))
    """
    plain = _same_length(text)
    return _spliced(plain, _special_places(plain), base(lang) in _TURKIC)


def as_written(text: str) -> str:
    """Return a short piece of text with its case, but without entities, invisible characters and stress marks."""
    if text.isascii() and "&" not in text:
        return text
    kept = _STRESS.sub("", unicodedata.normalize("NFC", _DROPPED.sub("", html.unescape(text))))
    for old, new in _SAME_LENGTH:
        kept = kept.replace(old, new)
    return kept


def lowered(word: str, lang: str) -> str:
    """Return a word of `Folded.cased` as it stands in `Folded.text`."""
    return _lower(word, base(lang) in _TURKIC)


def folded_name(name: str, lang: str) -> str:
    """Return the compare-form of a name."""
    if name.isascii() and name.isalpha() and base(lang) not in _TURKIC:
        return name.lower()
    return _folded_name(name, lang)


@lru_cache(maxsize=16384)
def _folded_name(name: str, lang: str) -> str:
    return fold(name.strip(), lang=lang).text


def is_word(char: str) -> bool:
    """Say whether `char` is part of a word: letters, digits, vowel signs and other marks, the underscore."""
    return char.isalnum() or char == "_" or unicodedata.category(char)[0] == "M"


def word_end(text: str, start: int) -> int:
    """Return where the characters from `start` on end that are part of a word; `start` where there is none.

    As `is_word` has it, but for marks above the basic plane, which end a word here.
    """
    found = _word().match(text, start)
    return found.end() if found else start


def base(lang: str) -> str:
    """Return the primary subtag of a language tag: `pt` of `pt-BR`."""
    return lang.partition("-")[0].lower()


def _lower(piece: str, turkic: bool) -> str:
    if turkic:
        piece = piece.replace("I", "\u0131")
    return piece.replace("\u0130", "i").lower()


def _same_length(text: str) -> str:
    """Make punctuation and spaces uniform without moving an offset."""
    text = "".join(_uniform(text[at : at + _CACHED_CHARS]) for at in range(0, len(text), _CACHED_CHARS))
    if "\n" in text:
        text = text.replace("\r\n", " \n").replace("\n\n", "\r\r").replace("\n", " ")
    return text


def _uniform(text: str) -> str:
    if text.isascii():
        return text.replace("`", "'").replace("\t", " ")
    for old, new in _SAME_LENGTH:
        text = text.replace(old, new)
    return text


# `re` finds one of a set at once if all of it is in the basic plane; of the planes above it tries each range in turn.
@lru_cache(maxsize=1)
def _odd() -> re.Pattern[str]:
    """Return what finds a character that may need work; asked of every text, and re finds one of a set quickest."""
    return re.compile(f"[{_marks()}{_INVISIBLE}{_COMPATIBLE}\U00010000-\U0001efff\U000e0000-\U000e0fff]")


@lru_cache(maxsize=1)
def _word() -> re.Pattern[str]:
    return re.compile(f"[\\w{_marks()}]*")


@lru_cache(maxsize=1)
def _marks() -> str:
    """Return the marks of the basic plane, as a set of `re` takes them."""
    return "".join(chr(c) for c in range(0x300, 0x10000) if unicodedata.category(chr(c))[0] == "M")


def _special_places(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each place that changes its length; a mark takes its letter along."""
    odd = not text.isascii() and _odd().search(text)
    if not odd and "&" not in text and "  " not in text:
        return
    done = 0
    for place in (_SPECIAL if odd else _GAP).finditer(text):
        start, end = place.span()
        if start > done and (_MARK.match(text, start) or _DROPPED.match(text, start)):
            start -= 1
        yield start, end
        done = end


def _spliced(text: str, places: Iterable[tuple[int, int]], turkic: bool) -> Folded:
    """Replace each special place by its folded form and note where offsets shift.

    Every place yields two breaks, one at its start and one after it, so that odd breaks are those of places.
    """
    pieces: list[str] = []
    breaks, origins = [0], [0]
    length = done = 0
    for start, end in places:
        pieces += (text[done:start], _special(text[start:end]))
        length += start - done
        breaks += (length, length + len(pieces[-1]))
        origins += (start, end)
        length += len(pieces[-1])
        done = end
    if not pieces:
        return Folded(text, turkic=turkic)
    pieces.append(text[done:])
    return Folded("".join(pieces), tuple(breaks), tuple(origins), turkic)


@lru_cache(maxsize=4096)
def _special(piece: str) -> str:
    if piece[0] == "&":
        char = html.unescape(piece)
        return _same_length(char) if len(char) == 1 else piece
    if piece.isspace():
        return " "
    shown = unicodedata.normalize("NFKC", _DROPPED.sub("", piece))
    return _STRESS.sub("", shown).replace("I\u0307", "\u0130").replace("i\u0307", "i")

"""The words of a sentence, with their offsets: what names are looked for among when no list has them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Entities are passed over, but for an apostrophe's within a word; elided articles are words of their own.
_WORD = regex.compile(
    r"&(?!\#39;|rsquo;)\#?\w+;"
    r"|\b(?:l|d|s|n|j|m|t|c|qu|un|all|dall|dell|nell|sull|quell|jusqu|lorsqu|puisqu)(?:['’]|&\#39;|&rsquo;)(?=\p{L})"
    r"|(?P<word>\p{L}(?:[\p{L}\p{M}\p{N}\u00ad\u200c]|(?:['’ʼ]|&\#39;|&rsquo;)(?=\p{L}))*)",
    regex.IGNORECASE,
)
_JOINT = regex.compile(r"[ \u00a0\u202f]|[-\u2010\u2011]|\. ")
_POSSESSIVE = regex.compile(r"(?:['’]|&#39;|&rsquo;)[sS]$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or some words that stand together: `sentence[start:end] == text`, a possessive 's not included."""

    start: int
    end: int
    text: str

    @property
    def capitalised(self) -> bool:
        """Say whether the first letter is large, or of a script that has no capitals."""
        return not self.text[0].islower()


@lru_cache(maxsize=64)
def words(sentence: str) -> tuple[Word, ...]:
    """Return the words of a sentence in order; asked for again and again while one sentence is settled.

    >>> [word.text for word in words("l'Ukraine, Sana&#39;a&#39;s &quot;Kim Jong-un&quot;")]
    ['Ukraine', 'Sana&#39;a', 'Kim', 'Jong', 'un']
    """
    found = []
    for match in _WORD.finditer(sentence):
        if match["word"]:
            text = _POSSESSIVE.sub("", match.group())
            found.append(Word(match.start(), match.start() + len(text), text))
    return tuple(found)


def windows(sentence: str, found: Sequence[Word], *, n_words: int, capitalised: bool = False) -> Iterator[Word]:
    """Yield every run of `n_words` words with nothing but a space, a hyphen or an abbreviation's dot between.

    Args: capitalised: leave out those that begin with a small letter.
    """
    for i in range(len(found) - n_words + 1 if n_words else 0):  # a name such as 🪨 has no word
        if capitalised and not found[i].capitalised:
            continue
        run = found[i : i + n_words]
        if all(_JOINT.fullmatch(sentence, a.end, b.start) for a, b in pairwise(run)):
            start, end = run[0].start, run[-1].end
            yield Word(start, end, sentence[start:end])

"""Find where a few words of a sentence stand in its translation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import Indel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.markup.words import Bitext, Words

_ALIKE = 0.62  # similarity from which on two phrases are inflections of one; below, accidents begin
_AROUND = 60  # words on either side of the expected place that are looked at


@dataclass(frozen=True, slots=True)
class Found:
    """A half-open range of words of the target; `score` from 0, a guess, to 1, beyond doubt."""

    first: int
    end: int
    score: float


def locate(
    bitext: Bitext, first: int, end: int, *, translations: Sequence[Words], room: tuple[int, int], sentence: int
) -> Found | None:
    """Find the words `first`..`end` of the source, all of one sentence, among the words `room` of the target.

    Args:
        translations: what the engine makes of these words alone, and the words themselves.
        room: half-open range of target words that may be taken.
    Returns: None when nothing there is like them.
    """
    lo, hi = room
    middle = bitext.expected((first + end - 1) / 2, sentence)
    best = _anchored(bitext, first, end, room)
    for phrase in translations:
        if len(phrase) and (best is None or best.score < 1):
            around = (max(lo, int(middle) - _AROUND - len(phrase)), min(hi, int(middle) + _AROUND + len(phrase)))
            other = _window(bitext.target.keys, phrase.keys, around, middle)
            if other and (best is None or other.score > best.score):
                best = other
    return best


def _anchored(bitext: Bitext, first: int, end: int, room: tuple[int, int]) -> Found | None:
    """Trust anchors where both ends of the phrase are one and they keep its order."""
    start, stop = bitext.image(first), bitext.image(end - 1)
    if start is None or stop is None or not room[0] <= start <= stop < room[1]:
        return None
    return Found(start, stop + 1, 1.0 if stop - start < 2 * (end - first) + 2 else 0.5)


def _window(keys: Sequence[str], phrase: Sequence[str], room: tuple[int, int], middle: float) -> Found | None:
    """Return the stretch most like the phrase; of equals the one nearest to where it is expected."""
    lo, hi = room
    text = " ".join(phrase)
    known = set(phrase)
    slack = 0 if len(phrase) == 1 else min(3, 1 + len(phrase) // 4)
    best: Found | None = None
    rank = (0.0, 0.0)
    for size in range(max(1, len(phrase) - slack), len(phrase) + slack + 1):
        for first in range(lo, hi - size + 1):
            end = first + size
            # A stretch that begins or ends with a strange word is no better than the one without it.
            if size > len(phrase) and not (keys[first] in known and keys[end - 1] in known):
                continue
            score = Indel.normalized_similarity(text, " ".join(keys[first:end]), score_cutoff=max(_ALIKE, rank[0]))
            if score and (score, -abs((first + end - 1) / 2 - middle)) > rank:
                best, rank = Found(first, end, score), (score, -abs((first + end - 1) / 2 - middle))
    return best

"""Sentences of two texts paired by length and by what they share, after Gale and Church.

Sentences that are the same, or share words that no others have, pair first; between these anchors the cheapest way
through is found by dynamic programming in a band around the diagonal, so that time grows with the length of the texts
and not with its square. A bead costs what its sides do not share, rarer words more, and what Gale and Church's model
takes for its difference in length and for its kind.
Source: Gale and Church, A Program for Aligning Sentences in Bilingual Corpora, Computational Linguistics 19, 1993.
"""

from __future__ import annotations

import bisect
import math
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

#: Where a bead's sentences stand: a[start:end], b[start:end].
Bead: TypeAlias = tuple[tuple[int, int], tuple[int, int]]

# Negative logarithms of how often a bead is of a kind, as in the paper; but what stands on one side alone is less rare
# in two translations than in its parliament's proceedings, and its words cost by themselves already.
_KINDS = {(1, 1): 0.12, (1, 0): 1.6, (0, 1): 1.6, (2, 1): 2.4, (1, 2): 2.4, (2, 2): 4.5, (3, 1): 5.0, (1, 3): 5.0}
_VARIANCE = 6.8  # of the length of a translation, a character of the original, as the paper has it
_MOST_UNLIKELY = 25.0
_MOST_SENTENCES = max(dj for _, dj in _KINDS)  # of one side of a bead
_BAND = 16
_CELLS = 40_000
_SHARED = 0.7  # of the rarer side's weight: from here on two sentences with a word of their own are an anchor


@dataclass(frozen=True)
class Item:
    """A sentence as it is aligned: what it holds, and how long it is in characters."""

    key: Hashable
    words: frozenset[str]
    n_chars: int


def align(a: Sequence[Item], b: Sequence[Item], *, one_language: bool) -> list[Bead]:
    """Return the beads in order; each sentence of a and of b is in exactly one, and at most three of a side.

    Args: one_language: a and b are; otherwise one may be longer all through, and length is measured against that.
    """
    weights = _weights(a, b)
    ratio = 1.0 if one_language else (1 + sum(item.n_chars for item in b)) / (1 + sum(item.n_chars for item in a))
    anchors = [(-1, -1), *_settled(_anchors(a, b, weights), a, b), (len(a), len(b))]
    beads: list[Bead] = []
    for (i, j), (next_i, next_j) in pairwise(anchors):
        if i >= 0:
            beads.append(((i, i + 1), (j, j + 1)))
        gap = _Gap(a[i + 1 : next_i], b[j + 1 : next_j], weights, min(max(ratio, 0.2), 5.0))
        beads += (((x + i + 1, y + i + 1), (u + j + 1, v + j + 1)) for (x, y), (u, v) in gap.beads())
    return beads


def _weights(a: Sequence[Item], b: Sequence[Item]) -> dict[str, float]:
    """Return what each word is worth: 1 for one that stands once on a side, little for one that is everywhere."""
    counts = Counter(word for side in (a, b) for item in side for word in item.words)
    scale = math.log(len(a) + len(b) + 3)
    return {word: max(0.05, 1 - math.log(max(1.0, n / 2)) / scale) for word, n in counts.items()}


def _anchors(a: Sequence[Item], b: Sequence[Item], weights: dict[str, float]) -> list[tuple[int, int]]:
    """Return pairs of sentences that surely belong together, both rising."""
    same = _rising(_once([item.key for item in a], [item.key for item in b]))
    found: list[tuple[int, int]] = []
    for (i, j), (next_i, next_j) in pairwise([(-1, -1), *same, (len(a), len(b))]):
        if i >= 0:
            found.append((i, j))
        inner = _alike(a[i + 1 : next_i], b[j + 1 : next_j], weights)
        found += ((x + i + 1, y + j + 1) for x, y in inner)
    return found


def _settled(anchors: list[tuple[int, int]], a: Sequence[Item], b: Sequence[Item]) -> Iterator[tuple[int, int]]:
    """Yield the anchors but for those beside which one side has more: what is over may belong to the anchor's bead."""
    around = [(-1, -1), *anchors, (len(a), len(b))]
    for before, (i, j), after in zip(around, anchors, around[2:], strict=False):
        is_even = i - before[0] == j - before[1] and after[0] - i == after[1] - j
        if is_even or a[i].key == b[j].key:
            yield i, j


def _once(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return where stands what each side has exactly once."""
    n_a, n_b = Counter(a), Counter(b)
    at = {key: j for j, key in enumerate(b) if n_b[key] == 1}
    return [(i, at[key]) for i, key in enumerate(a) if n_a[key] == 1 and key in at]


def _alike(a: Sequence[Item], b: Sequence[Item], weights: dict[str, float]) -> list[tuple[int, int]]:
    """Return pairs that share words which stand once on each side, and most of what they hold beside."""
    if not a or not b:
        return []
    left = [(word, i) for i, item in enumerate(a) for word in item.words]
    right = [(word, j) for j, item in enumerate(b) for word in item.words]
    pairs = {(left[x][1], right[y][1]) for x, y in _once([word for word, _ in left], [word for word, _ in right])}
    sure = []
    for i, j in pairs:
        shared = sum(weights[word] for word in a[i].words & b[j].words)
        larger = max(sum(weights[word] for word in item.words) for item in (a[i], b[j]))
        if shared >= _SHARED * larger:
            sure.append((i, j))
    return _rising(sure)


def _rising(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest run of `pairs` that rises on both sides.

    >>> _rising([(0, 3), (1, 1), (1, 2), (2, 2), (3, 0)])
    [(1, 1), (2, 2)]
    """
    # Those of one i fall, so that no run takes two of them.
    ordered = sorted(pairs, key=lambda pair: (pair[0], -pair[1]))
    ends: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for n, (_, j) in enumerate(ordered):
        at = bisect.bisect_left(ends, j)
        before.append(tops[at - 1] if at else -1)
        ends[at : at + 1], tops[at : at + 1] = [j], [n]
    chosen: list[tuple[int, int]] = []
    n = tops[-1] if tops else -1
    while n >= 0:
        chosen.append(ordered[n])
        n = before[n]
    return chosen[::-1]


class _Gap:
    """What lies between two anchors; the loop in `_ways` is where two texts that share little spend their time."""

    def __init__(self, a: Sequence[Item], b: Sequence[Item], weights: dict[str, float], ratio: float) -> None:
        self._a, self._b, self._weights, self._ratio = a, b, weights, ratio
        # Running sums: what the first n sentences of a side weigh, and how long they are.
        self._heavy = [_running(sum(weights[word] for word in item.words) for item in side) for side in (a, b)]
        self._long = [_running(item.n_chars for item in side) for side in (a, b)]
        # Cells are numbered row by row; a step to the left of column 0 leads to one of the spare ones, which are empty.
        self._width = len(b) + 1 + _MOST_SENTENCES
        self._shares: dict[int, float] = {}
        self._together: dict[tuple[int, int, int], frozenset[str]] = {}

    def beads(self) -> list[Bead]:
        """Return the cheapest way through, as beads."""
        n, m = len(self._a), len(self._b)
        if not n or not m:
            return [*(((i, i + 1), (0, 0)) for i in range(n)), *(((n, n), (j, j + 1)) for j in range(m))]
        ways = self._ways(n, m)
        beads: list[Bead] = []
        i, j = n, m
        while i or j:
            di, dj = ways[i * self._width + j]
            beads.append(((i - di, i), (j - dj, j)))
            i, j = i - di, j - dj
        return beads[::-1]

    def _ways(self, n: int, m: int) -> dict[int, tuple[int, int]]:
        """Return for each cell of the band the last step of the cheapest way to it."""
        heavy_a, heavy_b = self._heavy
        steps = [(di * self._width + dj, di, dj, rarity) for (di, dj), rarity in _KINDS.items()]
        costs = {0: 0.0}
        ways: dict[int, tuple[int, int]] = {}
        for i, j in _band(n, m):
            cell, best = i * self._width + j, math.inf
            for back, di, dj, rarity in steps:
                before = costs.get(cell - back)
                if before is None or before + rarity >= best:
                    continue
                a, b = heavy_a[i] - heavy_a[i - di], heavy_b[j] - heavy_b[j - dj]
                cost = before + rarity + (abs(a - b) if di and dj else a + b)  # no less, whatever they share
                if cost < best and di and dj:
                    cost = self._cost(i, j, di, dj, before + rarity + a + b, best)
                if cost < best:
                    best, ways[cell] = cost, (di, dj)
            if best < math.inf:
                costs[cell] = best
        return ways

    def _cost(self, i: int, j: int, di: int, dj: int, apart: float, best: float) -> float:
        """Return what the bead that ends at i, j costs, and the way to it; anything from `best` on where it is no less.

        Args: apart: the cost if the sides share nothing.
        """
        shared = self._share(i - 1, j - 1)
        if di + dj > 2:  # what joined sentences share is no more than what each does
            pairs = [(x, y) for x in range(i - di, i) for y in range(j - dj, j)]
            if apart - 2 * sum([self._share(x, y) for x, y in pairs]) >= best:
                return best
            shared = self._worth(self._joined(0, i, di) & self._joined(1, j, dj))
        cost = apart - 2 * shared
        if cost >= best:
            return best
        long_a, long_b = self._long
        return cost + self._unlikely(long_a[i] - long_a[i - di], long_b[j] - long_b[j - dj])

    def _share(self, i: int, j: int) -> float:
        cell = i * self._width + j
        share = self._shares.get(cell)
        if share is None:
            share = self._shares[cell] = self._worth(self._a[i].words & self._b[j].words)
        return share

    def _joined(self, side: int, end: int, n: int) -> frozenset[str]:
        """Return the words of the n sentences of a side before `end`."""
        items = (self._a, self._b)[side]
        if n == 1:
            return items[end - 1].words
        key = side, end, n
        if key not in self._together:
            self._together[key] = self._joined(side, end - 1, n - 1) | items[end - 1].words
        return self._together[key]

    def _worth(self, shared: frozenset[str]) -> float:
        weights = self._weights
        return sum([weights[word] for word in shared])

    def _unlikely(self, a: float, b: float) -> float:
        expected = a * self._ratio
        deviation = abs(b - expected) / math.sqrt(_VARIANCE * (expected + b + 1) / 2)
        likelihood = math.erfc(deviation / math.sqrt(2))
        return min(_MOST_UNLIKELY, -math.log(likelihood)) if likelihood > 0 else _MOST_UNLIKELY


def _running(values: Iterable[float]) -> list[float]:
    return [0.0, *accumulate(values)]


def _band(n: int, m: int) -> Iterator[tuple[int, int]]:
    """Yield the cells around the diagonal row by row, all of them where there are few; (0, 0) is none of them."""
    half = max(_BAND, _CELLS // (2 * (n + m)))
    for i in range(n + 1):
        middle = i * m // n
        # A row begins where the one before still reaches, however steep the diagonal is.
        first = max(0, (i - 1) * m // n - half if i else 0)
        for j in range(first, min(m, middle + half) + 1):
            if i or j:
                yield i, j

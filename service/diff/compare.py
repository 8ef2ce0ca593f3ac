"""Two translations compared: their sentences paired, and what changed in each pair."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import regex

from glossary import Glossary
from service.diff.align import Item, align
from service.diff.changes import Side, changes
from service.diff.names import Name, Names, merged
from service.diff.record import Diff, Pair
from service.diff.sentences import sentences
from service.diff.words import held, seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glossary import Mention, Span
    from service.diff.align import Bead

_LINE_END = regex.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One of two translations; `mentions` are the pipeline's where it made the translation."""

    text: str
    mentions: tuple[Mention, ...] = ()


def compare(a: Version, b: Version, *, lang: str, glossary: Glossary | None = None, same_source: bool = False) -> Diff:
    """Compare two translations into one language.

    The diff from b to a is the mirror of the one from a to b.

    Args:
        lang: canonical BCP-47 tag of both texts; names are found by its rules.
        glossary: whose names are told apart from other words; none are without.
        same_source: both were made by the pipeline from one text, so that their lines correspond.
    """
    if b.text < a.text:
        return compare(b, a, lang=lang, glossary=glossary, same_source=same_source).mirrored()
    in_a, in_b = sentences(a.text, lang=lang), sentences(b.text, lang=lang)
    names_a, names_b = (Names(glossary or Glossary(), lang, version.mentions) for version in (a, b))
    beads = _beads(a.text, b.text, in_a, in_b, same_source=same_source)
    pairs = _Pairs(a.text, b.text, in_a, in_b, names_a, names_b).pairs(beads)
    return Diff(a.text, b.text, lang, pairs, _similarity(a.text, b.text, pairs))


class _Pairs:
    def __init__(
        self, a: str, b: str, a_sentences: list[Span], b_sentences: list[Span], a_names: Names, b_names: Names
    ) -> None:
        self._texts = a, b
        self._sentences = a_sentences, b_sentences
        self._names = a_names, b_names

    def pairs(self, beads: Sequence[Bead]) -> tuple[Pair, ...]:
        found = []
        ends = (0, 0)
        for (i, j), (k, m) in beads:
            a, b = self._sentences[0][i:j], self._sentences[1][k:m]
            found.append(self._pair(a, b, ends))
            ends = (a[-1].end if a else ends[0], b[-1].end if b else ends[1])
        return tuple(found)

    def _pair(self, a: list[Span], b: list[Span], ends: tuple[int, int]) -> Pair:
        if "".join(seen(span.text) for span in a) == "".join(seen(span.text) for span in b):
            return Pair(a=tuple(a), b=tuple(b))
        in_a, in_b = self._found(a, b)
        sides = Side(self._texts[0], a, in_a, ends[0]), Side(self._texts[1], b, in_b, ends[1])
        return Pair(a=tuple(a), b=tuple(b), changes=changes(*sides))

    def _found(self, a: list[Span], b: list[Span]) -> tuple[list[Name], list[Name]]:
        """Return the names of both sides; one that the other side lacks may stand there as no list has it."""
        in_a, in_b = self._names[0].among(a), self._names[1].among(b)
        if not a or not b:
            return in_a, in_b
        n_a, n_b = (Counter(name.concept for name in found) for found in (in_a, in_b))
        if lacking := n_b - n_a:
            in_a = merged(in_a, self._names[0].unlisted(a, concepts=lacking))
        if lacking := n_a - n_b:
            in_b = merged(in_b, self._names[1].unlisted(b, concepts=lacking))
        return in_a, in_b


def _beads(a: str, b: str, in_a: list[Span], in_b: list[Span], *, same_source: bool) -> list[Bead]:
    items_a, items_b = [_item(span) for span in in_a], [_item(span) for span in in_b]
    by_line = [_lines(*side) for side in ((a, in_a), (b, in_b))] if same_source else [[], [0]]
    if len(by_line[0]) != len(by_line[1]):
        return align(items_a, items_b, one_language=True)
    beads: list[Bead] = []
    for (i, j), (k, m) in zip(_spans(by_line[0], len(in_a)), _spans(by_line[1], len(in_b)), strict=True):
        line = align(items_a[i:j], items_b[k:m], one_language=True)
        beads += (((x + i, y + i), (u + k, v + k)) for (x, y), (u, v) in line)
    return beads


def _lines(text: str, in_text: list[Span]) -> list[int]:
    """Return the number of the first sentence of each line that has one."""
    ends = [found.start() for found in _LINE_END.finditer(text)]
    lines = [bisect_right(ends, span.start) for span in in_text]
    return [n for n, line in enumerate(lines) if not n or lines[n - 1] != line]


def _spans(starts: list[int], end: int) -> list[tuple[int, int]]:
    return list(zip(starts, [*starts[1:], end], strict=True))


def _item(span: Span) -> Item:
    return Item(seen(span.text), held(span.text), len(span.text))


def _similarity(a: str, b: str, pairs: Sequence[Pair]) -> float:
    """Return chrF over the pairs as sacrebleu counts it, with beta 1 so that it is the same both ways."""
    if seen(a) == seen(b):
        return 100.0
    from sacrebleu.metrics.chrf import CHRF  # a tenth of a second to import

    sides = [[" ".join(span.text for span in side) for side in (pair.a, pair.b)] for pair in pairs]
    return float(CHRF(beta=1).corpus_score([side[0] for side in sides], [[side[1] for side in sides]]).score)

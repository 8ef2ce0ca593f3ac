"""Put marks back on the words that they stood on, in a translation whose words may stand in another order.

What is known is used, best first: names and numbers that both sides have, the translation of the marked words alone,
the words as they are, whole sentences, what stands on either side. A mark that none of these places is put where it
would be if the words had kept their order, and reported; none is ever dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import regex

from service.markup.locate import Found, locate
from service.markup.marked import children
from service.markup.words import Words, bitext, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.markup.marked import Mark, Marked
    from service.markup.words import Bitext
    from service.records import Translation

_QUOTED_CHARS = 40
_SENTENCE_END = regex.compile(r"[.!?…]\s+|[。！？]|\n")
_ASIDE_CHARS, _ASIDE_SHARE = 500, 3  # what may be translated for the sake of the marks alone


@dataclass
class _Area:
    """The part of the target in which the children of a mark may stand, in words and in characters."""

    words: tuple[int, int]
    chars: tuple[int, int]
    taken: list[tuple[int, int]] = field(default_factory=list)

    def rooms(self) -> list[tuple[int, int]]:
        """Return the stretches of words that no sibling has taken."""
        rooms, at = [], self.words[0]
        for first, end in sorted(self.taken):
            if at < first:
                rooms.append((at, first))
            at = max(at, end)
        return [*rooms, (at, self.words[1])] if at < self.words[1] else rooms


def place(
    block: Marked, translation: Translation, *, alone: Mapping[str, str], fixed: Mapping[int, int]
) -> tuple[tuple[tuple[int, int], ...], tuple[str, ...]]:
    """Return where each mark of `block` stands in its translation, and what could not be placed, in words.

    Args:
        alone: translations of marked words, and of what stands before a point, by their text (`wanted`).
        fixed: where marks with held text stand in the translation, by index, as far as that is known.
    """
    placing = _Placing(block, translation, alone, fixed)
    placing.under(-1, _Area((0, len(placing.bitext.target)), (0, len(translation.text))))
    return tuple(placing.spans[n] for n in range(len(block.marks))), tuple(placing.lost)


def wanted(block: Marked) -> list[str]:
    """Return the texts whose translations help to place the marks of `block`: few beside the block itself."""
    if not block.marks:
        return []
    source = words(block.text)
    texts: list[str] = []
    room = _ASIDE_CHARS + _ASIDE_SHARE * len(block.text)
    for mark in block.marks:
        if room < 0:
            break
        first, end = source.within(mark.start, mark.end) if mark.end > mark.start else (0, 0)
        if first < end and not (first == 0 and end == len(source)):
            texts += _pieces(source, first, end)
        elif first == end and mark.held is None:
            texts += _before(source, mark.start), _attached(source, mark.start)
        room -= len(mark.name) + sum(map(len, texts[-2:]))
    return [text for text in dict.fromkeys(texts) if text]


def _core(source: Words, first: int, end: int) -> str:
    return source.text[source.starts[first] : source.ends[end - 1]]


def _pieces(source: Words, first: int, end: int) -> list[str]:
    """Return some words, and where sentences end among them, those before the first end and after the last."""
    core = _core(source, first, end)
    ends = [found.end() for found in _SENTENCE_END.finditer(core)]
    if not ends:
        return [core]
    start = source.starts[first]
    head = source.within(start, start + ends[0])
    tail = source.within(start + ends[-1], start + len(core))
    return [core, *(_core(source, *part) for part in (head, tail) if part[0] < part[1])]


def _before(source: Words, point: int) -> str:
    """Return the words of the sentence, or about that, up to a point; empty where there are none on one side."""
    first = source.within(point, len(source.text))[0]
    if first == 0 or first == len(source):
        return ""
    start = max(source.text.rfind(mark, 0, source.ends[first - 1]) for mark in (". ", "! ", "? ", "\n"))
    return source.text[max(start + 1, 0) : source.ends[first - 1]].strip()


def _attached(source: Words, point: int) -> str:
    """Return the word that ends at a point, as one with a footnote does; empty where none does."""
    following = source.within(point, len(source.text))[0]
    ends = following > 0 and source.ends[following - 1] == point
    return _core(source, following - 1, following) if ends else ""


class _Placing:
    """One block being placed."""

    def __init__(
        self, block: Marked, translation: Translation, alone: Mapping[str, str], fixed: Mapping[int, int]
    ) -> None:
        self.bitext: Bitext = bitext(block.text, translation)
        self.spans: dict[int, tuple[int, int]] = {}
        self.lost: list[str] = []
        self._marks = block.marks
        self._children = children(block.marks)
        self._text, self._target = block.text, translation.text
        self._alone, self._fixed = alone, fixed

    def under(self, parent: int, area: _Area) -> None:
        """Place the children of a mark, and theirs, inside `area`."""
        todo = [(parent, area)]
        while todo:
            parent, area = todo.pop()
            stretches = [n for n in self._children.get(parent, ()) if self._words(n)]
            found = self._stretches(stretches, area)
            for n in stretches:
                self.spans[n] = self._characters(n, found[n], area)
            self._apart(stretches, area)
            for n in self._children.get(parent, ()):
                if n not in found:
                    self.spans[n] = self._point(n, parent, area)
                if n in self._children:
                    todo.append((n, self._area(self.spans[n])))

    def _words(self, n: int) -> tuple[int, int] | None:
        mark = self._marks[n]
        first, end = self.bitext.source.within(mark.start, mark.end)
        return (first, end) if first < end and mark.start < mark.end else None

    def _area(self, chars: tuple[int, int]) -> _Area:
        return _Area(self.bitext.target.within(*chars) if chars[0] < chars[1] else (0, 0), chars)

    def _stretches(self, marks: Sequence[int], area: _Area) -> dict[int, Found]:
        """Give every mark its words; the surest choose first."""
        found: dict[int, Found] = {}
        open_ = list(marks)
        guesses = {n: self._find(n, area, [area.words]) for n in open_}
        for n in sorted(open_, key=lambda n: -(guesses[n].score if guesses[n] else 0)):  # type: ignore[union-attr]
            best = guesses[n]
            if best and any(best.first < end and first < best.end for first, end in area.taken):
                best = self._find(n, area, area.rooms())
            if best is None:
                continue
            found[n] = best
            area.taken.append((best.first, best.end))
        for n in open_:
            if n not in found:
                found[n] = self._guess(n, area)
                area.taken.append((found[n].first, found[n].end))
                self._report(n, found[n])
        return found

    def _find(self, n: int, area: _Area, rooms: Sequence[tuple[int, int]]) -> Found | None:
        range_ = self._words(n)
        if range_ is None or not rooms:
            return None
        first, end = range_
        left, right = self.bitext.sentence(first), self.bitext.sentence(end - 1)
        if left == right:
            return self._within(first, end, left, rooms)
        head = self._within(first, self.bitext.sentences[left][0][1], left, rooms)
        tail = self._within(self.bitext.sentences[right][0][0], end, right, rooms)
        if head is None or tail is None or head.first >= tail.end:
            return None
        clear = any(lo <= head.first and tail.end <= hi for lo, hi in rooms)
        return Found(head.first, tail.end, min(head.score, tail.score)) if clear else None

    def _within(self, first: int, end: int, sentence: int, rooms: Sequence[tuple[int, int]]) -> Found | None:
        """Find words of one sentence in that sentence's translation, as far as it lies in the rooms."""
        (s_first, s_end), (t_first, t_end) = self.bitext.sentences[sentence]
        best: Found | None = None
        for lo, hi in rooms:
            room = max(lo, t_first), min(hi, t_end)
            if room[0] >= room[1]:
                continue
            if (first, end) == (s_first, s_end) and room == (t_first, t_end):
                return Found(t_first, t_end, 1.0)
            found = locate(
                self.bitext, first, end, translations=self._phrases(first, end), room=room, sentence=sentence
            )
            if found and (best is None or found.score > best.score):
                best = found
        return best

    def _phrases(self, first: int, end: int) -> list[Words]:
        core = _core(self.bitext.source, first, end)
        return [words(text) for text in dict.fromkeys((self._alone.get(core, core), core))]

    def _guess(self, n: int, area: _Area) -> Found:
        """Put a mark where it would be if the words had kept their order, on words that are free."""
        range_ = self._words(n)
        if range_ is None or not area.rooms():
            at = area.words[1]
            return Found(at, at, 0.0)
        first, end = range_
        start = self.bitext.expected(first, self.bitext.sentence(first))
        stop = self.bitext.expected(end, self.bitext.sentence(end - 1))
        lo, hi = min(area.rooms(), key=lambda room: max(room[0] - start, start - room[1] + 1, 0))
        at = min(max(round(start), lo), hi - 1)
        return Found(at, min(max(round(stop), at + 1), hi), 0.0)

    def _report(self, n: int, found: Found) -> None:
        mark, target = self._marks[n], self.bitext.target
        if not mark.name:
            return
        put = "it holds nothing now"
        if found.first < found.end:
            put = f'put around "{_short(_core(target, found.first, found.end))}"'
        self.lost.append(f'{mark.name} around "{_short(self._text[mark.start : mark.end])}": words not found; {put}')

    def _characters(self, n: int, found: Found, area: _Area) -> tuple[int, int]:
        """Turn words into characters; what stood at the edges of the mark, quotes say, stays at its edges."""
        if found.first == found.end:
            return area.chars[1], area.chars[1]
        mark, source, target = self._marks[n], self.bitext.source, self.bitext.target
        first, end = source.within(mark.start, mark.end)
        start, stop = target.starts[found.first], target.ends[found.end - 1]
        if mark.start > source.starts[first] or mark.end < source.ends[end - 1]:
            start, stop = self._part(mark, (first, end), (start, stop))
        before = self._text[mark.start : source.starts[first]]
        after = self._text[source.ends[end - 1] : mark.end]
        left = target.ends[found.first - 1] if found.first else 0
        right = target.starts[found.end] if found.end < len(target) else len(self._target)
        gap = self._target[max(left, area.chars[0]) : start], self._target[stop : min(right, area.chars[1])]
        return start - _shared(before[::-1], gap[0][::-1]), stop + _shared(after, gap[1])

    def _part(self, mark: Mark, range_: tuple[int, int], chars: tuple[int, int]) -> tuple[int, int]:
        """Cut into a word, as a drop cap does: as many letters at the same end of the word."""
        source, (first, end), (start, stop) = self.bitext.source, range_, chars
        cut_left = max(mark.start - source.starts[first], 0)
        cut_right = max(source.ends[end - 1] - mark.end, 0)
        if end - first == 1 and not (cut_left and cut_right):
            inside = source.ends[first] - source.starts[first] - cut_left - cut_right
            size = min(inside, stop - start)
            return (stop - size, stop) if cut_left else (start, start + size)
        if stop - start <= cut_left + cut_right:
            return start, stop
        return start + cut_left, stop - cut_right

    def _apart(self, marks: Sequence[int], area: _Area) -> None:
        """Keep siblings from overlapping, and all of them inside their parent."""
        at = area.chars[0]
        for n in sorted(marks, key=lambda n: (self.spans[n], n)):
            start = min(max(self.spans[n][0], at), area.chars[1])
            self.spans[n] = start, min(max(self.spans[n][1], start), area.chars[1])
            at = self.spans[n][1]

    def _point(self, n: int, parent: int, area: _Area) -> tuple[int, int]:
        """Place a mark without words: between the words that it stood between, at an edge where it stood at one."""
        mark, source = self._marks[n], self.bitext.source
        start, end = area.chars
        held = self._marks[parent] if parent >= 0 else None
        lo, hi = source.within(held.start, held.end) if held else (0, len(source))
        following = source.within(mark.start, len(self._text))[0]
        if n in self._fixed and start <= self._fixed[n] <= end:
            at, sure = self._fixed[n], True
        elif following <= lo:
            at, sure = min(start + mark.start - (held.start if held else 0), self._first(area)), True
        elif following >= hi:
            at, sure = max(end - ((held.end if held else len(self._text)) - mark.start), self._last(area)), True
        else:
            at, sure = self._between(mark, following)
        at = self._outside(min(max(at, start), end), parent)
        if not sure and mark.name:
            self.lost.append(f'{mark.name} after "{_short(self._text[: mark.start], tail=True)}": place not certain')
        stop = at
        if mark.end > mark.start and self._target.startswith(self._text[mark.start : mark.end], at):
            stop = min(at + mark.end - mark.start, end)
        return at, max(at, stop) if self._outside(stop, parent) == stop else at

    def _first(self, area: _Area) -> int:
        first, end = area.words
        return self.bitext.target.starts[first] if first < end else area.chars[0]

    def _last(self, area: _Area) -> int:
        first, end = area.words
        return self.bitext.target.ends[end - 1] if first < end else area.chars[1]

    def _between(self, mark: Mark, following: int) -> tuple[int, bool]:
        """Return the character between the images of the words on both sides, and whether it is surely the one."""
        source, target = self.bitext.source, self.bitext.target
        sentence = self.bitext.sentence(following)
        (s_first, _), (t_first, t_end) = self.bitext.sentences[sentence]
        if following == s_first:
            word, sure = t_first, True
        else:
            word, sure = self._seam(following, sentence)
            bound = None if sure or mark.held is not None else self._bound(mark, following - 1, (t_first, t_end))
            if bound:
                return target.ends[bound.end - 1], True
        word = min(max(word, t_first), t_end)
        inside = mark.start - source.starts[following]
        if inside > 0 and word < len(target):
            return min(target.starts[word] + inside, target.ends[word]), sure
        gap_start = target.ends[word - 1] if word else 0
        gap_end = target.starts[word] if word < len(target) else len(self._target)
        ours = self._text[source.ends[following - 1] : source.starts[following]]
        offset = mark.start - source.ends[following - 1]
        theirs = self._target[gap_start:gap_end]
        if ours == theirs:
            return gap_start + offset, sure
        if offset <= 0 or not ours[offset - 1 : offset].isspace():
            return gap_start + _shared(ours[:offset], theirs), sure
        return gap_end, sure

    def _bound(self, mark: Mark, word: int, room: tuple[int, int]) -> Found | None:
        """Find the word that a point stands right behind."""
        if mark.start != self.bitext.source.ends[word] or mark.end > mark.start:
            return None
        return self._within(word, word + 1, self.bitext.sentence(word), [room])

    def _seam(self, following: int, sentence: int) -> tuple[int, bool]:
        """Return the target word before which a point between two source words falls."""
        before, after = self.bitext.image(following - 1), self.bitext.image(following)
        (_, _), (t_first, t_end) = self.bitext.sentences[sentence]
        text = _before(self.bitext.source, self.bitext.source.starts[following])
        prefix = words(self._alone.get(text, text))
        expected = t_first + len(prefix) if text in self._alone else round(self.bitext.expected(following, sentence))
        seams = [n for n in (after, None if before is None else before + 1) if n is not None]
        if seams:
            return min(seams, key=lambda n: abs(n - expected)), True
        if len(prefix):
            near = range(max(t_first, expected - 5), min(t_end, expected + 5))
            same = [n + 1 for n in near if self.bitext.target.keys[n] == prefix.keys[-1]]
            if same:
                return min(same, key=lambda n: abs(n - expected)), True
        return min(max(expected, t_first), t_end), False

    def _outside(self, at: int, parent: int) -> int:
        """Return `at`, moved to the nearer edge of the sibling that it would cut in two."""
        for n in self._children.get(parent, ()):
            start, end = self.spans.get(n, (0, 0))
            if start < at < end:
                return start if at - start <= end - at else end
        return at


def _shared(ours: str, theirs: str) -> int:
    """Return how many characters of the gap `theirs` stand for those of `ours`: the same, or both marks, in turn."""
    n = 0
    for our, their in zip(ours, theirs, strict=False):
        if our != their and (our.isspace() or their.isspace()):
            break
        n += 1
    return n


def _short(text: str, *, tail: bool = False) -> str:
    text = " ".join(text.split())
    if len(text) <= _QUOTED_CHARS:
        return text
    return f"…{text[-_QUOTED_CHARS:]}" if tail else f"{text[:_QUOTED_CHARS]}…"

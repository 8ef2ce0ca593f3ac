"""What changed inside a pair of passages, word by word, and what kind of change it is.

A name counts as one word, and the names of one concept as the same word: so a name is compared with itself however
it is spelt. What is left between the words that are the same is divided once more: names from what stands in their
place, numbers from numbers, marks from marks.
"""

from __future__ import annotations

from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import Indel

from glossary import Span
from glossary.romanise.sound import likeness
from service.diff.record import Change
from service.diff.words import Word, seen, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.diff.names import Name
    from service.diff.record import ChangeKind, Follows

_FOLLOWS: Mapping[tuple[bool, bool], Follows] = {
    (True, True): "both",
    (True, False): "a",
    (False, True): "b",
    (False, False): "neither",
}
# Between spellings of one name and different names; see `likeness`.
_SOUNDS = 0.75
_MAX_WORDS = 3
_SEARCHED = 64
# What may change beside a name because the name does: d'Odessa and de Odesa, an and a.
_AROUND = frozenset(["a", "an", "d", "de", "du", "des", "l", "le", "la", "el", "il", "lo", "'", "’"]) | {
    f"{stem}{end}" for stem in ("de", "ne", "a", "da", "su") for end in ("l", "ll", "llo", "lla")
}


class _Item(NamedTuple):
    """Words of a against words of b; those of no kind are the same."""

    kind: ChangeKind | None
    xs: Sequence[Word]
    ys: Sequence[Word]


class Side(NamedTuple):
    """A passage of a text: its sentences, the names in them, and where it would stand if it has none."""

    text: str
    sentences: Sequence[Span]
    names: Sequence[Name]
    at: int


def changes(a: Side, b: Side) -> tuple[Change, ...]:
    """Return what changed from a to b, in the order of both."""
    xs, ys = _words(a), _words(b)
    if not xs or not ys:
        items = [_Item(_kind(xs, ys), xs, ys)] if xs or ys else []
    else:
        items = _with_around(list(_items(a.text, b.text, xs, ys)))
    found = []
    at_a, at_b = (side.sentences[0].start if side.sentences else side.at for side in (a, b))
    for item in items:
        if item.kind:
            found.append(_change(item, _piece(a.text, item.xs, at_a), _piece(b.text, item.ys, at_b)))
        at_a = item.xs[-1].end if item.xs else at_a
        at_b = item.ys[-1].end if item.ys else at_b
    return tuple(found)


def _words(side: Side) -> list[Word]:
    """Return the words of a passage, each name one word; a word that a name ends in belongs to the name."""
    found: list[Word] = []
    plain = [word for sentence in side.sentences for word in words(sentence.text, at=sentence.start)]
    names = iter(side.names)
    name = next(names, None)
    for word in plain:
        while name and name.end <= word.start:
            name = next(names, None)
        if not name or word.end <= name.start:
            found.append(word)
        elif found and found[-1].kind == "name" and found[-1].end > name.start:
            found[-1] = _named(name, found[-1].start, max(word.end, found[-1].end))
        else:
            found.append(_named(name, word.start, word.end))
    return found


def _named(name: Name, start: int, end: int) -> Word:
    # No word's key has a control character.
    return Word(start, end, "name", f"\0{name.concept}", name.concept, name.allowed)


def _items(a: str, b: str, xs: Sequence[Word], ys: Sequence[Word]) -> Iterator[_Item]:
    at_x = at_y = 0
    for step in Indel.opcodes([word.key for word in xs], [word.key for word in ys]):
        if step.tag != "equal":
            continue
        yield from _divided(a, b, xs[at_x : step.src_start], ys[at_y : step.dest_start])
        at_x, at_y = step.src_end, step.dest_end
        for x, y in zip(xs[step.src_start : at_x], ys[step.dest_start : at_y], strict=True):
            yield _Item("name" if x.kind == "name" and not _looks_same(a, b, x, y) else None, [x], [y])
    yield from _divided(a, b, xs[at_x:], ys[at_y:])


def _looks_same(a: str, b: str, x: Word, y: Word) -> bool:
    return seen(a[x.start : x.end]) == seen(b[y.start : y.end])


def _divided(a: str, b: str, xs: Sequence[Word], ys: Sequence[Word]) -> Iterator[_Item]:
    """Divide words that have nothing in common into names with what stands for them, and the rest between."""
    at_x = at_y = 0
    for (i, j), (k, m) in _counterparts(a, b, xs, ys):
        yield from _without(xs[at_x:i], ys[at_y:k])
        yield _Item("name", xs[i:j], ys[k:m])
        at_x, at_y = j, m
    yield from _without(xs[at_x:], ys[at_y:])


def _counterparts(
    a: str, b: str, xs: Sequence[Word], ys: Sequence[Word]
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield where a name of one side stands against words of the other that sound like it, in order of both."""
    if max(len(xs), len(ys)) > _SEARCHED:
        return
    if _is_swap(a, b, xs, ys):
        yield (0, len(xs)), (0, len(ys))
        return
    found = [((i, i + 1), span) for i, x in enumerate(xs) if x.kind == "name" for span in _like(a, x, b, ys)]
    found += [(span, (i, i + 1)) for i, y in enumerate(ys) if y.kind == "name" for span in _like(b, y, a, xs)]
    at_x = at_y = 0
    for x_span, y_span in sorted(found):
        if at_x <= x_span[0] and at_y <= y_span[0]:
            yield x_span, y_span
            at_x, at_y = x_span[1], y_span[1]


def _is_swap(a: str, b: str, xs: Sequence[Word], ys: Sequence[Word]) -> bool:
    """Say whether a name stands against a few large words and nothing else does: Kharkiv, Járkov."""
    (name, others, text) = (xs, ys, b) if len(xs) == 1 and xs[0].kind == "name" else (ys, xs, a)
    return (
        len(name) == 1
        and name[0].kind == "name"
        and 0 < len(others) <= _MAX_WORDS
        and all(word.kind == "word" and text[word.start] != text[word.start].lower() for word in others)
    )


def _like(text: str, name: Word, other: str, among: Sequence[Word]) -> list[tuple[int, int]]:
    """Return where the words stand that sound most like a name, if any do."""
    surface = text[name.start : name.end]
    best, at = _SOUNDS, None
    for i, first in enumerate(among):
        if other[first.start].islower() and not surface[0].islower():
            continue
        for j in range(i + 1, min(len(among), i + _MAX_WORDS) + 1):
            if among[j - 1].kind != "word":
                break
            score = likeness(surface, other[first.start : among[j - 1].end])
            if score > best:
                best, at = score, (i, j)
    return [at] if at else []


def _without(xs: Sequence[Word], ys: Sequence[Word]) -> Iterator[_Item]:
    """Yield names that nothing stands for by themselves, and what lies between them."""
    for (x_name, x_words), (y_name, y_words) in zip_longest(_runs(xs), _runs(ys), fillvalue=(None, ())):
        if x_name:
            yield _Item("name", [x_name], [])
        if y_name:
            yield _Item("name", [], [y_name])
        yield from _plain(x_words, y_words)


def _runs(found: Sequence[Word]) -> Iterator[tuple[Word | None, Sequence[Word]]]:
    """Yield the words before the first name, then each name with the words after it."""
    names = [n for n, word in enumerate(found) if word.kind == "name"]
    yield None, found[: names[0] if names else len(found)]
    for n, end in pairwise([*names, len(found)]):
        yield found[n], found[n + 1 : end]


def _plain(xs: Sequence[Word], ys: Sequence[Word]) -> Iterator[_Item]:
    """Yield numbers against numbers, marks against marks, and the words between."""
    keys = [
        [word.kind if word.kind != "word" else f"{side}{n}" for n, word in enumerate(found)]
        for side, found in (("x", xs), ("y", ys))
    ]
    at_x = at_y = 0
    for step in [step for step in Indel.opcodes(*keys) if step.tag == "equal"]:
        yield from _rest(xs[at_x : step.src_start], ys[at_y : step.dest_start])
        at_x, at_y = step.src_end, step.dest_end
        for x, y in zip(xs[step.src_start : at_x], ys[step.dest_start : at_y], strict=True):
            yield _Item(_kind([x], [y]), [x], [y])
    yield from _rest(xs[at_x:], ys[at_y:])


def _rest(xs: Sequence[Word], ys: Sequence[Word]) -> Iterator[_Item]:
    if xs or ys:
        yield _Item(_kind(xs, ys), xs, ys)


def _kind(xs: Sequence[Word], ys: Sequence[Word]) -> ChangeKind:
    """Return what changed: a number where one side is nothing else (twenty, 20), a mark where both are."""
    kinds = [{word.kind for word in found} - {"punctuation"} for found in (xs, ys)]
    if not kinds[0] | kinds[1]:
        return "punctuation"
    if {"number"} in kinds and "name" not in kinds[0] | kinds[1]:
        return "number"
    return "wording"


def _with_around(items: Sequence[_Item]) -> list[_Item]:
    """Return the items, articles and prepositions that changed with the name after them taken for part of it."""
    kept: list[_Item] = []
    for item in items:
        while item.kind == "name" and item.xs and item.ys and kept and _is_around(kept[-1]):
            before = kept.pop()
            item = _Item("name", [*before.xs, *item.xs], [*before.ys, *item.ys])
        kept.append(item)
    return kept


def _is_around(item: _Item) -> bool:
    return item.kind in ("wording", "punctuation") and all(word.key.lower() in _AROUND for word in (*item.xs, *item.ys))


def _piece(text: str, found: Sequence[Word], at: int) -> Span:
    return Span(found[0].start, found[-1].end, text[found[0].start : found[-1].end]) if found else Span(at, at, "")


def _change(item: _Item, a: Span, b: Span) -> Change:
    if item.kind != "name":
        return Change(kind=item.kind or "wording", a=a, b=b)
    names = [next((word for word in found if word.kind == "name"), None) for found in (item.xs, item.ys)]
    concept = next(name.concept for name in names if name)
    allowed = bool(names[0] and names[0].allowed), bool(names[1] and names[1].allowed)
    return Change(kind="name", a=a, b=b, concept=concept, follows=_FOLLOWS[allowed])

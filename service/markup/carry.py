"""Translate blocks of marked text: plain sentences go to the engine, the marks come back onto their words.

Everything goes in one call: each block without its marks, the marked words alone, and, for text that must come through
as it is (`Mark.held`), the block once with that text in it and once with made-up words in its place. Of these three
the first is taken that brings all held text through.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import regex

from glossary import Span
from service import protect
from service.markup.marked import Carried, Marked
from service.markup.place import place, wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from glossary import Mention
    from service.records import Translation

_LETTER = regex.compile(r"\p{L}")
_MAX_HELD_CHARS = 80  # longer text is no word of a sentence


@dataclass(frozen=True, slots=True)
class _Variant:
    """A block with something in the place of its held marks: for each, its index, where it is put, and what it is."""

    text: str
    inserts: tuple[tuple[int, int, str], ...]


def carry(
    blocks: Sequence[Marked], translate: Callable[[Sequence[str]], Sequence[Translation]]
) -> list[Carried | None]:
    """Translate n blocks in one call of `translate`; a block without letters gives None and stays what it is."""
    variants = [_variants(block) if _LETTER.search(block.text) else [] for block in blocks]
    texts: dict[str, None] = {}
    for block, ways in zip(blocks, variants, strict=True):
        for way in ways:
            texts.setdefault(way.text)
        for text in wanted(block) if ways else ():
            texts.setdefault(text)
    done = dict(zip(texts, translate(list(texts)), strict=True)) if texts else {}
    alone = _Alone(done)
    return [_carried(block, ways, done, alone) for block, ways in zip(blocks, variants, strict=True)]


class _Alone(dict[str, str]):
    """The translations' texts, looked up only when they are needed."""

    def __init__(self, done: Mapping[str, Translation]) -> None:
        super().__init__((text, translation.text) for text, translation in done.items())


def _variants(block: Marked) -> list[_Variant]:
    held = [(n, mark) for n, mark in enumerate(block.marks) if mark.held is not None]
    plain = _Variant(block.text, ())
    if not held:
        return [plain]
    points = [Span(mark.start, mark.start, "") for _, mark in held]
    tokens = [token for token, _ in protect.by_token(block.text, [(point, "") for point in points]).tokens]
    ways = [_inserted(block, [(n, token) for (n, _), token in zip(held, tokens, strict=True)]), plain]
    contents = [mark.held or "" for _, mark in held]
    if all(regex.search(r"\w", text) and len(text) <= _MAX_HELD_CHARS for text in contents):
        # A full stop inside would end the sentence for some engines; a made-up word does not.
        stops = any(regex.search(r"[.!?;:]", text) for text in contents)
        ways.insert(1 if stops else 0, _inserted(block, [(n, mark.held or "") for n, mark in held]))
    return ways


def _inserted(block: Marked, contents: Sequence[tuple[int, str]]) -> _Variant:
    pieces: list[str] = []
    inserts: list[tuple[int, int, str]] = []
    at = length = 0
    for n, content in contents:
        point = block.marks[n].start
        pieces += block.text[at:point], content
        length += point - at
        inserts.append((n, length, content))
        length, at = length + len(content), point
    return _Variant("".join([*pieces, block.text[at:]]), tuple(inserts))


def _carried(
    block: Marked, ways: Sequence[_Variant], done: Mapping[str, Translation], alone: Mapping[str, str]
) -> Carried | None:
    for way in ways:
        taken = _taken_out(way, done[way.text])
        if taken is None:
            continue
        translation, fixed = taken
        if not block.marks:
            return Carried(translation, ())
        spans, lost = place(block, translation, alone=alone, fixed=fixed)
        return Carried(replace(translation, lost_marks=lost), spans, lost)
    return None


def _taken_out(way: _Variant, translation: Translation) -> tuple[Translation, dict[int, int]] | None:
    """Return the translation without what was put in, and where that stood; None when the engine did not keep it."""
    stood: list[tuple[int, int, int]] = []
    for content in dict.fromkeys(content for _, _, content in way.inserts):
        alone = regex.compile(rf"(?<!\w){regex.escape(content)}(?!\w)")
        ours = {at: n for n, at, text in way.inserts if text == content}
        found = [match.start() for match in alone.finditer(translation.text)]
        # Where the block has the same words outside a mark, too, it would not be clear which is which.
        if [match.start() for match in alone.finditer(way.text)] != list(ours) or len(found) != len(ours):
            return None
        stood += [(at, at + len(content), n) for at, n in zip(found, ours.values(), strict=True)]
    stood.sort()
    if any(a[1] > b[0] for a, b in pairwise(stood)):
        return None
    cuts = [(start, end) for start, end, _ in stood]
    ours_cut = [(at, at + len(content)) for _, at, content in way.inserts]
    mentions = tuple(
        moved for mention in translation.mentions if (moved := _without(mention, ours_cut, cuts)) is not None
    )
    fixed = {n: start - sum(b - a for a, b in cuts if b <= start) for start, _, n in stood}
    return replace(translation, text=_cut(translation.text, cuts), mentions=mentions), fixed


def _cut(text: str, cuts: Sequence[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in cuts:
        pieces.append(text[at:start])
        at = end
    return "".join([*pieces, text[at:]])


def _without(mention: Mention, ours: Sequence[tuple[int, int]], theirs: Sequence[tuple[int, int]]) -> Mention | None:
    """Return a mention with offsets into the texts without the inserts; None when it is one of them."""
    source = _moved(mention.source, ours)
    target = _moved(mention.target, theirs) if mention.target else None
    if source is None or (mention.target and target is None):
        return None
    return replace(mention, source=source, target=target)


def _moved(span: Span, cuts: Sequence[tuple[int, int]]) -> Span | None:
    if any(start < span.end and span.start < end for start, end in cuts):
        return None
    return span.shifted(-sum(end - start for start, end in cuts if end <= span.start))

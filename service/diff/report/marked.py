"""A passage with what changed in it marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.diff.record import ChangeKind, Diff, Pair

SideName: TypeAlias = Literal["a", "b"]

_SPACE = regex.compile(r"\s+")


class Marked(NamedTuple):
    """A piece of a passage; `kind` is what kind of change it is part of, None where both sides are the same."""

    kind: ChangeKind | None
    text: str


def marked(diff: Diff, pair: Pair, *, side: SideName) -> Iterator[Marked]:
    """Yield one side of a pair in pieces, in order; runs of white space come as one space."""
    whole, spans = (diff.a, pair.a) if side == "a" else (diff.b, pair.b)
    if not spans:
        return
    at = spans[0].start
    for change in pair.changes:
        span = change.a if side == "a" else change.b
        if span.start == span.end:
            continue
        if at < span.start:
            yield Marked(None, _SPACE.sub(" ", whole[at : span.start]))
        yield Marked(change.kind, _SPACE.sub(" ", span.text))
        at = span.end
    if at < spans[-1].end:
        yield Marked(None, _SPACE.sub(" ", whole[at : spans[-1].end]))

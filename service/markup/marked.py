"""Text with marks on it: what every format of ours is turned into before it is translated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.records import Translation


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that stands on a stretch of text, such as bold or a link, or at a point of it, such as an image.

    `start` and `end` are half-open, in code points of the text; equal ones make a point. `parent` is the index of the
    mark that holds this one, -1 when none does. `name` calls it in reports; an empty one is never reported.

    `held` is for points only: text that must come through as it is and is not part of the text, such as the inside of
    `<code>`; empty for a placeholder without any. None: the engine need not know of this mark.
    """

    start: int
    end: int
    name: str
    parent: int = -1
    held: str | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """A block of text, a paragraph say, with its marks: parents before children, otherwise in the order of the text.

    Children lie within their parents, and siblings do not overlap.
    """

    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Carried:
    """A translated block: for each mark of the source, in their order, the half-open span that it has now.

    Spans of children lie within those of their parents and siblings do not overlap, but their order may be another.
    `lost` says in words which marks did not find what they stood on.
    """

    translation: Translation
    spans: tuple[tuple[int, int], ...]
    lost: tuple[str, ...] = ()


def children(marks: tuple[Mark, ...]) -> dict[int, list[int]]:
    """Return the indices of the marks under each parent, those that no mark holds under -1."""
    found: dict[int, list[int]] = {}
    for index, mark in enumerate(marks):
        found.setdefault(mark.parent, []).append(index)
    return found

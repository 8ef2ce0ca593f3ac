"""Spans of a text, and edits that can be replayed.

Offsets are half-open and count code points of the text that was given, never of a folded copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A piece of a text: `text[start:end] == self.text`."""

    start: int
    end: int
    text: str

    def shifted(self, by: int) -> Span:
        """Return the same piece `by` code points further on."""
        return Span(self.start + by, self.end + by, self.text)


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace `before`, which stands at `start`..`end`, by `after`; `concept` says on whose behalf."""

    start: int
    end: int
    before: str
    after: str
    concept: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with all edits made, from the end so that offsets stay valid.

    Raises: ValueError: an edit's `before` is not what stands there, or two edits overlap.

    >>> apply_edits("in Donbass", [Edit(3, 10, "Donbass", "Donbas", "donbas")])
    'in Donbas'
    """
    limit = len(text)
    for edit in sorted(edits, reverse=True):
        if text[edit.start : edit.end] != edit.before or edit.end > limit:
            raise ValueError(f"edit {edit} does not fit the text")
        text = text[: edit.start] + edit.after + text[edit.end :]
        limit = edit.start
    return text

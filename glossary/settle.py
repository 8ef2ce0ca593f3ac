"""Two languages: make a translation keep the names of its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from glossary.edits import Edit, Span

Status: TypeAlias = Literal["kept", "rewritten", "inserted", "missing", "ambiguous"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One mention of a concept in the source, and what became of it in the translation.

    `target` is where the name stands in the settled text, None when it is not there; `engine_wrote` is what stood in
    its place before, None when nothing did.
    """

    concept: str
    source: Span
    target: Span | None
    status: Status
    engine_wrote: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A settled translation; `apply_edits(translation, edits) == text`, mentions in the order of the source."""

    text: str
    edits: tuple[Edit, ...]
    mentions: tuple[Mention, ...]

"""What goes into a translation and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from glossary.settle import Mention


#: Called with what is done and what there is in all, None while that is not known; the unit is the caller's.
Progress: TypeAlias = "Callable[[int, int | None], None]"


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """One direction between two languages, as canonical BCP-47 tags."""

    source: str
    target: str

    def __str__(self) -> str:
        return f"{self.source}-{self.target}"


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a route: an engine and the pair that it translates."""

    engine: str
    pair: Pair

    def __str__(self) -> str:
        return f"{self.engine}:{self.pair}"


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One translation of a sentence; `score` is the engine's mean log-probability a token, 0 where it has none."""

    text: str
    score: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A text in one target language, with the way it took and what became of each name.

    Offsets in `mentions` are half-open, in code points: `source` into the text that was given, `target` into `text`.
    """

    text: str
    source: str
    target: str
    route: tuple[Hop, ...]
    mentions: tuple[Mention, ...]
    signature: str

"""The names in a sentence of a translation, each with its concept and whether the glossary allows it so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from glossary import Glossary, Span, matcher, normalise, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from glossary import Mention

_MIN_CHARS = 4  # of a spelling that no list has; an article that was put right beside a name is shorter


@dataclass(frozen=True, slots=True)
class Name:
    """A name at `start`..`end` of a text."""

    start: int
    end: int
    concept: str
    allowed: bool


@dataclass(frozen=True)
class Names:
    """Finds the names of one text.

    Args:
        mentions: what the pipeline knows of the text, where it made it; they win over what is found.
    """

    glossary: Glossary
    lang: str
    mentions: Sequence[Mention] = ()
    _known: list[Name] = field(init=False)

    def __post_init__(self) -> None:
        # A name that its concept still has in this glossary, whatever it was when the translation was made.
        known = {
            (m.target.start, m.target.end): Name(m.target.start, m.target.end, m.concept, self._allows(m))
            for m in self.mentions
            if m.target and m.target.start < m.target.end and m.concept in self.glossary.concepts
        }
        object.__setattr__(self, "_known", sorted(known.values(), key=lambda name: name.start))

    def _allows(self, mention: Mention) -> bool:
        text = mention.target.text if mention.target else ""
        roles = {
            match.role
            for match in matcher(self.glossary, lang=self.lang).find(text)
            if match.concept.id == mention.concept
        }
        return bool(roles) and "deprecated" not in roles

    def among(self, sentences: Iterable[Span]) -> list[Name]:
        """Return the listed names of some sentences, and those that are known of the text."""
        found: list[Name] = []
        for sentence in sentences:
            found += (name for name in self._known if sentence.start <= name.start and name.end <= sentence.end)
            for match in resolve(matcher(self.glossary, lang=self.lang).find(sentence.text)):
                name = Name(
                    sentence.start + match.start,
                    sentence.start + match.end,
                    match.concept.id,
                    match.role != "deprecated",
                )
                found.append(name)
        return _apart(found)

    def unlisted(self, sentences: Iterable[Span], *, concepts: Iterable[str]) -> list[Name]:
        """Return spellings that no list has and that are surely a name of one of `concepts`."""
        wanted = set(concepts)
        return [
            Name(sentence.start + edit.start, sentence.start + edit.end, edit.concept, allowed=False)
            for sentence in sentences
            for edit in normalise(sentence.text, glossary=self.glossary, lang=self.lang).edits
            if edit.concept in wanted and edit.end - edit.start >= _MIN_CHARS
        ]


def _apart(names: Iterable[Name]) -> list[Name]:
    """Return names of which none overlaps another, the first given winning."""
    chosen: list[Name] = []
    for name in names:
        if all(name.end <= other.start or other.end <= name.start for other in chosen):
            chosen.append(name)
    return sorted(chosen, key=lambda name: name.start)


def merged(first: Sequence[Name], more: Sequence[Name]) -> list[Name]:
    """Return the names of both, those of `first` winning where they overlap."""
    return _apart([*first, *more])
